import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintRate, lowest, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { hashSound, joinHashes, type HashedSound } from '#foundation/dsp/hash-sound.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { bandsHeard } from './algorithm.ts';
import { fingerprintSound } from './fingerprint-sound.ts';
import { evidenceUnit, type SoundQuery } from './hear.ts';
import { queryOfHashes } from './query-of-hashes.ts';
import { identify, judge, prepareSearch } from './identify.ts';
import { buildSegment } from './segment.ts';

const shape = { seconds: 36, sampleRate: fingerprintRate, channels: 1 } as const;
const search = prepareSearch();
/** 6 dB, as contradict.ts allows. */
const quietUnits = 8;
const compose = (seed: string, sharedLoop?: string): Float32Array =>
  composeRecording(seed, { ...shape, ...(sharedLoop !== undefined && { sharedLoop }) })
    .channels[0]!;

const songs = ['amber', 'birch', 'cedar'].map((name) => ({ name, samples: compose(name, 'loop') }));
const shards = [
  {
    segment: buildSegment(
      songs.map(({ name, samples }) => ({
        recordingId: name,
        title: name,
        artist: '',
        file: null,
        ...fingerprintSound(samples),
      })),
    ),
    isLive: () => true,
  },
];

function cut(samples: Float32Array, from: number, seconds = 10): Float32Array {
  return samples.slice(from * fingerprintRate, (from + seconds) * fingerprintRate);
}

function withNoise(samples: Float32Array, share: number): Float32Array {
  let state = 7;
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const amplitude = share * Math.sqrt(3 * power);
  return samples.map((sample) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return sample + amplitude * (state / 2 ** 31 - 1);
  });
}

const queryOf = ({ hashes, levels, seams }: HashedSound): SoundQuery =>
  queryOfHashes(hashes, levels, seams)!;
const named = (query: SoundQuery): string | undefined =>
  identify(search, shards, query).match?.recordingId;

test('hashes with levels are named in noise twice as strong as the music, where hashes alone are not', () => {
  for (const { name, samples } of songs) {
    const { hashes, levels } = hashSound(withNoise(cut(samples, 15), Math.SQRT2));
    assert.equal(named(queryOf({ hashes, levels })), name);
    assert.equal(named(queryOf({ hashes })), undefined);
  }
});

test('one that shares the drums of three in the index and is none of them is not named', () => {
  const absent = compose('dusk', 'loop');
  for (const noise of [0, 1])
    for (const from of [5, 23])
      assert.equal(named(queryOf(hashSound(withNoise(cut(absent, from), noise)))), undefined);
});

test('evidence has mean and deviation one where chance alone speaks', () => {
  const { evidence, frames } = queryOf(hashSound(withNoise(cut(songs[0]!.samples, 12), 1)));
  let worst = 0;
  for (let at = 0; at < evidence.length; at += frames) {
    const row = evidence.subarray(at, at + frames);
    const mean = row.reduce((sum, value) => sum + value, 0) / frames / evidenceUnit;
    const square = row.reduce((sum, value) => sum + (value / evidenceUnit - mean) ** 2, 0) / frames;
    worst = Math.max(worst, Math.abs(mean - 1), Math.sqrt(square) - 1);
  }
  assert.ok(worst < 0.06, `${worst}`);
});

test('the levels are a bound: where the recording begins something, it is seldom louder than that', () => {
  const excerpt = cut(songs[1]!.samples, 8);
  const { levels: bound, frames, levelsAreBounds } = queryOf(hashSound(withNoise(excerpt, 0.5)));
  assert.equal(levelsAreBounds, true);
  const { places, levels } = fingerprintSound(excerpt);
  const above = places.filter((place, i) => {
    const bin = Math.round((place & (stepsMax - 1)) / 2);
    const at = (bin - lowest) * frames + Math.min(frames - 1, place >>> 10);
    return bound![at]! + quietUnits < levels[i]!;
  });
  assert.ok(above.length / places.length < 0.03, `${above.length} of ${places.length}`);
});

test('two stretches joined speak as one of twenty seconds, each with blocks of its own', () => {
  const { name, samples } = songs[2]!;
  const noisy = withNoise(cut(samples, 10, 20), 1.8);
  const joined = joinHashes(
    hashSound(noisy.slice(0, 160_000)),
    hashSound(noisy.slice(160_000)),
    10_000,
  );
  const query = queryOf(joined);
  assert.equal(named(query), name);
  const [first, second] = [noisy.slice(0, 160_000), noisy.slice(160_000)].map((half) =>
    judge(search, shards, queryOf(hashSound(half)))!,
  );
  const both = judge(search, shards, query)!;
  assert.ok(both.score > 1.2 * Math.min(first!.score, second!.score));
  assert.ok(both.tooQuiet < 0.2);
});

test('silence after the music shortens the query and costs no name', () => {
  const excerpt = cut(songs[0]!.samples, 10);
  excerpt.fill(0, 6 * fingerprintRate);
  const query = queryOf(hashSound(excerpt));
  assert.ok(query.frames < 6.2 * 125, `${query.frames}`);
  assert.equal(named(query), 'amber');
});

test('what no peak finder makes is refused, also levels that do not fit and seams out of order', () => {
  const tooMany = Array.from({ length: 20_001 }, (_, i) => i);
  for (const wrong of [[2, 1], [1, 1], [-1], [1.5], [Number.NaN], [61 * 125 * stepsMax], tooMany])
    assert.equal(queryOfHashes(wrong), null);
  for (const levels of [[], [1], [1, 255], [1, -1], [1, 2.5], [1, '2' as unknown as number]])
    assert.equal(queryOfHashes([6_000, 7_000], levels), null);
  for (const seams of [[5, 5], [-1], [9_000], [1, 2, 3, 4, 5, 6, 7]])
    assert.equal(queryOfHashes([6_000, 7_000], [1, 2], seams), null);
  assert.equal(queryOfHashes([])?.frames, 0);
  const far = queryOfHashes([6_000, 7_000], [1, 2], [5_000])!;
  assert.equal(far.levels!.length, bandsHeard * far.frames, 'a seam behind the end is nothing');
});
