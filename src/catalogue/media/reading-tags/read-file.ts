import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { parseFile, type IAudioMetadata } from 'music-metadata';
import { readablePath, textToPath } from '../importing/path-text.ts';
import type { Problem } from '#foundation/platform/worker-pool.ts';
import { withReadableName } from './readable-name.ts';
import { oggDurationMs } from './ogg-duration.ts';
import { repairText } from './repair-text.ts';
import { id3Size, sniffBytes, sniffSound, type SoundFormat } from './sniff.ts';
import type { CoverFound, FileFormat, FileTags, ReadAnswer, ReadRequest } from './tags.ts';

// Runs in the reading process only: what happens here may hang, crash or eat memory, and costs one report line.

export type Outcome = ReadAnswer | Problem;

const coverBytesMax = 2 * 1024 * 1024;
const fileBytesMax = 4 * 1024 ** 3;
/** A tag of more than this is garbage or somebody's film collection; what follows it is still looked for. */
const id3BytesMax = 64 * 1024 * 1024;
/** Reading a whole file for its length is worth it only where nothing else tells. */
const wholeFileBytesMax = 32 * 1024 * 1024;
const coversRemembered = 64;

const sentCovers = new Set<string>();
let lastFolderCover: { path: string; cover: CoverFound | null } | null = null;

export async function readFile(request: ReadRequest): Promise<Outcome> {
  if (request.sizeBytes === 0) return problem('empty', 'the file has no bytes');
  if (request.sizeBytes > fileBytesMax) return problem('too-large', 'larger than 4 GiB');
  const file = await open(
    textToPath(request.path),
    constants.O_RDONLY | (constants.O_NONBLOCK ?? 0),
  ).catch((error: NodeJS.ErrnoException) => error);
  if (file instanceof Error) {
    return file.code === 'ENOENT'
      ? problem('vanished', 'the file disappeared while it was imported')
      : problem('unreadable', `the file could not be opened (${file.code ?? file.message})`);
  }
  try {
    const info = await file.stat();
    if (!info.isFile()) return problem('not-a-file', 'a pipe, socket or device');
    const format = await sniffFile(file, info.size);
    if (format === null)
      return problem(
        'not-music',
        'its content is no sound format that is read here (mp3, ogg, opus, flac, m4a, aac, wav, aiff)',
      );
    const metadata = await parse(request.path, format, info.size);
    return await describe(request, { file, size: info.size, format, metadata });
  } catch (error) {
    return problem(
      'broken',
      `its ${path.extname(readablePath(request.path)) || 'content'} could not be read: ${String((error as Error).message ?? error).slice(0, 300)}`,
    );
  } finally {
    await file.close();
  }
}

async function sniffFile(file: FileHandle, size: number): Promise<SoundFormat | null> {
  const head = Buffer.alloc(sniffBytes);
  const read = async (at: number) =>
    head.subarray(0, (await file.read(head, 0, sniffBytes, at)).bytesRead);
  const start = await read(0);
  const tag = id3Size(start);
  if (tag === 0) return sniffSound(start);
  if (tag > id3BytesMax || tag >= size) return null;
  // A few taggers count the padding wrongly or write two tags: what follows may be zeros, then sound.
  return sniffSound(skipZeros(await read(tag)));
}

function skipZeros(bytes: Buffer): Buffer {
  let at = 0;
  while (at < bytes.length && bytes[at] === 0) at += 1;
  return bytes.subarray(at);
}

/** The parser is chosen by the name, and names lie. */
async function parse(pathText: string, format: SoundFormat, size: number): Promise<IAudioMetadata> {
  return withReadableName(pathText, format, (file) => parseBy(file, format, size));
}

async function parseBy(file: string, format: SoundFormat, size: number): Promise<IAudioMetadata> {
  const quick = await parseFile(file, { duration: false });
  const untold = quick.format.duration === undefined && (format === 'mp3' || format === 'aac');
  return untold && size <= wholeFileBytesMax ? parseFile(file, { duration: true }) : quick;
}

type Parsed = {
  readonly file: FileHandle;
  readonly size: number;
  readonly format: SoundFormat;
  readonly metadata: IAudioMetadata;
};

async function describe(request: ReadRequest, parsed: Parsed): Promise<Outcome> {
  const { metadata } = parsed;
  if (
    metadata.format.hasAudio === false ||
    (metadata.format.sampleRate === undefined && metadata.format.codec === undefined)
  ) {
    return problem('broken', 'it begins like music, but no sound track could be found in it');
  }
  const durationMs = await measure(parsed);
  const format: FileFormat = {
    format: parsed.format,
    codec: metadata.format.codec ?? null,
    bitrate: whole(metadata.format.bitrate),
    sampleRate: whole(metadata.format.sampleRate),
    channels: whole(metadata.format.numberOfChannels),
    durationMs,
  };
  return {
    kind: 'read',
    tags: readTags(metadata),
    format,
    cover: await findCover(metadata, request.coverPath),
  };
}

