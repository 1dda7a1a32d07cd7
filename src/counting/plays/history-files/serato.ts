import { clockLengthMs, collect, type ParsedHistory } from './history.ts';
import { readEpoch } from './read-time.ts';

// Serato's History/Sessions/….session: chunks of four letters, a length (big-endian) and content. An `oent` holds an
// `adat`, whose fields are a number, a length and a value; text is UTF-16, times are UNIX seconds. A track that is still
// playing is written again later under the same row number, so the last of a row is the one that holds.

const field = {
  row: 1,
  title: 6,
  artist: 7,
  length: 10,
  start: 28,
  end: 29,
  playtime: 45,
  played: 50,
} as const;

type Fields = ReadonlyMap<number, Buffer>;
const headBytes = 8;

export function parseSerato(bytes: Buffer): ParsedHistory {
  const out = collect();
  const rows = new Map<string, { readonly where: string; readonly fields: Fields }>();
  let entries = 0;
  const end = walk(bytes, (tag, content) => {
    if (tag !== 'oent') return;
    const where = `entry ${++entries}`;
    let found = false;
    const cut = walk(content, (inner, data) => {
      if (inner !== 'adat') return;
      found = true;
      const fields = readFields(data);
      if (fields === null) out.refuse(where, 'is damaged: a field is longer than its entry');
      else rows.set(numberOf(fields, field.row)?.toString() ?? where, { where, fields });
    });
    if (cut !== null || !found) out.refuse(where, 'is damaged: it has no data');
  });
  for (const { where, fields } of rows.values()) addPlay(where, fields);
  if (end !== null) out.refuse('the rest of the file', `is damaged: it breaks off at byte ${end}`);
  return out.finish('serato');

  function addPlay(where: string, fields: Fields): void {
    const start = numberOf(fields, field.start);
    const stop = numberOf(fields, field.end);
    const when = readEpoch(start ?? 0);
    if (numberOf(fields, field.played) === 0) return out.refuse(where, 'was loaded and not played');
    if (when.kind === 'unknown') return out.refuse(where, 'has no time of start');
    const playtime = numberOf(fields, field.playtime);
    const between = start !== null && stop !== null && stop > start ? stop - start : null;
    out.add({
      where,
      when,
      title: textOf(fields, field.title),
      artist: textOf(fields, field.artist),
      playedMs: playtime === null && between === null ? null : (playtime ?? between!) * 1_000,
      durationMs: clockLengthMs(textOf(fields, field.length)),
    });
  }
}

/** Tells every chunk; answers where the bytes break off, null when they end where they should. */
function walk(bytes: Buffer, tell: (tag: string, content: Buffer) => void): number | null {
  let at = 0;
  while (at < bytes.length) {
    if (at + headBytes > bytes.length) return at;
    const length = bytes.readUInt32BE(at + 4);
    if (at + headBytes + length > bytes.length) return at;
    tell(
      bytes.toString('latin1', at, at + 4),
      bytes.subarray(at + headBytes, at + headBytes + length),
    );
    at += headBytes + length;
  }
  return null;
}

function readFields(data: Buffer): Fields | null {
  const fields = new Map<number, Buffer>();
  let at = 0;
  while (at < data.length) {
    if (at + headBytes > data.length) return null;
    const length = data.readUInt32BE(at + 4);
    if (at + headBytes + length > data.length) return null;
    fields.set(data.readUInt32BE(at), data.subarray(at + headBytes, at + headBytes + length));
    at += headBytes + length;
  }
  return fields;
}

function textOf(fields: Fields, id: number): string {
  const value = fields.get(id);
  if (value === undefined) return '';
  const text = new TextDecoder('utf-16be').decode(value);
  const nul = text.indexOf('\0');
  return nul === -1 ? text : text.slice(0, nul);
}

/** One to eight bytes, big-endian. */
function numberOf(fields: Fields, id: number): number | null {
  const value = fields.get(id);
  if (value === undefined || value.length === 0 || value.length > 8) return null;
  const number = Number(BigInt(`0x${value.toString('hex')}`));
  return Number.isSafeInteger(number) ? number : null;
}
