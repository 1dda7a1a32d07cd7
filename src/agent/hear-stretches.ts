import { createHash } from 'node:crypto';
import type { HashedSound } from '#foundation/dsp/hash-sound.ts';
import { createResampler } from '#foundation/dsp/resample.ts';
import type { Clock, Stamp, TimeSource } from './keep-time.ts';
import type { Sound } from './sound/open-input.ts';

// Sound comes in, hashes go out. The samples of a stretch are overwritten by the next: nothing else ever holds them.

export const stretchMs = 10_000;
const hearingRate = 16_000;
/** Below this there is nobody in the bar: -66 dB of full scale. */
const silenceRms = 0.0005;

export type HashSound = (samples: Float32Array) => HashedSound;

/** One as earlier versions left it on the disk has hashes without levels. */
export type Stretch = HashedSound & {
  /** When it ended. */
  readonly at: Stamp;
  readonly lengthMs: number;
  /** SHA-256 of the hashes. */
  readonly proof: string;
};

export type Heard =
  | { readonly kind: 'silence' }
  | { readonly kind: 'stretch'; readonly stretch: Stretch };

/** Ten seconds after ten seconds, each said to be silent or turned into hashes. */
export async function* hearStretches(
  sound: Sound,
  hash: HashSound,
  clock: Clock,
  time: TimeSource,
): AsyncGenerator<Heard> {
  const resampler = createResampler(sound.rate, hearingRate);
  const samples = new Float32Array((hearingRate * stretchMs) / 1_000);
  const begunMs = time.monotonic();
  let filled = 0;
  let streamMs = 0;

  function endOfStretch(): Heard {
    streamMs += (filled / hearingRate) * 1_000;
    const heard = samples.subarray(0, filled);
    if (rmsOf(heard) < silenceRms) return { kind: 'silence' };
    const hashed = hash(heard);
    // A recording is heard as if it had just ended; live sound is as old as it took to arrive.
    const atMs = sound.lengthMs === null ? time.monotonic() : begunMs - sound.lengthMs + streamMs;
    const proof = createHash('sha256').update(JSON.stringify(hashed.hashes)).digest('hex');
    const stretch = {
      at: clock.stamp(atMs),
      lengthMs: (filled / hearingRate) * 1_000,
      ...hashed,
      proof,
    };
    return { kind: 'stretch', stretch };
  }

  for await (const block of sound.blocks) {
    const ready = resampler.push(block);
    for (let from = 0; from < ready.length;) {
      const take = Math.min(samples.length - filled, ready.length - from);
      samples.set(ready.subarray(from, from + take), filled);
      filled += take;
      from += take;
      if (filled < samples.length) continue;
      yield endOfStretch();
      filled = 0;
    }
  }
  if (filled >= samples.length / 2) yield endOfStretch();
}

function rmsOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
