import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

// Rows that must survive the plug being pulled: one JSON line each, on the disk before `append` answers. A place in the
// file is a position that stays the same when what is done with is cut off the front.

/** Cutting costs a copy of the rest, so it waits for this much. */
const cutMinBytes = 256 * 1024;
const readBytes = 256 * 1024;
export const rowMaxBytes = 128 * 1024;

export type Kept<T> = {
  /** Counts up over the life of the folder, also over power cuts and cuts of the file. */
  readonly serial: number;
  readonly row: T;
  /** The position after it. */
  readonly next: number;
};

export type Spool<T> = {
  append(row: T): Promise<number>;
  /** Up to `max` rows from a position on. */
  read(from: number, max: number): Promise<readonly Kept<T>[]>;
  /** Everything before the position is done with. */
  drop(before: number): Promise<void>;
  /** The first position that is not done with. */
  readonly start: () => number;
  readonly waiting: () => number;
  readonly waitingBytes: () => number;
  /** Rows given up, ever, because the bound was reached. */
  readonly lost: () => number;
  close(): Promise<void>;
};

type Cursor = { start: number; serial: number; lost: number };
type Line<T> = { readonly n: number; readonly row: T };

/** Opens what the last start left. At most `bytesMax` wait; then the oldest give way and are counted as lost. */
export async function openSpool<T>(file: string, bytesMax: number): Promise<Spool<T>> {
  const cursorFile = `${file}.cursor`;
  const found = await recover<T>(file, await readCursor(cursorFile));
  const cursor: Cursor = found.cursor;
  let { base, end, waiting } = found;
  let handle = await open(file, 'r+');
  let headBytes = found.headBytes;
  let queue: Promise<unknown> = Promise.resolve();

  /** One at a time: lines must not run into each other. */
  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  }
  const physical = (position: number): number => position - base + headBytes;

  async function read(from: number, max: number): Promise<readonly Kept<T>[]> {
    const rows: Kept<T>[] = [];
    let at = Math.max(from, cursor.start);
    while (rows.length < max && at < end) {
      const chunk = await readAt(handle, physical(at), Math.min(readBytes, end - at));
      let used = 0;
      for (let stop = chunk.indexOf(10); stop >= 0 && rows.length < max;) {
        const line = parseLine<T>(chunk.subarray(used, stop));
        used = stop + 1;
        if (line !== null) rows.push({ serial: line.n, row: line.row, next: at + used });
        stop = chunk.indexOf(10, used);
      }
      if (used === 0) break;
      at += used;
    }
    return rows;
  }

  async function drop(before: number): Promise<void> {
    const gone = await countRows(cursor.start, before);
    cursor.start = Math.min(before, end);
    waiting -= gone;
    await writeCursor(cursorFile, cursor);
    if (cursor.start - base < Math.max(cutMinBytes, (end - base) / 2)) return;
    headBytes = await rewrite(handle, file, cursor.start, physical(cursor.start));
    await handle.close();
    handle = await open(file, 'r+');
    base = cursor.start;
  }

  async function countRows(from: number, to: number): Promise<number> {
    let count = 0;
    for (let at = from; at < to;) {
      const rows = await read(at, 256);
      const inside = rows.filter((row) => row.next <= to);
      count += inside.length;
      if (inside.length < rows.length || rows.length === 0) break;
      at = rows.at(-1)!.next;
    }
    return count;
  }

  async function makeRoom(bytes: number): Promise<void> {
    while (end - cursor.start + bytes > bytesMax && waiting > 0) {
      const rows = await read(cursor.start, Math.max(1, Math.ceil(waiting / 100)));
      if (rows.length === 0) break;
      cursor.lost += rows.length;
      await drop(rows.at(-1)!.next);
    }
  }

  return {
    append: (row) =>
      inTurn(async () => {
        const serial = cursor.serial + 1;
        const bytes = Buffer.from(`${JSON.stringify({ n: serial, row } satisfies Line<T>)}\n`);
        if (bytes.length > rowMaxBytes) throw new RangeError(`a row of ${bytes.length} bytes`);
        await makeRoom(bytes.length);
        await handle.write(bytes, 0, bytes.length, physical(end));
        await handle.datasync();
        cursor.serial = serial;
        end += bytes.length;
        waiting += 1;
        return serial;
      }),
    read: (from, max) => inTurn(() => read(from, max)),
    drop: (before) => inTurn(() => drop(before)),
    start: () => cursor.start,
    waiting: () => waiting,
    waitingBytes: () => end - cursor.start,
    lost: () => cursor.lost,
    close: () => inTurn(() => handle.close()),
  };
}

