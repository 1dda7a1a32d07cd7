// What a file is, by its first bytes. Names lie; a reader that is told the wrong format wastes seconds or crashes.

export type SoundFormat = 'mp3' | 'ogg' | 'opus' | 'flac' | 'm4a' | 'wav' | 'aiff' | 'aac';

export const contentTypes: Readonly<Record<SoundFormat, string>> = {
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg; codecs=opus',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  aiff: 'audio/aiff',
  aac: 'audio/aac',
};

/** Bytes a caller should hand over: enough for a few MPEG frames behind padding. */
export const sniffBytes = 64 * 1024;

/** Size in bytes of the ID3v2 tag at the start, header and footer included; 0 when there is none. */
export function id3Size(head: Uint8Array): number {
  if (head.length < 10 || ascii(head, 0, 3) !== 'ID3' || head[3] === 0xff) return 0;
  const [a, b, c, d] = head.subarray(6, 10) as unknown as [number, number, number, number];
  if ((a | b | c | d) & 0x80) return 0;
  return 10 + ((a << 21) | (b << 14) | (c << 7) | d) + (head[5]! & 0x10 ? 10 : 0);
}

/** The format of what follows the ID3 tag, if any; null when it is no sound we know. */
export function sniffSound(head: Uint8Array): SoundFormat | null {
  const start = ascii(head, 0, 4);
  if (start === 'fLaC') return 'flac';
  if (start === 'OggS') {
    const first = ascii(head, 26, Math.min(head.length, 26 + 300));
    if (first.includes('OpusHead')) return 'opus';
    if (first.includes('\u0001vorbis') || first.includes('\u007fFLAC') || first.includes('Speex '))
      return 'ogg';
    return null; // video or something newer than we are
  }
  if ((start === 'RIFF' || start === 'RF64') && ascii(head, 8, 12) === 'WAVE') return 'wav';
  if (start === 'FORM' && /^AIF[FC]$/.test(ascii(head, 8, 12))) return 'aiff';
  if (ascii(head, 4, 8) === 'ftyp') return 'm4a';
  if (ascii(head, 0, 4) === 'ADIF' || isAdts(head)) return 'aac';
  return hasMpegFrames(head) ? 'mp3' : null;
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, to);
}

function isAdts(head: Uint8Array): boolean {
  if (head.length < 7 || head[0] !== 0xff || (head[1]! & 0xf6) !== 0xf0) return false;
  const length = ((head[3]! & 3) << 11) | (head[4]! << 3) | (head[5]! >> 5);
  return length > 7 && head[length] === 0xff && (head[length + 1]! & 0xf6) === 0xf0;
}

const bitratesKbps = {
  1: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  },
  2: {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const;

/** Length in bytes of the MPEG audio frame whose header is at `at`; 0 when it is none (ISO 11172-3, 13818-3). */
function mpegFrameLength(b: Uint8Array, at: number): number {
  if (b[at] !== 0xff || (b[at + 1]! & 0xe0) !== 0xe0) return 0;
  const version = (b[at + 1]! >> 3) & 3; // 0: 2.5, 2: 2, 3: 1
  const layer = 4 - ((b[at + 1]! >> 1) & 3); // 1, 2, 3; 4 is reserved
  const bitrateIndex = b[at + 2]! >> 4;
  const rateIndex = (b[at + 2]! >> 2) & 3;
  if (version === 1 || layer === 4 || bitrateIndex === 0 || bitrateIndex === 15 || rateIndex === 3)
    return 0;
  const family = version === 3 ? 1 : 2;
  const bitrate = bitratesKbps[family][layer as 1 | 2 | 3][bitrateIndex]! * 1000;
  const rate = [44_100, 48_000, 32_000][rateIndex]! / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const padding = (b[at + 2]! >> 1) & 1;
  if (layer === 1) return (Math.floor((12 * bitrate) / rate) + padding) * 4;
  return Math.floor(((layer === 3 && family === 2 ? 72 : 144) * bitrate) / rate) + padding;
}

/** Random bytes hold a frame header every few kilobytes, but not three in a row where the lengths say. */
const framesInRow = 3;

function hasMpegFrames(head: Uint8Array): boolean {
  for (
    let at = head.indexOf(0xff);
    at >= 0 && at < head.length - 4;
    at = head.indexOf(0xff, at + 1)
  ) {
    let next = at;
    let frames = 0;
    while (frames < framesInRow) {
      const length = mpegFrameLength(head, next);
      if (length === 0) break;
      frames += 1;
      next += length;
      if (next >= head.length - 4) break; // a tiny file may end before the third
    }
    if (frames === framesInRow || (frames > 0 && next >= head.length - 4 && at < 4)) return true;
  }
  return false;
}
