import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_ORDER_NATIVE,
  AV_SAMPLE_FMT_FLT,
  AVERROR_INPUT_CHANGED,
} from 'node-av/constants';
import { avChannelLayoutDefault, FFmpegError, Frame, SoftwareResampleContext } from 'node-av/lib';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';

// Frames of any rate, layout and sample format become 16 kHz mono. A frame is about 20 ms; what is paid for each one (a
// buffer, a copy, a call) would cost as much as decoding it, so FFmpeg's resampler keeps them until there is a block.

export type Mixdown = {
  /** The frame stays the caller's and may be used again. */
  readonly push: (frame: Frame) => void;
  /** Hands over what the resampler still holds. */
  readonly end: () => void;
  readonly [Symbol.dispose]: () => void;
};

const blockSeconds = 1;
/** Floats of broken sound can be anything; this is 18 dB over full scale. */
const sampleMax = 8;

/**
 * Hands over samples at 16 kHz mono in blocks of about a second; `take` owns each of them. What is the same in both channels
 * comes out 3 dB louder, or, where `staysInScale`, as loud as it was.
 */
export function createMixdown(
  take: (samples: Float32Array<ArrayBuffer>) => void,
  staysInScale = false,
): Mixdown {
  const resampler = new SoftwareResampleContext();
  resampler.alloc();
  const block = new Frame();
  block.alloc();
  let open = false;
  let heldSeconds = 0;
  /** For sound that does not say which channel is which; FFmpeg mixes none down without a layout. */
  let guessed: ReturnType<typeof avChannelLayoutDefault> | null = null;

  function emptyBlock(): void {
    block.unref();
    block.format = AV_SAMPLE_FMT_FLT;
    block.sampleRate = fingerprintRate;
    block.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  }

  function configure(frame: Frame): void {
    const { channelLayout } = frame;
    const named = channelLayout.order === AV_CHANNEL_ORDER_NATIVE && channelLayout.mask !== 0n;
    guessed = named ? null : avChannelLayoutDefault(channelLayout.nbChannels);
    if (guessed !== null) frame.channelLayout = guessed;
    emptyBlock();
    if (staysInScale) FFmpegError.throwIfError(resampler.setOption('rematrix_maxval', 1));
    FFmpegError.throwIfError(resampler.configFrame(block, frame));
    FFmpegError.throwIfError(resampler.init());
    open = true;
  }

  /** One call empties the resampler, but for what it needs of the past; without a frame, that too. */
  function convert(frame: Frame | null): number {
    emptyBlock();
    const result = resampler.convertFrame(block, frame);
    if (result < 0) return result;
    const length = block.nbSamples;
    const plane = length > 0 ? block.data?.[0] : undefined;
    if (plane === undefined) return result;
    const samples = new Float32Array(length);
    // Copied, because the plane is FFmpeg's and may lie at any address.
    new Uint8Array(samples.buffer).set(plane.subarray(0, 4 * length));
    for (let i = 0; i < length; i++) if (!(Math.abs(samples[i]!) <= sampleMax)) samples[i] = 0;
    take(samples);
    return result;
  }

  function end(): void {
    if (open) FFmpegError.throwIfError(convert(null));
    open = false;
    heldSeconds = 0;
  }

  return {
    push(frame) {
      if (!open) configure(frame);
      else if (guessed !== null && guessed.nbChannels === frame.channels)
        frame.channelLayout = guessed;
      heldSeconds += frame.nbSamples / frame.sampleRate;
      const full = heldSeconds >= blockSeconds;
      if (full) heldSeconds = 0;
      const result = full ? convert(frame) : resampler.convertFrame(null, frame);
      if (result === AVERROR_INPUT_CHANGED) {
        end();
        configure(frame);
        FFmpegError.throwIfError(resampler.convertFrame(null, frame));
      } else FFmpegError.throwIfError(result);
    },
    end,
    [Symbol.dispose]() {
      block.free();
      resampler.free();
    },
  };
}
