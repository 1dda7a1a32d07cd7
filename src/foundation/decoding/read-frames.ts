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

// Runs in the decoding processes only: what happens here may crash, hang or eat memory. One packet and one frame are used
// for the whole file or stream: allocating and cloning them costs more than decoding an MP3.

Log.setLevel(AV_LOG_QUIET);

export class NotSound extends Error {}

export type SoundInput = {
  readonly context: FormatContext;
  readonly stream: Stream;
  readonly [Symbol.dispose]: () => void;
};

/** Opens the first sound track of what is there. The demuxer is named, so that no content chooses its own parser. */
export function openInput(
  url: string,
  demuxer: string,
  demuxing: Readonly<Record<string, string>>,
): SoundInput {
  const context = new FormatContext();
  const close = (): void => context.closeInputSync();
  try {
    using options = Dictionary.fromObject(demuxing);
    const format = InputFormat.findInputFormat(demuxer);
    if (format === null) throw new Error(`there is no demuxer ${demuxer}`);
    FFmpegError.throwIfError(context.openInputSync(url, format, options), 'Failed to open input');
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

export type FrameTaker = {
  /** The frame is used again; false when it was enough. */
  readonly frame: (frame: Frame) => boolean;
  /** A piece cannot be decoded, for this reason of FFmpeg's; false to give up. */
  readonly broken: (code: number) => boolean;
};

/** Decodes to the end, or to where `take` has enough. What is broken is left out. */
export function readFrames({ context, stream }: SoundInput, take: FrameTaker): void {
  using decoder = openDecoder(stream);
  using packet = new Packet();
  packet.alloc();
  using frame = new Frame();
  frame.alloc();
  const { index } = stream;
  let wanted = true;
  const decode = (coded: Packet | null): void => {
    const sent = decoder.sendPacketSync(coded);
    let result = decoder.receiveFrameSync(frame);
    for (; result >= 0 && wanted; result = decoder.receiveFrameSync(frame))
      wanted = take.frame(frame);
    for (const code of [sent, result])
      if (code < 0 && code !== AVERROR_EAGAIN && code !== AVERROR_EOF)
        wanted = take.broken(code) && wanted;
  };
  while (wanted && context.readFrameSync(packet) >= 0) {
    // An empty packet would tell the decoder that the sound is over.
    if (packet.streamIndex === index && packet.size > 0) decode(packet);
    packet.unref();
  }
  if (wanted) decode(null);
}

function openDecoder({ codecpar, timeBase }: Stream): CodecContext {
  const codec = Codec.findDecoder(codecpar.codecId);
  if (codec === null) throw new FFmpegError(AVERROR_DECODER_NOT_FOUND);
  const decoder = new CodecContext();
  try {
    decoder.allocContext3(codec);
    FFmpegError.throwIfError(decoder.parametersToContext(codecpar), 'Failed to copy parameters');
    decoder.pktTimebase = timeBase;
    // Files and streams are decoded side by side in processes; threads within one cost more than they bring.
    decoder.threadCount = 1;
    FFmpegError.throwIfError(decoder.open2Sync(codec), 'Failed to open codec');
    return decoder;
  } catch (error) {
    decoder.freeContext();
    throw error;
  }
}
