import { createHash } from 'node:crypto';
import { opusStream } from '#foundation/streams/testing.ts';

// Sound files composed by the tests: real containers with real tags around silence.

export type Tagged = {
  readonly title?: string;
  readonly artist?: string;
  readonly album?: string;
  readonly albumArtist?: string;
  readonly track?: string;
  readonly disc?: string;
  readonly isrc?: string;
  readonly genre?: string;
  readonly year?: string;
  readonly picture?: Uint8Array;
};

const seconds = 2;

function u32(n: number): Buffer {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(n);
  return b;
}
function u32le(n: number): Buffer {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  return b;
}

const id3Frames = {
  title: 'TIT2',
  artist: 'TPE1',
  album: 'TALB',
  albumArtist: 'TPE2',
  track: 'TRCK',
  disc: 'TPOS',
  isrc: 'TSRC',
  genre: 'TCON',
  year: 'TYER',
} as const;
const vorbisFields = {
  title: 'TITLE',
  artist: 'ARTIST',
  album: 'ALBUM',
  albumArtist: 'ALBUMARTIST',
  track: 'TRACKNUMBER',
  disc: 'DISCNUMBER',
  isrc: 'ISRC',
  genre: 'GENRE',
  year: 'DATE',
} as const;

function syncsafe(n: number): Buffer {
  return Buffer.of((n >> 21) & 0x7f, (n >> 14) & 0x7f, (n >> 7) & 0x7f, n & 0x7f);
}

/** An ID3v2.3 tag; `encode` says how texts are written (0: Latin-1, 1: UTF-16), whatever their bytes are. */
export function id3(tags: Tagged, encode: (text: string) => Buffer = utf16): Buffer {
  const frames: Buffer[] = [];
  for (const [field, frame] of Object.entries(id3Frames)) {
    const text = tags[field as keyof typeof id3Frames];
    if (text !== undefined) frames.push(id3Frame(frame, encode(text)));
  }
  if (tags.picture)
    frames.push(
      id3Frame(
        'APIC',
        Buffer.concat([Buffer.from('\0image/jpeg\0\x03\0', 'latin1'), tags.picture]),
      ),
    );
  const body = Buffer.concat(frames);
  return Buffer.concat([Buffer.from('ID3\x03\0\0', 'latin1'), syncsafe(body.length), body]);
}

function id3Frame(name: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(name, 'latin1'), u32(body.length), Buffer.alloc(2), body]);
}

export function utf16(text: string): Buffer {
  return Buffer.concat([Buffer.of(1, 0xff, 0xfe), Buffer.from(text, 'utf16le')]);
}
/** Bytes that claim to be Latin-1. */
export function asLatin1(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0), bytes]);
}

/** MPEG 1 layer 3, 128 kbit/s, 44.1 kHz: silent frames of 417 bytes. */
export function mp3(tags: Tagged = {}, tag: Buffer = id3(tags), long: number = seconds): Buffer {
  const frame = Buffer.alloc(417);
  frame.set([0xff, 0xfb, 0x90, 0x64]);
  return Buffer.concat([
    tag,
    ...Array.from({ length: Math.round((long * 44_100) / 1152) }, () => frame),
  ]);
}

/** A tag of 128 bytes at the end, as players of the nineties wrote it. */
export function id3v1(title: Buffer, artist: Buffer): Buffer {
  const tag = Buffer.alloc(128);
  tag.write('TAG', 0, 'latin1');
  title.copy(tag, 3, 0, 30);
  artist.copy(tag, 33, 0, 30);
  return tag;
}

export function wav(
  tags: Tagged = {},
  long: number = seconds,
  claimedSeconds: number = long,
): Buffer {
  const rate = 8_000;
  const data = Buffer.alloc(long * rate * 2);
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * 2, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const tag = id3(tags);
  const chunks = Buffer.concat([
    Buffer.from('WAVEfmt ', 'latin1'),
    u32le(16),
    format,
    Buffer.from('id3 ', 'latin1'),
    u32le(tag.length),
    tag,
    Buffer.alloc(tag.length % 2),
    Buffer.from('data', 'latin1'),
    u32le(claimedSeconds * rate * 2),
    data,
  ]);
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), u32le(chunks.length), chunks]);
}

export function aiff(tags: Tagged = {}): Buffer {
  const rate = 8_000;
  const common = Buffer.alloc(18);
  common.writeUInt16BE(1, 0);
  common.writeUInt32BE(seconds * rate, 2);
  common.writeUInt16BE(16, 6);
  common.set([0x40, 0x0b, 0xfa], 8); // 8000 as an 80-bit float
  const tag = id3(tags);
  const sound = Buffer.alloc(8 + seconds * rate * 2);
  const chunks = Buffer.concat([
    Buffer.from('AIFFCOMM', 'latin1'),
    u32(18),
    common,
    Buffer.from('ID3 ', 'latin1'),
    u32(tag.length),
    tag,
    Buffer.alloc(tag.length % 2),
    Buffer.from('SSND', 'latin1'),
    u32(sound.length),
    sound,
  ]);
  return Buffer.concat([Buffer.from('FORM', 'latin1'), u32(chunks.length), chunks]);
}

function commentsOf(tags: Tagged): readonly string[] {
  return Object.entries(vorbisFields).flatMap(([field, name]) => {
    const text = tags[field as keyof typeof vorbisFields];
    return text === undefined ? [] : [`${name}=${text}`];
  });
}

function vorbisComment(tags: Tagged): Buffer {
  const fields = commentsOf(tags).map((comment) => Buffer.from(comment));
  return Buffer.concat([
    u32le(0),
    u32le(fields.length),
    ...fields.flatMap((f) => [u32le(f.length), f]),
  ]);
}

export function flac(tags: Tagged = {}, long: number = seconds): Buffer {
  const rate = 44_100;
  const info = Buffer.alloc(34);
  info.writeUInt16BE(4096, 0);
  info.writeUInt16BE(4096, 2);
  info.writeBigUInt64BE(
    (BigInt(rate) << 44n) | (1n << 41n) | (15n << 36n) | BigInt(rate * long),
    10,
  );
  const comment = vorbisComment(tags);
  const block = (type: number, body: Buffer) =>
    Buffer.concat([u32(((type << 24) >>> 0) + body.length), body]);
  return Buffer.concat([
    Buffer.from('fLaC', 'latin1'),
    block(0, info),
    block(0x84, comment),
    Buffer.alloc(2_000),
  ]);
}

/** Two header pages and an empty last page that says where the sound ends. */
export function opus(tags: Tagged = {}, long: number = seconds): Buffer {
  return opusStream(commentsOf(tags), long);
}

/** Bytes that begin like a JPEG and differ by `seed`. */
export function picture(seed: string, size = 2_000): Buffer {
  const noise = createHash('sha256').update(seed).digest();
  return Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xe0), Buffer.alloc(size, noise)]);
}
