// What a program says of a track, in ListenBrainz's words, whichever protocol it spoke. The limits are ListenBrainz's.

export const listenBytesMax = 10_240;
export const listensPerRequestMax = 1_000;
export const tagsMax = 50;
export const tagCharsMax = 64;
/** 24 days. */
export const durationSMax = 24 * 24 * 60 * 60;
export const durationMsMax = durationSMax * 1_000;
/** Deeper than any program nests; what is read recursively needs an end. */
const depthMax = 16;

export type Metadata = {
  readonly artist_name: string;
  readonly track_name: string;
  readonly release_name?: string;
  readonly additional_info?: Readonly<Record<string, unknown>>;
};

/** A track, or the sentence that says why it is none. */
export function readMetadata(raw: unknown): Metadata | string {
  if (raw === null) return 'JSON document may not have track_metadata with null value.';
  if (!isObject(raw)) return 'track_metadata must be an object.';
  const found = findUnusable(raw, 0);
  if (found !== null) return found;

  const kept: Record<string, unknown> = { ...raw };
  for (const key of ['track_name', 'artist_name'] as const) {
    const name = readName(raw[key], key);
    if (name.kind === 'wrong') return name.message;
    kept[key] = name.text;
  }
  if (typeof raw['release_name'] === 'string' && raw['release_name'].trim() !== '')
    kept['release_name'] = raw['release_name'].trim();
  else if (
    raw['release_name'] == null ||
    raw['release_name'] === '' ||
    isBlank(raw['release_name'])
  )
    delete kept['release_name'];
  else return 'track_metadata.release_name must be a single string.';

  if (raw['additional_info'] === undefined || raw['additional_info'] === null)
    delete kept['additional_info'];
  else {
    const info = readInfo(raw['additional_info']);
    if (typeof info === 'string') return info;
    kept['additional_info'] = info.kept;
  }
  const metadata = makeWellFormed(kept) as Metadata;
  return Buffer.byteLength(JSON.stringify(metadata)) > listenBytesMax ? tooLarge : metadata;
}

export const tooLarge = `JSON document is too large. In aggregate, listens may not be larger than ${listenBytesMax} characters.`;

function readName(
  value: unknown,
  key: string,
): { readonly kind: 'read'; readonly text: string } | { readonly kind: 'wrong'; message: string } {
  if (value === undefined)
    return {
      kind: 'wrong',
      message: `JSON document does not contain required field track_metadata.${key}.`,
    };
  if (typeof value !== 'string')
    return { kind: 'wrong', message: `track_metadata.${key} must be a single string.` };
  const text = value.trim();
  return text === ''
    ? { kind: 'wrong', message: `field track_metadata.${key} is empty.` }
    : { kind: 'read', text };
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function readInfo(raw: unknown): { readonly kept: Record<string, unknown> } | string {
  if (!isObject(raw)) return 'track_metadata.additional_info must be an object.';
  const kept: Record<string, unknown> = { ...raw };
  const tags = raw['tags'];
  if (tags !== undefined && tags !== null) {
    if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string'))
      return 'track_metadata.additional_info.tags must be a list of strings.';
    if (tags.length > tagsMax)
      return `JSON document may not contain more than ${tagsMax} items in track_metadata.additional_info.tags.`;
    if (tags.some((tag) => tag.length > tagCharsMax))
      return `JSON document may not contain track_metadata.additional_info.tags longer than ${tagCharsMax} characters.`;
  }
  if ('duration' in raw && 'duration_ms' in raw)
    return 'JSON document should not contain both duration and duration_ms.';
  for (const [key, max] of [
    ['duration', durationSMax],
    ['duration_ms', durationMsMax],
  ] as const) {
    if (!(key in raw)) continue;
    const value = readInteger(raw[key]);
    if (value === null || value <= 0)
      return `Value for ${key} is invalid, should be a positive integer.`;
    if (value > max) return `Value for ${key} is too large, max permitted value is ${max}`;
    kept[key] = value;
  }
  return readMbids(raw, kept);
}

const oneMbid = ['release_mbid', 'recording_mbid', 'release_group_mbid', 'track_mbid'];
const manyMbids = ['artist_mbids', 'work_mbids'];

function readMbids(
  raw: Readonly<Record<string, unknown>>,
  kept: Record<string, unknown>,
): { readonly kept: Record<string, unknown> } | string {
  for (const key of oneMbid) {
    if (!(key in raw)) continue;
    if (raw[key] === null || raw[key] === '') delete kept[key];
    else if (!isMbid(raw[key])) return `${key} MBID format invalid.`;
  }
  for (const key of manyMbids) {
    if (!(key in raw)) continue;
    const list = raw[key];
    if (list === null || list === '' || (Array.isArray(list) && list.length === 0)) {
      delete kept[key];
      continue;
    }
    if (!Array.isArray(list)) return `${key} MBID format invalid.`;
    const mbids = list.filter((mbid) => mbid !== null && mbid !== '');
    if (!mbids.every(isMbid)) return `${key} MBID format invalid.`;
    kept[key] = mbids;
  }
  return { kept };
}

export function isMbid(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(value)
  );
}

/** A whole number as ListenBrainz's Python reads one: fractions are cut, digits in quotes count. */
export function readInteger(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : null;
  if (typeof value !== 'string' || !/^\s*[+-]?\d{1,16}\s*$/.test(value)) return null;
  return Number(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** NUL anywhere, in keys too, because PostgreSQL stores none; and nesting without end. */
function findUnusable(value: unknown, depth: number): string | null {
  if (typeof value === 'string')
    return value.includes('\0') ? 'A value contains a unicode null' : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= depthMax) return `JSON document is nested deeper than ${depthMax} levels.`;
  for (const [key, inner] of Object.entries(value)) {
    if (key.includes('\0')) return 'A key contains a unicode null';
    const found = findUnusable(inner, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** Half a surrogate pair is legal in JSON and no text in PostgreSQL; it becomes the replacement character. */
function makeWellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(makeWellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.toWellFormed(), makeWellFormed(inner)]),
  );
}
