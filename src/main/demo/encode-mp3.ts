import {
  AV_CODEC_ID_PNG,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_PKT_FLAG_KEY,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLTP,
  AVMEDIA_TYPE_VIDEO,
  FF_ENCODER_LIBMP3LAME,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  Rational,
} from 'node-av/lib';

// MP3 because every browser plays it from range requests, every tag reader knows ID3, and the gapless header says
// how many samples the encoder added. The synchronous calls: this runs in a process of its own (compose-recordings.child.ts),
// and the asynchronous ones cost four times the time.

export type Mp3Tags = {
  readonly title: string;
  readonly artist: string;
  readonly albumArtist: string;
  readonly album: string;
  /** `2/3`. */
  readonly track: string;
  readonly isrc: string;
  readonly genre: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly publisher: string;
  readonly bpm: number;
  /** `F#m`, as ID3 wants it. */
  readonly musicalKey: string;
};

const bitrate = 192_000n;
/** LAME turns everything down to this by itself, against overshoot that the mastering has already allowed for. */
const lameScale = 0.95;

/** Writes an MP3 with ID3v2.4 tags and a front cover. Throws what FFmpeg reports. */
export function encodeMp3(
  path: string,
  channels: readonly [Float32Array, Float32Array],
  sampleRate: number,
  tags: Mp3Tags,
  coverPng: Buffer,
  coverPx: number,
): void {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBMP3LAME);
  if (codec === null) throw new Error('this FFmpeg has no MP3 encoder');
  using encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.sampleRate = sampleRate;
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
  encoder.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  encoder.bitRate = bitrate;
  encoder.timeBase = new Rational(1, sampleRate);
  check(encoder.open2Sync(codec, null), 'open the encoder');

  const file = new FormatContext();
  try {
    writeFile(file, encoder, path, channels, sampleRate, tags, coverPng, coverPx);
  } finally {
    file.freeContext();
  }
}

function writeFile(
  file: FormatContext,
  encoder: CodecContext,
  path: string,
  channels: readonly [Float32Array, Float32Array],
  sampleRate: number,
  tags: Mp3Tags,
  coverPng: Buffer,
  coverPx: number,
): void {
  check(file.allocOutputContext2(null, 'mp3', path), 'make the container');
  const audio = file.newStream(null);
  check(audio.codecpar.fromContext(encoder), 'describe the stream');
  audio.timeBase = encoder.timeBase;
  const picture = file.newStream(null);
  picture.codecpar.codecType = AVMEDIA_TYPE_VIDEO;
  picture.codecpar.codecId = AV_CODEC_ID_PNG;
  picture.codecpar.width = coverPx;
  picture.codecpar.height = coverPx;
  picture.disposition = AV_DISPOSITION_ATTACHED_PIC;
  picture.metadata = Dictionary.fromObject({ comment: 'Cover (front)' });
  file.metadata = Dictionary.fromObject(id3Names(tags));
  check(file.openOutputSync(), 'open the file');
  try {
    check(file.writeHeaderSync(Dictionary.fromObject({ id3v2_version: '4' })), 'write the header');
    writeCover(file, coverPng);
    writeAudio(file, encoder, channels, sampleRate, audio.timeBase);
    check(file.writeTrailerSync(), 'finish the file');
  } finally {
    file.closeOutputSync();
  }
}

function id3Names(tags: Mp3Tags): Record<string, string> {
  return {
    title: tags.title,
    artist: tags.artist,
    album_artist: tags.albumArtist,
    album: tags.album,
    track: tags.track,
    genre: tags.genre,
    date: tags.date,
    publisher: tags.publisher,
    TSRC: tags.isrc,
    TBPM: String(tags.bpm),
    TKEY: tags.musicalKey,
  };
}

function writeCover(file: FormatContext, png: Buffer): void {
  using packet = new Packet();
  packet.alloc();
  packet.data = png;
  packet.streamIndex = 1;
  packet.pts = 0n;
  packet.dts = 0n;
  packet.flags = AV_PKT_FLAG_KEY;
  check(file.interleavedWriteFrameSync(packet), 'write the cover');
}

function writeAudio(
  file: FormatContext,
  encoder: CodecContext,
  [left, right]: readonly [Float32Array, Float32Array],
  sampleRate: number,
  timeBase: Rational,
): void {
  using packet = new Packet();
  packet.alloc();
  const drain = (): void => {
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0;
      packet.rescaleTs(encoder.timeBase, timeBase);
      check(file.interleavedWriteFrameSync(packet), 'write audio');
    }
  };
  const size = encoder.frameSize;
  const planes = new Float32Array(size * 2);
  for (let at = 0; at < left.length; at += size) {
    const long = Math.min(size, left.length - at);
    using frame = new Frame();
    frame.alloc();
    frame.nbSamples = long;
    frame.format = AV_SAMPLE_FMT_FLTP;
    frame.sampleRate = sampleRate;
    frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    check(frame.allocBuffer(), 'make a frame');
    for (let i = 0; i < long; i++) {
      planes[i] = left[at + i]! / lameScale;
      planes[long + i] = right[at + i]! / lameScale;
    }
    check(frame.fromBuffer(Buffer.from(planes.buffer, 0, long * 8)), 'fill a frame');
    frame.pts = BigInt(at);
    check(encoder.sendFrameSync(frame), 'encode');
    drain();
  }
  check(encoder.sendFrameSync(null), 'finish encoding');
  drain();
}

function check(code: number, what: string): void {
  FFmpegError.throwIfError(code, what);
}
