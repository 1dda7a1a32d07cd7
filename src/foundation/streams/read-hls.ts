import { createDecipheriv } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanTitle, type Part } from './demux-icy.ts';
import {
  parsePlaylist,
  playlistBytesMax,
  type ByteRange,
  type Playlist,
  type Segment,
} from './parse-playlist.ts';
import { request, type RequestOptions, type StreamProblem } from './raw-http.ts';
import { Stalled } from './stalled.ts';
import { trouble, troubleOf } from './trouble.ts';

// A station in segments: the playlist is asked again and again, each segment is fetched once, in order. One that has
// ended is read as fast as it is taken.

const segmentBytesMax = 32 << 20;
const keyBytes = 16;
/** Where a live playlist is entered: this many segments before its end (RFC 8216, 6.3.3). */
const liveSegments = 3;
const stallTargets = 4;
const failuresInRowMax = 5;

export type MediaPlaylist = Extract<Playlist, { kind: 'media' }>;

/** The media playlist behind an address: itself, or the variant of the least bandwidth, which says as much to an ear. */
export async function openPlaylist(
  text: string,
  url: string,
  options: RequestOptions,
): Promise<{ playlist: MediaPlaylist; url: string } | StreamProblem> {
  const parsed = parsePlaylist(text, url);
  if (parsed.kind === 'unreadable') return { kind: 'wrong-address', trouble: parsed.trouble };
  if (parsed.kind === 'media') return { playlist: parsed, url };
  const least = [...parsed.variants].sort((a, b) => a.bandwidth - b.bandwidth)[0]!;
  const answer = await fetchBytes(least.url, playlistBytesMax, options);
  if ('kind' in answer) return answer;
  const media = parsePlaylist(answer.bytes.toString('utf8'), answer.url);
  if (media.kind === 'media') return { playlist: media, url: answer.url };
  return {
    kind: 'wrong-address',
    trouble: media.kind === 'unreadable' ? media.trouble : trouble('unreadable-streams'),
  };
}

export async function* readSegments(
  first: { playlist: MediaPlaylist; url: string },
  options: RequestOptions,
): AsyncGenerator<Part> {
  let { playlist } = first;
  let next =
    playlist.hasEnded || playlist.segments.length <= liveSegments
      ? (playlist.segments[0]?.sequence ?? 0)
      : playlist.segments.at(-liveSegments)!.sequence;
  let readInit: Segment['init'] = null;
  let newestAt = Date.now();
  let failures = 0;
  let isFirst = true;
  for (;;) {
    for (const segment of playlist.segments) {
      if (segment.sequence < next) continue;
      options.signal.throwIfAborted();
      const bytes = await fetchSegment(segment, options);
      if (bytes === null) {
        if (++failures > failuresInRowMax) throw new Stalled(trouble('no-segments'));
      } else {
        failures = 0;
        const init =
          segment.init !== null && !isSame(segment.init, readInit)
            ? await fetchBytes(segment.init.url, segmentBytesMax, options, segment.init.range)
            : null;
        if (!isFirst && (segment.isDiscontinuous || init !== null)) yield { kind: 'break' };
        isFirst = false;
        const title = segment.title === null ? null : cleanTitle(segment.title);
        if (title !== null) yield { kind: 'title', title };
        if (init !== null && !('kind' in init)) {
          readInit = segment.init;
          yield { kind: 'sound', bytes: init.bytes };
        }
        yield { kind: 'sound', bytes: withoutId3(bytes) };
      }
      next = segment.sequence + 1;
      newestAt = Date.now();
    }
    if (playlist.hasEnded) return;
    if (Date.now() - newestAt > Math.max(options.stallMs, stallTargets * playlist.targetMs))
      throw new Stalled(trouble('nothing-new'));
    await sleep(playlist.targetMs / 2, undefined, { signal: options.signal });
    const answer = await fetchBytes(first.url, playlistBytesMax, options);
    if ('kind' in answer) continue; // asked again until it counts as stalled
    const parsed = parsePlaylist(answer.bytes.toString('utf8'), first.url);
    if (parsed.kind !== 'media') continue;
    playlist = parsed;
    // A station that started again counts its segments from the beginning.
    if ((playlist.segments.at(-1)?.sequence ?? next) < next - playlist.segments.length - 1)
      next = playlist.segments[0]!.sequence;
  }
}

function isSame(one: NonNullable<Segment['init']>, other: Segment['init']): boolean {
  return one.url === other?.url && one.range?.from === other.range?.from;
}

async function fetchSegment(segment: Segment, options: RequestOptions): Promise<Buffer | null> {
  const answer = await fetchBytes(segment.url, segmentBytesMax, options, segment.range);
  if ('kind' in answer) return null;
  if (segment.key === null) return answer.bytes;
  const key = await fetchBytes(segment.key.url, keyBytes, options);
  if ('kind' in key || key.bytes.length !== keyBytes) return null;
  const iv = segment.key.iv ?? Buffer.alloc(keyBytes);
  if (segment.key.iv === null) iv.writeBigUInt64BE(BigInt(segment.sequence), 8);
  try {
    const decipher = createDecipheriv('aes-128-cbc', key.bytes, iv);
    return Buffer.concat([decipher.update(answer.bytes), decipher.final()]);
  } catch {
    return null;
  }
}

/** A file, or a range of it; of a server that knows no ranges, the range is cut out of the file. */
async function fetchBytes(
  url: string,
  bytesMax: number,
  options: RequestOptions,
  range: ByteRange = null,
): Promise<{ bytes: Buffer; url: string } | StreamProblem> {
  const tooLarge: StreamProblem = { kind: 'wrong-address', trouble: trouble('too-large') };
  if (range !== null && range.length > bytesMax) return tooLarge;
  const answer = await request(url, range === null ? options : withRange(options, range));
  if (answer.kind !== 'answer') return answer;
  try {
    const isPart = range !== null && answer.status === 206;
    if (answer.status !== 200 && !isPart)
      return { kind: 'unreachable', trouble: trouble('status', { status: answer.status }) };
    const skipped = range === null || isPart ? 0 : range.from;
    const wanted = range === null ? Infinity : skipped + range.length;
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of answer.body) {
      size += part.length;
      if (size > bytesMax && size - part.length < wanted) return tooLarge;
      parts.push(part);
      if (size >= wanted) break;
    }
    const bytes = Buffer.concat(parts).subarray(skipped, Math.min(size, wanted));
    if (range !== null && bytes.length < range.length)
      return { kind: 'unreachable', trouble: trouble('short-file') };
    return { bytes, url: answer.url.href };
  } catch (error) {
    options.signal.throwIfAborted();
    return { kind: 'unreachable', trouble: troubleOf(error) };
  } finally {
    answer.close();
  }
}

function withRange(options: RequestOptions, range: NonNullable<ByteRange>): RequestOptions {
  const last = range.from + range.length - 1;
  return { ...options, headers: { ...options.headers, Range: `bytes=${range.from}-${last}` } };
}

/** Packed audio begins every segment with a tag that holds its time; in the middle of a stream it is only in the way. */
function withoutId3(bytes: Buffer): Buffer {
  if (bytes.subarray(0, 3).toString('latin1') !== 'ID3' || bytes.length < 10) return bytes;
  const size =
    ((bytes[6]! & 0x7f) << 21) |
    ((bytes[7]! & 0x7f) << 14) |
    ((bytes[8]! & 0x7f) << 7) |
    (bytes[9]! & 0x7f);
  return bytes.subarray(Math.min(bytes.length, size + 10));
}
