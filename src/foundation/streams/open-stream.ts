import { cleanTitle, decodeText, demuxIcy, readInterval, type Part } from './demux-icy.ts';
import { isPlaylist, playlistBytesMax } from './parse-playlist.ts';
import { request, type HttpAnswer, type RequestOptions, type StreamProblem } from './raw-http.ts';
import { openPlaylist, readSegments } from './read-hls.ts';
import { splitOgg } from './split-ogg.ts';
import { formatOfType, sniffFormat, type StreamFormat } from './stream-format.ts';
import { trouble, troubleOf } from './trouble.ts';

// One address, whatever is behind it: Icecast, Shoutcast, an Ogg chain, HLS, a playlist that names the stream, a file.

const sniffBytes = 16;
const simplePlaylistHopsMax = 3;
const simplePlaylist = /mpegurl|scpls|x-pls/i;

export type OpenedStream = {
  readonly kind: 'opened';
  readonly format: StreamFormat;
  readonly protocol: 'icy' | 'http' | 'hls';
  /** A recording that comes to its end and could be asked for again, not a broadcast. */
  readonly isRecording: boolean;
  /** What the station calls itself. */
  readonly name: string | null;
  readonly parts: AsyncGenerator<Part>;
  close(): void;
};

export async function openStream(
  address: string,
  options: RequestOptions,
  hop = 0,
): Promise<OpenedStream | StreamProblem> {
  const answer = await request(address, {
    ...options,
    headers: { 'Icy-MetaData': '1', ...options.headers },
  });
  if (answer.kind !== 'answer') return answer;
  const opened = await readAnswer(answer, options, hop).catch((error: Error): StreamProblem => {
    options.signal.throwIfAborted();
    return { kind: 'unreachable', trouble: troubleOf(error) };
  });
  if (opened.kind !== 'opened') answer.close();
  return opened;
}

async function readAnswer(
  answer: HttpAnswer,
  options: RequestOptions,
  hop: number,
): Promise<OpenedStream | StreamProblem> {
  const refused = judgeStatus(answer.status);
  if (refused !== null) return refused;
  const type = (answer.headers.get('content-type') ?? '').toLowerCase();
  const { head, bytes } = await peek(answer.body, sniffBytes);
  if (head.length === 0) return { kind: 'unreachable', trouble: trouble('no-beginning') };
  if (simplePlaylist.test(type) || isText(head)) {
    return readPlaylistText(await gather(bytes, playlistBytesMax), answer, options, hop);
  }
  if (/^(text\/|application\/(json|xml|pdf|javascript))/.test(type) || head[0] === 0x3c)
    return { kind: 'wrong-address', trouble: trouble('page') };
  const format = sniffFormat(head) ?? formatOfType(type) ?? 'mp3';
  const interval = readInterval(answer.headers.get('icy-metaint'));
  const name = answer.headers.get('icy-name') ?? answer.headers.get('ice-name');
  return {
    kind: 'opened',
    format,
    protocol: interval === null ? 'http' : 'icy',
    isRecording: answer.headers.has('content-length') && !isBroadcast(answer.headers),
    name: name === undefined ? null : cleanTitle(decodeText(Buffer.from(name, 'latin1'))),
    parts: interval === null ? asParts(bytes, format) : demuxIcy(bytes, interval),
    close: () => answer.close(),
  };
}

/** Some servers give broadcasts a length for the sake of old players, but say in other headers what they are. */
function isBroadcast(headers: HttpAnswer['headers']): boolean {
  return [...headers.keys()].some((name) => /^(icy|ice)-/.test(name));
}

/** Bytes of a stream without titles between them; Ogg brings its own. */
export function asParts(bytes: AsyncIterable<Buffer>, format: StreamFormat): AsyncGenerator<Part> {
  return format === 'ogg' ? splitOgg(bytes) : soundParts(bytes);
}

async function* soundParts(bytes: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  for await (const part of bytes) yield { kind: 'sound', bytes: part };
}

function judgeStatus(status: number): StreamProblem | null {
  if (status === 200 || status === 206) return null;
  const isBusy = status >= 500 || status === 408 || status === 429;
  return { kind: isBusy ? 'unreachable' : 'wrong-address', trouble: trouble('status', { status }) };
}

/** HLS, or a .pls or .m3u that names where the stream is. */
async function readPlaylistText(
  text: string | null,
  answer: HttpAnswer,
  options: RequestOptions,
  hop: number,
): Promise<OpenedStream | StreamProblem> {
  answer.close();
  if (text === null) return { kind: 'wrong-address', trouble: trouble('large-playlist') };
  if (isPlaylist(text) && text.includes('#EXT-X-')) return openHls(text, answer.url.href, options);
  const named = /^\s*(?:File\d+\s*=\s*)?(https?:\/\/\S+)/im.exec(text)?.[1];
  if (named === undefined || hop >= simplePlaylistHopsMax)
    return { kind: 'wrong-address', trouble: trouble('no-stream') };
  return openStream(named, options, hop + 1);
}

async function openHls(
  text: string,
  url: string,
  options: RequestOptions,
): Promise<OpenedStream | StreamProblem> {
  const found = await openPlaylist(text, url, options);
  if ('kind' in found) return found;
  const parts = readSegments(found, options);
  // The first segment tells how all are coded.
  const before: Part[] = [];
  for (;;) {
    const { value, done } = await parts.next();
    if (done === true) return { kind: 'unreachable', trouble: trouble('soundless-playlist') };
    before.push(value);
    if (value.kind !== 'sound') continue;
    return {
      kind: 'opened',
      format: sniffFormat(value.bytes) ?? 'mpegts',
      protocol: 'hls',
      isRecording: found.playlist.hasEnded,
      name: null,
      parts: chain(before, parts),
      close: () => {},
    };
  }
}

async function* chain(first: readonly Part[], rest: AsyncGenerator<Part>): AsyncGenerator<Part> {
  yield* first;
  yield* rest;
}

function isText(head: Buffer): boolean {
  const text = head.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  return text.startsWith('#EXTM3U') || text.startsWith('[playlist]') || /^https?:\/\//.test(text);
}

async function peek(
  body: AsyncGenerator<Buffer>,
  wanted: number,
): Promise<{ head: Buffer; bytes: AsyncGenerator<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < wanted) {
    const { value, done } = await body.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* body;
  }
  return { head, bytes: all() };
}

async function gather(bytes: AsyncGenerator<Buffer>, max: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > max) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
