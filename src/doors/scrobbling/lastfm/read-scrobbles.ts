import { clockSkewS, listenedAtSMin, type Listen } from '../accept-listens.ts';
import { durationSMax, isMbid, readMetadata, type Metadata } from '../read-metadata.ts';
import { fail, type Failure } from './errors.ts';
import type { Fields } from './identify-program.ts';

export const scrobblesPerRequestMax = 50;

/** Last.fm's reasons for not taking a scrobble. */
export const ignoredReasons = {
  1: 'Artist was ignored',
  2: 'Track was ignored',
  3: 'Timestamp was too old',
  4: 'Timestamp was too new',
  5: 'Daily scrobble limit exceeded',
} as const;
export type IgnoredCode = keyof typeof ignoredReasons;

export type Entry = Readonly<Record<string, string>>;
export type Scrobble =
  | { readonly kind: 'listen'; readonly entry: Entry; readonly listen: Listen }
  | { readonly kind: 'ignored'; readonly entry: Entry; readonly code: IgnoredCode };

const known = new Map(
  [
    'artist',
    'track',
    'timestamp',
    'album',
    'albumArtist',
    'duration',
    'trackNumber',
    'mbid',
    'context',
    'streamId',
    'chosenByUser',
  ].map((name) => [name.toLowerCase(), name]),
);

/** The entries of a batch in order; fields without an index belong to the first. */
export function readEntries(fields: Fields): readonly Entry[] | Failure {
  const entries = new Map<number, Record<string, string>>();
  for (const [field, value] of fields) {
    const match = /^([a-z]+)(?:\[(\d{1,4})\])?$/i.exec(field);
    const name = match === null ? undefined : known.get(match[1]!.toLowerCase());
    if (name === undefined) continue;
    const index = Number(match![2] ?? 0);
    if (index >= scrobblesPerRequestMax)
      return fail(6, `Invalid parameters - At most ${scrobblesPerRequestMax} scrobbles at once`);
    const entry = entries.get(index) ?? {};
    entry[name] = value;
    entries.set(index, entry);
  }
  return entries.size === 0
    ? fail(6)
    : [...entries].sort(([a], [b]) => a - b).map(([, entry]) => entry);
}

export function readScrobbles(fields: Fields, nowS: number): readonly Scrobble[] | Failure {
  const entries = readEntries(fields);
  if (!Array.isArray(entries)) return entries as Failure;
  const scrobbles: Scrobble[] = [];
  for (const entry of entries as readonly Entry[]) {
    const { artist, track, timestamp } = entry;
    if (artist === undefined || track === undefined || timestamp === undefined) return fail(6);
    if (!/^\d{1,12}$/.test(timestamp))
      return fail(6, 'Invalid parameters - timestamp must be UNIX time in seconds');
    scrobbles.push(readScrobble(entry, Number(timestamp), nowS));
  }
  return scrobbles;
}

function readScrobble(entry: Entry, listenedAtS: number, nowS: number): Scrobble {
  if (listenedAtS < listenedAtSMin) return { kind: 'ignored', entry, code: 3 };
  if (listenedAtS >= nowS + clockSkewS) return { kind: 'ignored', entry, code: 4 };
  const metadata = metadataOf(entry);
  return typeof metadata === 'number'
    ? { kind: 'ignored', entry, code: metadata }
    : { kind: 'listen', entry, listen: { listenedAtS, metadata } };
}

export function metadataOf(entry: Entry): Metadata | 1 | 2 {
  if (!isName(entry['artist'])) return 1;
  if (!isName(entry['track'])) return 2;
  const durationS = Number(entry['duration'] ?? 0);
  const metadata = readMetadata({
    artist_name: entry['artist'],
    track_name: entry['track'],
    ...(isName(entry['album']) && { release_name: entry['album'] }),
    additional_info: {
      submission_client: 'Last.fm 2.0',
      ...(Number.isInteger(durationS) &&
        durationS > 0 &&
        durationS <= durationSMax && { duration: durationS }),
      ...(isMbid(entry['mbid']) && { recording_mbid: entry['mbid'] }),
      ...other(entry, 'trackNumber', 'tracknumber'),
      ...other(entry, 'albumArtist', 'release_artist_name'),
      ...other(entry, 'context', 'context'),
      ...other(entry, 'streamId', 'stream_id'),
      ...other(entry, 'chosenByUser', 'chosen_by_user'),
    },
  });
  return typeof metadata === 'string' ? 2 : metadata;
}

function other(entry: Entry, from: string, to: string): Readonly<Record<string, string>> {
  const value = entry[from];
  return isName(value) ? { [to]: value } : {};
}

function isName(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '' && !text.includes('\0');
}