/** Reads what is there, and cuts off a last line that the power took. */
async function recover<T>(
  file: string,
  cursor: Cursor,
): Promise<{ cursor: Cursor; base: number; end: number; waiting: number; headBytes: number }> {
  const bytes: Buffer | null = await readFile(file).catch(() => null);
  const head = bytes === null ? null : readHead(bytes);
  if (bytes === null || head === null) {
    if (bytes !== null) await rename(file, `${file}.broken`);
    const empty = headLine(cursor.start);
    await writeWhole(file, empty);
    return { cursor, base: cursor.start, end: cursor.start, waiting: 0, headBytes: empty.length };
  }
  const whole = bytes.lastIndexOf(10) + 1;
  if (whole < bytes.length) {
    const handle = await open(file, 'r+');
    await handle.truncate(whole);
    await handle.datasync();
    await handle.close();
  }
  const end = head.base + whole - head.bytes;
  const start = Math.min(Math.max(cursor.start, head.base), end);
  let waiting = 0;
  let { serial } = cursor;
  for (let at = head.bytes; at < whole;) {
    const stop = bytes.indexOf(10, at);
    const line = parseLine<T>(bytes.subarray(at, stop));
    if (line !== null && at - head.bytes + head.base >= start) waiting += 1;
    if (line !== null) serial = Math.max(serial, line.n);
    at = stop + 1;
  }
  return {
    cursor: { ...cursor, start, serial },
    base: head.base,
    end,
    waiting,
    headBytes: head.bytes,
  };
}

function headLine(base: number): Buffer {
  return Buffer.from(`{"base":${base}}\n`);
}

function readHead(bytes: Buffer): { base: number; bytes: number } | null {
  const stop = bytes.indexOf(10);
  const match = stop < 0 ? null : /^\{"base":(\d+)\}$/.exec(bytes.toString('latin1', 0, stop));
  return match === null ? null : { base: Number(match[1]), bytes: stop + 1 };
}

/** A line that is not one of ours is skipped: a file system may leave zeros where the power failed. */
function parseLine<T>(bytes: Buffer): Line<T> | null {
  let from = 0;
  while (bytes[from] === 0) from += 1;
  try {
    const line = JSON.parse(bytes.toString('utf8', from)) as Line<T>;
    return Number.isSafeInteger(line.n) && line.row !== undefined ? line : null;
  } catch {
    return null;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function rewrite(
  handle: FileHandle,
  file: string,
  base: number,
  from: number,
): Promise<number> {
  const head = headLine(base);
  const { size } = await handle.stat();
  await writeWhole(file, Buffer.concat([head, await readAt(handle, from, size - from)]));
  return head.length;
}

async function readCursor(file: string): Promise<Cursor> {
  const none: Cursor = { start: 0, serial: 0, lost: 0 };
  try {
    const read = JSON.parse(await readFile(file, 'utf8')) as Partial<Cursor>;
    const isWhole = [read.start, read.serial, read.lost].every((n) => Number.isSafeInteger(n));
    return isWhole ? (read as Cursor) : none;
  } catch {
    return none;
  }
}

async function writeCursor(file: string, cursor: Cursor): Promise<void> {
  await writeWhole(file, Buffer.from(JSON.stringify(cursor)));
}

/** The whole of a file, or the whole of the one before: never half. */
export async function writeWhole(file: string, bytes: Buffer | string): Promise<void> {
  const half = `${file}.half`;
  await rm(half, { force: true });
  await writeFile(half, bytes, { mode: 0o600, flush: true });
  await rename(half, file);
  const folder = await open(path.dirname(file), 'r');
  await folder.sync().catch(() => {}); // some file systems sync no folders
  await folder.close();
}
