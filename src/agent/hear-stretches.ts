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

export type FromInput =
  | { readonly kind: 'silence' }
  | { readonly kind: 'stretch'; readonly stretch: Stretch };

/** A stretch that came in less than this part of its length did not come from a microphone: it was there already. */
const pouringShare = 0.5;
/** One that took longer than this was kept waiting by a busy box; whether its sound is old or lost, the next one tells. */
const lateShare = 1.5;
/** Six hours of a pipe or an address that pours out what was recorded; more is stamped as if it ended there. */
const heldMax = 2_160;

/**
 * Ten seconds after ten seconds, each said to be silent or turned into hashes. When something sounded is told by its place in
 * the sound: a recording is heard as if it had just ended, and what an address pours out at first (a radio's buffer) came
 * before what follows at its pace. So what pours is held until it stops pouring, unless its length is known.
 */
export async function* hearStretches(
  sound: Sound,
  hash: HashSound,
  clock: Clock,
  time: TimeSource,
): AsyncGenerator<FromInput> {
  const resampler = createResampler(sound.rate, hearingRate);
  const samples = new Float32Array((hearingRate * stretchMs) / 1_000);
  const begunMs = time.monotonic();
  const held: (Omit<Stretch, 'at'> & { readonly endMs: number })[] = [];
  let arrivedMs = begunMs;
  let wasLate = false;
  let filled = 0;
  let streamMs = 0;

  /** By the sound's own time, of which the latest is now. */
  function* release(): Generator<FromInput> {
    const nowMs = time.monotonic();
    const startMs = sound.lengthMs === null ? nowMs - streamMs : begunMs - sound.lengthMs;
    for (const { endMs, ...stretch } of held.splice(0))
      yield { kind: 'stretch', stretch: { at: clock.stamp(startMs + endMs), ...stretch } };
  }

  function* endOfStretch(): Generator<FromInput> {
    const lengthMs = (filled / hearingRate) * 1_000;
    streamMs += lengthMs;
    const heard = samples.subarray(0, filled);
    if (rmsOf(heard) < silenceRms) yield { kind: 'silence' };
    else {
      const hashed = hash(heard);
      const proof = createHash('sha256').update(JSON.stringify(hashed.hashes)).digest('hex');
      held.push({ endMs: streamMs, lengthMs, ...hashed, proof });
    }
    const beforeMs = arrivedMs;
    arrivedMs = time.monotonic();
    const tookMs = arrivedMs - beforeMs;
    const isLate = tookMs > lateShare * lengthMs;
    const isUneven = tookMs < pouringShare * lengthMs || (isLate && !wasLate);
    wasLate = isLate;
    if (sound.lengthMs !== null || !isUneven || held.length >= heldMax) yield* release();
  }

  for await (const block of sound.blocks) {
    const ready = resampler.push(block);
    for (let from = 0; from < ready.length;) {
      const take = Math.min(samples.length - filled, ready.length - from);
      samples.set(ready.subarray(from, from + take), filled);
      filled += take;
      from += take;
      if (filled < samples.length) continue;
      yield* endOfStretch();
      filled = 0;
    }
  }
  if (filled >= samples.length / 2) yield* endOfStretch();
  yield* release();
}

function rmsOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
