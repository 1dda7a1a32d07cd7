import { readablePath } from '../importing/path-text.ts';

export type Guess = {
  readonly title: string;
  readonly artist: string | null;
  readonly album: string | null;
  readonly track: number | null;
};

/**
 * What the name of a file and its folders says: "01 title", "artist - title", "artist - 03 - title",
 * "artist--title", and "Artist/Album/01 title" within the library.
 */
export function guessFromPath(path: string, root: string, folderIsNumbered: boolean): Guess {
  const parts = readablePath(path.slice(root.length))
    .split('/')
    .filter((part) => part !== '');
  const name = (parts.at(-1) ?? '').replace(/\.[a-z0-9]{1,5}$/i, '');
  const folders = parts.slice(0, -1).map(tidy);
  const numbered = splitNumber(name, folderIsNumbered);
  const words = splitDashes(numbered.rest);
  let { track } = numbered;
  let artist: string | null = null;
  let rest = words;
  if (words.length > 1) {
    artist = words[0]!;
    rest = words.slice(1);
    const inner = /^\d{1,3}$/.exec(rest[0]!);
    if (inner !== null && rest.length > 1) {
      track ??= Number(rest[0]);
      rest = rest.slice(1);
    }
  }
  // Two folders deep and counted is how nearly every ripper lays out an album.
  const isAlbum = track !== null && folders.length >= 2;
  return {
    title: rest.join(' - ') || tidy(name) || 'Untitled',
    artist: artist ?? (isAlbum ? folders.at(-2)! : null),
    album: isAlbum ? folders.at(-1)! : null,
    track,
  };
}

function splitNumber(
  name: string,
  folderIsNumbered: boolean,
): { track: number | null; rest: string } {
  // "01 x", "1. x", "1-01 x", and in a folder that counts also "12 x"; but not "50 Cent - x" or "99 Problems".
  const match =
    /^(?:\d-)?(0\d{1,2}|\d{1,3}(?=\s*[.)_]|\s*-\s)|\d{1,3}(?=\s))\s*[.)_-]*\s*(?=\S)(.+)$/.exec(
      name,
    );
  if (match === null) return { track: null, rest: name };
  const [, digits, rest] = match as unknown as [string, string, string];
  const marked = digits.startsWith('0') || /^(?:\d-)?\d+\s*[.)_-]/.test(name);
  if (!marked && !folderIsNumbered) return { track: null, rest: name };
  const track = Number(digits);
  return track > 0 ? { track, rest } : { track: null, rest: name };
}

function splitDashes(text: string): readonly string[] {
  if (/[ _]/.test(text))
    return text
      .replaceAll('_', ' ')
      .split(/\s+[-–—]\s+/)
      .map(tidy)
      .filter((part) => part !== '');
  const parts = text.split('--');
  return (parts.length > 1 ? parts.map((part) => part.replaceAll('-', ' ')) : parts)
    .map(tidy)
    .filter((part) => part !== '');
}

function tidy(text: string): string {
  return text.replaceAll('_', ' ').replaceAll(/\s+/g, ' ').trim();
}
