import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_LIBMP3LAME,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational } from 'node-av/lib';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';

// Coded sound made here, and how to tell what was decoded of it.

/** Frames of MP3 and nothing before or between them: they may be cut and joined. */
export function mp3(sampleRate: number, channels: 1 | 2, hertz: number, seconds: number): Buffer {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBMP3LAME)!;
  using encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.sampleRate = sampleRate;
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
  encoder.channelLayout = channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
  encoder.bitRate = 128_000n;
  encoder.timeBase = new Rational(1, sampleRate);
  FFmpegError.throwIfError(encoder.open2Sync(codec));
  using packet = new Packet();
  packet.alloc();
  const frames: Buffer[] = [];
  const drain = (): void => {
    while (encoder.receivePacketSync(packet) >= 0) frames.push(Buffer.from(packet.data!));
  };
  const size = encoder.frameSize;
  for (let at = 0; at < seconds * sampleRate; at += size) {
    const samples = tone(size, hertz, sampleRate, at);
    using frame = Frame.fromAudioBuffer(
      Buffer.concat(Array.from({ length: channels }, () => Buffer.from(samples.buffer))),
      {
        nbSamples: size,
        format: AV_SAMPLE_FMT_FLTP,
        sampleRate,
        channelLayout: encoder.channelLayout,
        pts: BigInt(at),
      },
    );
    FFmpegError.throwIfError(encoder.sendFrameSync(frame));
    drain();
  }
  encoder.sendFrameSync(null);
  drain();
  return Buffer.concat(frames);
}

export function tone(length: number, hertz: number, sampleRate: number, from = 0): Float32Array {
  return Float32Array.from(
    { length },
    (_, i) => 0.25 * Math.sin((2 * Math.PI * hertz * (from + i)) / sampleRate),
  );
}

/** How much of a tone there is, as an amplitude. */
export function amplitude(samples: Float32Array, hertz: number): number {
  let re = 0;
  let im = 0;
  samples.forEach((sample, i) => {
    re += sample * Math.cos((2 * Math.PI * hertz * i) / rate);
    im += sample * Math.sin((2 * Math.PI * hertz * i) / rate);
  });
  return (2 * Math.hypot(re, im)) / samples.length;
}

/** Bytes that look random and are the same each time. */
export function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from(
      { length },
      () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24,
    ),
  );
}
