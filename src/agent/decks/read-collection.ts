import { readFile, stat } from 'node:fs/promises';
import type { Track } from './follow-decks.ts';

const fileMaxBytes = 512 * 1024 * 1024;
const tracksMax = 500_000;
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Names by track number from a collection that rekordbox exported as XML; a sentence when it cannot be read. */
export async function readCollection(file: string): Promise<ReadonlyMap<number, Track> | string> {
  const size = await stat(file).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) return `There is no collection ${file}, or it may not be read.`;
  if (size > fileMaxBytes) return `${file} is too large for a collection.`;
  const tracks = new Map<number, Track>();
  for (const [, attributes] of (await readFile(file, 'utf8')).matchAll(/<TRACK\s([^>]*?)\/?>/g)) {
    const values = new Map(
      [...attributes!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [
        name!,
        unescape(value!),
      ]),
    );
    const id = Number(values.get('TrackID'));
    const title = values.get('Name') ?? '';
    const artist = values.get('Artist') ?? '';
    if (!Number.isSafeInteger(id) || id <= 0 || title === '' || artist === '') continue;
    const seconds = Number(values.get('TotalTime'));
    tracks.set(id, { title, artist, durationMs: seconds > 0 ? seconds * 1_000 : null });
    if (tracks.size >= tracksMax) break;
  }
  return tracks.size === 0
    ? `${file} names no track; export the collection from rekordbox as XML.`
    : tracks;
}

function unescape(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi,
    (whole, decimal, hexadecimal, name) => {
      if (name !== undefined) return entities[name as string] ?? whole;
      const point =
        decimal === undefined ? Number.parseInt(hexadecimal as string, 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
