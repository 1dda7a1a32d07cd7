import { constants, type BigIntStats, type Dirent, type Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { pathToText, readablePath, textToPath } from './path-text.ts';

// Walks a library: bounded in depth and number, following links only within the library, telling why whatever it
// leaves out is left out.

export type FoundFile = {
  readonly kind: 'file';
  /** The real path as text (`path-text.ts`). */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** A picture in the same folder that may be the cover, or null. */
  readonly coverPath: string | null;
  /** The folder counts its files (01 …, 02 …), so a number at the start of a name is a track number. */
  readonly folderIsNumbered: boolean;
};

export type LeftOut = {
  readonly kind: 'left out';
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly reason: string;
  readonly detail: string;
  /** A folder that could not be looked into: what we know under it is not missing, only unseen. */
  readonly unseenFolder?: boolean;
};

const depthMax = 32;
const filesMax = 2_000_000;
/** Longer paths do not fit an index entry. */
export const pathTextMax = 2_000;
const statsAtOnce = 64;

const systemFolders = new Set([
  '$recycle.bin',
  'system volume information',
  '@eadir',
  'lost+found',
  '__macosx',
  'node_modules',
]);
const systemRoots = new Set(['/proc', '/sys', '/dev', '/run']);
const coverName = /^(cover|folder|front|album|albumart|artwork)\.(jpe?g|png|webp)$/i;
const coverRank = /^cover/i;

/** `root` must be a real path. Answers in the order of names; follows `signal` between folders. */
export async function* walkFolder(
  root: string,
  signal?: AbortSignal,
): AsyncGenerator<FoundFile | LeftOut> {
  const visited = new Set<string>();
  const open: { path: Buffer; depth: number }[] = [{ path: textToPath(root), depth: 0 }];
  let files = 0;
  while (open.length > 0) {
    signal?.throwIfAborted();
    const folder = open.pop()!;
    const looked = await lookInto(folder, root, visited);
    for (const entry of looked.entries) {
      if (entry.kind === 'file' && ++files > filesMax) {
        yield leftOut(
          entry.path,
          null,
          'too-many-files',
          `only the first ${filesMax} files of a library are imported`,
        );
        return;
      }
      yield entry;
    }
    for (const path of looked.folders.reverse()) open.push({ path, depth: folder.depth + 1 });
  }
}

type Looked = { readonly entries: (FoundFile | LeftOut)[]; readonly folders: Buffer[] };
const slash = Buffer.from('/');

async function lookInto(
  { path, depth }: { path: Buffer; depth: number },
  root: string,
  visited: Set<string>,
): Promise<Looked> {
  const entries: (FoundFile | LeftOut)[] = [];
  const folders: Buffer[] = [];
  const text = pathToText(path);
  let names: Dirent<Buffer>[];
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    if (visited.has(inodeOf({ dev, ino }))) return { entries, folders };
    visited.add(inodeOf({ dev, ino }));
    names = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    entries.push({ ...leftOut(text, null, ...sayWhy(error, 'folder')), unseenFolder: true });
    return { entries, folders };
  }
  if (depth > depthMax) {
    entries.push({
      ...leftOut(text, null, 'too-deep', `folders more than ${depthMax} deep are not looked into`),
      unseenFolder: true,
    });
    return { entries, folders };
  }
  names.sort((a, b) => Buffer.compare(a.name, b.name));
  const readable = names.map((n) => readablePath(pathToText(n.name)));
  const covers = names
    .filter((_, i) => coverName.test(readable[i]!))
    .map((n) => pathToText(Buffer.concat([path, slash, n.name])));
  const coverPath =
    covers.find((c) => coverRank.test(c.slice(c.lastIndexOf('/') + 1))) ?? covers[0] ?? null;
  const folderIsNumbered = readable.some((name) => /^01\b/.test(name));
  const wanted = names.filter((_, i) => !isHidden(readable[i]!));

  for (let i = 0; i < wanted.length; i += statsAtOnce) {
    const some = wanted.slice(i, i + statsAtOnce);
    const seen = await Promise.all(
      some.map((n) => lookAt(Buffer.concat([path, slash, n.name]), root, visited)),
    );
    for (const one of seen) {
      if (one.kind === 'folder') folders.push(one.path);
      else if (one.kind === 'left out') entries.push(one);
      else if (one.kind === 'file') entries.push({ ...one, coverPath, folderIsNumbered });
    }
  }
  return { entries, folders };
}

type Seen =
  | { kind: 'folder'; path: Buffer }
  | Omit<FoundFile, 'coverPath' | 'folderIsNumbered'>
  | LeftOut
  | { kind: 'nothing' };

async function lookAt(path: Buffer, root: string, visited: Set<string>): Promise<Seen> {
  const text = pathToText(path);
  try {
    const info = await lstat(path);
    if (info.isSymbolicLink()) return await followLink(path, root, visited);
    return judge(path, info);
  } catch (error) {
    return leftOut(text, null, ...sayWhy(error, 'file'));
  }
}

async function followLink(path: Buffer, root: string, visited: Set<string>): Promise<Seen> {
  const real = await realpath(path, { encoding: 'buffer' });
  const text = pathToText(real);
  if (!isWithin(text, root)) {
    return leftOut(
      pathToText(path),
      null,
      'outside-library',
      'a link out of the library; import the folder it leads to as well',
    );
  }
  const info = await lstat(real);
  if (info.isDirectory()) return judge(real, info); // looked into once, however many links lead to it
  // What the walk meets at its own place is not met a second time; git-annex keeps files where it never looks.
  const below = readablePath(text.slice(root.length)).split('/');
  const inode = inodeOf(await lstat(real, { bigint: true }));
  if (!below.some(isHidden) || visited.has(inode)) return { kind: 'nothing' };
  visited.add(inode);
  return judge(real, info);
}

function judge(path: Buffer, info: Stats): Seen {
  const text = pathToText(path);
  if (info.isDirectory())
    return systemRoots.has(text) ? { kind: 'nothing' } : { kind: 'folder', path };
  if (!info.isFile()) return leftOut(text, info, 'not-a-file', 'a pipe, socket or device');
  if (Buffer.byteLength(text) > pathTextMax)
    return leftOut(
      text.slice(0, pathTextMax / 4),
      null,
      'path-too-long',
      `longer than ${pathTextMax} bytes`,
    );
  return { kind: 'file', path: text, sizeBytes: info.size, modifiedMs: Math.trunc(info.mtimeMs) };
}

function isHidden(name: string): boolean {
  return (
    name.startsWith('.') ||
    systemFolders.has(name.toLowerCase()) ||
    /^(thumbs\.db|desktop\.ini)$/i.test(name)
  );
}

export function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
}

function inodeOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

function leftOut(path: string, info: Stats | null, reason: string, detail: string): LeftOut {
  return {
    kind: 'left out',
    path,
    sizeBytes: info?.size ?? 0,
    modifiedMs: Math.trunc(info?.mtimeMs ?? 0),
    reason,
    detail,
  };
}

function sayWhy(error: unknown, what: 'file' | 'folder'): [string, string] {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return [
        'vanished',
        `the ${what} disappeared while it was looked at, or a link leads nowhere`,
      ];
    case 'EACCES':
    case 'EPERM':
      return ['unreadable', `no permission to read the ${what}`];
    case 'ELOOP':
      return ['link-loop', 'links that lead in a circle'];
    default:
      return [
        'unreadable',
        `the ${what} could not be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      ];
  }
}

/** Flags for opening a file that a walk has found: never waits for a pipe, never follows a link put in its place. */
export const openFlags =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
