import { closeSync, openSync, readSync } from 'node:fs';
import {
  AV_LOG_QUIET,
  AVDISCARD_ALL,
  AVERROR_DECODER_NOT_FOUND,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  InputFormat,
  Log,
  Packet,
  type Stream,
} from 'node-av/lib';
import { createMixdown } from './mix-down.ts';
import { demuxerOf, sniffBytes } from './sniff-sound.ts';

// Runs in the decoding process only: what happens here may crash, hang or eat memory. One packet and one frame are used
// for the whole file: allocating and cloning them costs more than decoding an MP3.

Log.setLevel(AV_LOG_QUIET);

export class NotSound extends Error {}

/** Decodes a file to 16 kHz mono and hands it over in blocks; `take` returns false when it has enough. */
export function decodeSound(file: string, take: (samples: Float32Array) => boolean): void {
  const demuxer = demuxerOf(headOf(file));
  if (demuxer === null)
    throw new NotSound(
      'its content is no sound that is read here (wav, mp3, ogg, opus, flac, m4a, aac, aiff, webm, amr)',
    );
  using input = openInput(file, demuxer);
  using decoder = openDecoder(input.stream);
  let wanted = true;
  using mixdown = createMixdown((samples) => {
    for (let i = 0; i < samples.length; i++)
      if (!(Math.abs(samples[i]!) <= sampleMax)) samples[i] = 0;
    wanted &&= take(samples);
  });
  using packet = new Packet();
  packet.alloc();
  using frame = new Frame();
  frame.alloc();
  const { index } = input.stream;
  let whole = 0;
  let broken = 0;
  let reason = 0;
  const decode = (coded: Packet | null): void => {
    const sent = decoder.sendPacketSync(coded);
    let result = decoder.receiveFrameSync(frame);
    for (; result >= 0 && wanted; result = decoder.receiveFrameSync(frame)) {
      mixdown.push(frame);
      whole++;
    }
    for (const code of [sent, result])
      if (code < 0 && code !== AVERROR_EAGAIN && code !== AVERROR_EOF) {
        reason = code;
        broken++;
      }
  };
  while (wanted && input.context.readFrameSync(packet) >= 0) {
    // An empty packet would tell the decoder that the sound is over.
    if (packet.streamIndex === index && packet.size > 0) decode(packet);
    packet.unref();
  }
  if (wanted) decode(null);
  if (wanted) mixdown.end();
  if (broken > 0 && whole < wholeShareMin * (whole + broken))
    FFmpegError.throwIfError(reason, 'Too much of it is broken');
}

/** Floats of a broken file can be anything; this is 18 dB over full scale. */
const sampleMax = 8;

/**
 * A hole in a file costs the sound in the hole and no more. Of noise behind the head of a sound file not a packet is whole;
 * where the format has hardly any checks, 50% (AMR) or 81% (AMR-WB) of them.
 */
const wholeShareMin = 0.85;

type Input = {
  readonly context: FormatContext;
  readonly stream: Stream;
  readonly [Symbol.dispose]: () => void;
};

function openInput(file: string, demuxer: string): Input {
  const context = new FormatContext();
  const close = (): void => context.closeInputSync();
  try {
    using options = Dictionary.fromObject({ protocol_whitelist: 'file' });
    const format = InputFormat.findInputFormat(demuxer);
    if (format === null) throw new Error(`there is no demuxer ${demuxer}`);
    FFmpegError.throwIfError(context.openInputSync(file, format, options), 'Failed to open input');
    FFmpegError.throwIfError(context.findStreamInfoSync(), 'Failed to find stream info');
    const { streams } = context;
    const stream = streams.find(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
    if (stream === undefined) throw new NotSound('there is no sound track in it');
    for (const other of streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
    return { context, stream, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

function openDecoder({ codecpar, timeBase }: Stream): CodecContext {
  const codec = Codec.findDecoder(codecpar.codecId);
  if (codec === null) throw new FFmpegError(AVERROR_DECODER_NOT_FOUND);
  const decoder = new CodecContext();
  try {
    decoder.allocContext3(codec);
    FFmpegError.throwIfError(decoder.parametersToContext(codecpar), 'Failed to copy parameters');
    decoder.pktTimebase = timeBase;
    // Files are decoded side by side in processes; threads within one cost more than they bring.
    decoder.threadCount = 1;
    FFmpegError.throwIfError(decoder.open2Sync(codec), 'Failed to open codec');
    return decoder;
  } catch (error) {
    decoder.freeContext();
    throw error;
  }
}

function headOf(file: string): Uint8Array {
  const head = new Uint8Array(sniffBytes);
  const fd = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(fd, head, 0, sniffBytes, 0));
  } finally {
    closeSync(fd);
  }
}