async function measure({ file, size, format, metadata }: Parsed): Promise<number | null> {
  const { duration, sampleRate, bitrate } = metadata.format;
  if (format === 'ogg' || format === 'opus') {
    return oggDurationMs(file, size, format === 'opus' ? 48_000 : (sampleRate ?? 0));
  }
  if (duration === undefined || !Number.isFinite(duration) || duration <= 0) return null;
  let seconds = duration;
  // A header may claim more than there is: an interrupted recording, a cut download.
  if ((format === 'wav' || format === 'aiff') && bitrate !== undefined && bitrate > 0)
    seconds = Math.min(seconds, (size * 8) / bitrate);
  return Math.round(seconds * 1000);
}

function readTags({ common }: IAudioMetadata): FileTags {
  const credits = (
    [
      'composer',
      'lyricist',
      'producer',
      'arranger',
      'conductor',
      'engineer',
      'mixer',
      'remixer',
    ] as const
  ).flatMap((role) => textList(common[role]).map((name) => ({ name, role })));
  const label = textList(common.label)[0] ?? null;
  return {
    title: oneText(common.title),
    artist: oneText(common.artist),
    artists: textList(common.artists),
    album: oneText(common.album),
    albumArtist: oneText(common.albumartist),
    isCompilation: common.compilation === true,
    track: whole(common.track.no),
    disc: whole(common.disk.no),
    isrc: textList(common.isrc)[0] ?? null,
    gtin: oneText(common.barcode),
    genres: textList(common.genre),
    year: whole(common.year),
    releasedOn: oneText(common.releasedate) ?? oneText(common.date),
    label,
    language: oneText(common.language),
    tempoBpm: typeof common.bpm === 'number' && Number.isFinite(common.bpm) ? common.bpm : null,
    musicKey: oneText(common.key),
    recordingMbid: oneText(common.musicbrainz_recordingid),
    releaseMbid: oneText(common.musicbrainz_albumid),
    credits,
    iswc: null,
  };
}

function oneText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = repairText(value).trim();
  return text === '' ? null : text;
}

function textList(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((item) => oneText(item) ?? []).slice(0, 50);
}

function whole(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 2 ** 31
    ? Math.round(value)
    : null;
}

// ── covers ──────────────────────────────────────────────────────────────

async function findCover(
  { common }: IAudioMetadata,
  coverPath: string | null,
): Promise<CoverFound | null> {
  const pictures = common.picture ?? [];
  const front = pictures.find((p) => /front/i.test(p.type ?? '')) ?? pictures[0];
  const embedded = front === undefined ? null : judgePicture(front.data);
  if (embedded !== null) return embedded;
  if (coverPath === null) return null;
  if (lastFolderCover?.path !== coverPath)
    lastFolderCover = { path: coverPath, cover: await readPicture(coverPath) };
  return lastFolderCover.cover === null
    ? null
    : {
        ...lastFolderCover.cover,
        bytes: onlyOnce(lastFolderCover.cover.hash, lastFolderCover.cover.bytes),
      };
}

async function readPicture(coverPath: string): Promise<CoverFound | null> {
  const file = await open(
    textToPath(coverPath),
    constants.O_RDONLY | (constants.O_NONBLOCK ?? 0),
  ).catch(() => null);
  if (file === null) return null;
  try {
    const info = await file.stat();
    if (!info.isFile() || info.size > coverBytesMax) return null;
    const bytes = Buffer.alloc(info.size);
    const { bytesRead } = await file.read(bytes, 0, info.size, 0);
    const picture = bytes.subarray(0, bytesRead);
    const contentType = sniffPicture(picture);
    return contentType === null ? null : { hash: hashOf(picture), contentType, bytes: picture };
  } finally {
    await file.close();
  }
}

function judgePicture(bytes: Uint8Array): CoverFound | null {
  const contentType = bytes.length > coverBytesMax ? null : sniffPicture(bytes);
  if (contentType === null) return null;
  const hash = hashOf(bytes);
  return { hash, contentType, bytes: onlyOnce(hash, bytes) };
}

/** By its first bytes, whatever the tag or the name calls it: jpeg, png, webp or gif. */
function sniffPicture(b: Uint8Array): string | null {
  if (b.length < 64) return null;
  if (b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff) return 'image/jpeg';
  const text = Buffer.from(b.buffer, b.byteOffset, 16).toString('latin1');
  if (text.startsWith('\u0089PNG\r\n\u001a\n')) return 'image/png';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'image/webp';
  return /^GIF8[79]a/.test(text) ? 'image/gif' : null;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

function onlyOnce(hash: string, bytes: Uint8Array | null): Uint8Array | null {
  if (sentCovers.has(hash)) return null;
  if (sentCovers.size >= coversRemembered) sentCovers.clear();
  sentCovers.add(hash);
  return bytes;
}

function problem(reason: string, detail: string): Outcome {
  return { kind: 'problem', reason, detail };
}
