import { trouble, type Trouble } from './trouble.ts';

// The part of HLS (RFC 8216) that stations use: a master playlist that names variants, a media playlist that names
// segments. Everything is bounded, and what cannot be read is a sentence, not an exception.

export const playlistBytesMax = 1 << 20;
const segmentsMax = 10_000;
const variantsMax = 100;

/** Bytes of a file; null: all of it. */
export type ByteRange = { readonly from: number; readonly length: number } | null;

export type Segment = {
  readonly url: string;
  readonly range: ByteRange;
  readonly sequence: number;
  readonly durationMs: number;
  readonly title: string | null;
  readonly isDiscontinuous: boolean;
  readonly key: { readonly url: string; readonly iv: Buffer | null } | null;
  /** The initialisation section of fragmented MP4. */
  readonly init: { readonly url: string; readonly range: ByteRange } | null;
};

export type Playlist =
  | { readonly kind: 'master'; readonly variants: readonly { url: string; bandwidth: number }[] }
  | {
      readonly kind: 'media';
      readonly targetMs: number;
      readonly hasEnded: boolean;
      readonly segments: readonly Segment[];
    }
  | { readonly kind: 'unreadable'; readonly trouble: Trouble };

export function isPlaylist(text: string): boolean {
  return text.replace(/^\uFEFF/, '').startsWith('#EXTM3U');
}

export function parsePlaylist(text: string, base: string): Playlist {
  if (!isPlaylist(text)) return { kind: 'unreadable', trouble: trouble('no-playlist') };
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.some((line) => line.startsWith('#EXT-X-STREAM-INF:'))
    ? parseMaster(lines, base)
    : parseMedia(lines, base);
}

function parseMaster(lines: readonly string[], base: string): Playlist {
  const variants: { url: string; bandwidth: number }[] = [];
  let bandwidth: number | null = null;
  for (const line of lines) {
    if (line.startsWith('#EXT-X-STREAM-INF:'))
      bandwidth = Number(attribute(line, 'BANDWIDTH') ?? 0);
    else if (line !== '' && !line.startsWith('#') && bandwidth !== null) {
      const url = resolve(line, base);
      if (url !== null && variants.length < variantsMax) variants.push({ url, bandwidth });
      bandwidth = null;
    }
  }
  return variants.length === 0
    ? { kind: 'unreadable', trouble: trouble('empty-playlist') }
    : { kind: 'master', variants };
}

function parseMedia(lines: readonly string[], base: string): Playlist {
  const segments: Segment[] = [];
  let sequence = numberAfter(lines, '#EXT-X-MEDIA-SEQUENCE:') ?? 0;
  let next = plainNext;
  let key: Segment['key'] = null;
  let init: Segment['init'] = null;
  for (const line of lines) {
    if (line.startsWith('#EXTINF:')) {
      const [seconds, title] = split(line.slice('#EXTINF:'.length), ',');
      next = {
        ...next,
        durationMs: Math.max(0, Number(seconds) * 1000 || 0),
        title: title || null,
      };
    } else if (line === '#EXT-X-DISCONTINUITY') next = { ...next, isDiscontinuous: true };
    else if (line.startsWith('#EXT-X-BYTERANGE:'))
      next = { ...next, range: line.slice('#EXT-X-BYTERANGE:'.length) };
    else if (line.startsWith('#EXT-X-KEY:')) {
      const method = attribute(line, 'METHOD');
      const url = resolve(attribute(line, 'URI') ?? '', base);
      if (method === 'NONE') key = null;
      else if (method === 'AES-128' && url !== null)
        key = { url, iv: readIv(attribute(line, 'IV')) };
      else return { kind: 'unreadable', trouble: sealed(method) };
    } else if (line.startsWith('#EXT-X-MAP:')) {
      const url = resolve(attribute(line, 'URI') ?? '', base);
      const range = readRange(attribute(line, 'BYTERANGE') ?? null, 0);
      if (range === 'wrong') return { kind: 'unreadable', trouble: wrongRange };
      init = url === null ? null : { url, range };
    } else if (line !== '' && !line.startsWith('#')) {
      const url = resolve(line, base);
      const last = segments.at(-1);
      // Without an offset it follows the part before it, of the same file.
      const follows =
        last?.range != null && last.url === url ? last.range.from + last.range.length : null;
      const range = readRange(next.range, follows);
      if (range === 'wrong') return { kind: 'unreadable', trouble: wrongRange };
      if (url !== null) segments.push({ ...next, url, range, sequence, key, init });
      sequence += 1;
      next = plainNext;
      if (segments.length > segmentsMax)
        return { kind: 'unreadable', trouble: trouble('many-segments', { segments: segmentsMax }) };
    }
  }
  return {
    kind: 'media',
    targetMs: 1000 * Math.min(60, Math.max(1, numberAfter(lines, '#EXT-X-TARGETDURATION:') ?? 6)),
    hasEnded: lines.includes('#EXT-X-ENDLIST'),
    segments,
  };
}

const plainNext = {
  durationMs: 0,
  title: null as string | null,
  isDiscontinuous: false,
  range: null as string | null,
};
const wrongRange = trouble('wrong-ranges');

/** `length` or `length@offset`; 'wrong' also where the offset is missing and nothing says it. */
function readRange(text: string | null, follows: number | null): ByteRange | 'wrong' {
  if (text === null) return null;
  const [, length, offset] = /^(\d{1,12})(?:@(\d{1,12}))?$/.exec(text.trim()) ?? [];
  const from = offset === undefined ? follows : Number(offset);
  if (length === undefined || Number(length) === 0 || from === null) return 'wrong';
  return { from, length: Number(length) };
}

function sealed(method: string | undefined): Trouble {
  return method?.startsWith('SAMPLE-AES') === true
    ? trouble('sample-aes')
    : trouble('encrypted', { method: method ?? '?' });
}

function attribute(line: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|[:,])${name}=(?:"([^"]*)"|([^",]*))`).exec(line);
  return found?.[1] ?? found?.[2];
}

function readIv(hex: string | undefined): Buffer | null {
  return /^0x[0-9a-f]{32}$/i.test(hex ?? '') ? Buffer.from(hex!.slice(2), 'hex') : null;
}

function numberAfter(lines: readonly string[], tag: string): number | null {
  const value = Number(lines.find((line) => line.startsWith(tag))?.slice(tag.length));
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).trim()];
}

function resolve(reference: string, base: string): string | null {
  return URL.canParse(reference, base) ? new URL(reference, base).href : null;
}
