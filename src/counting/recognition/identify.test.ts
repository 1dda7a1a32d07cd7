import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPeakFinder, fingerprintRate, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { fingerprintSound } from './fingerprint-sound.ts';
import { hear } from './hear.ts';
import { identify, prepareSearch, type Shard } from './identify.ts';
import { buildSegment, type Fingerprinted } from './segment.ts';

const shape = { seconds: 36, sampleRate: fingerprintRate, channels: 1 } as const;
const search = prepareSearch();

function compose(seed: string, options: { sharedLoop?: string } = {}): Float32Array {
  return composeRecording(seed, { ...shape, ...options }).channels[0]!;
}

function listed(recordingId: string, samples: Float32Array): Fingerprinted {
  return { recordingId, title: recordingId, artist: '', file: null, ...fingerprintSound(samples) };
}

function shardOf(...recordings: readonly Fingerprinted[]): readonly Shard[] {
  return [{ segment: buildSegment(recordings), isLive: () => true }];
}

function cut(samples: Float32Array, fromSeconds: number, seconds = 10): Float32Array {
  return samples.slice(fromSeconds * fingerprintRate, (fromSeconds + seconds) * fingerprintRate);
}

function ask(shards: readonly Shard[], samples: Float32Array) {
  return identify(search, shards, hear(samples));
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** White noise with as much power as the samples, times `share` in amplitude. */
function withNoise(samples: Float32Array, share: number): Float32Array {
  const random = seeded(7);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const amplitude = share * Math.sqrt(3 * power);
  return samples.map((sample) => sample + amplitude * (2 * random() - 1));
}

const songs = new Map(['amber', 'birch', 'cedar', 'dusk'].map((name) => [name, compose(name)]));
const song = (name: string): Float32Array => songs.get(name)!;
const shards = shardOf(...[...songs].slice(0, 3).map(([name, samples]) => listed(name, samples)));

test('an excerpt is named, and placed within 50 ms', () => {
  for (const [name, from] of [
    ['amber', 3.3],
    ['birch', 12.017],
    ['cedar', 21.5],
  ] as const) {
    const { match } = ask(shards, cut(song(name), from));
    assert.equal(match?.recordingId, name);
    assert.ok(Math.abs(match.offsetMs - from * 1_000) < 50, `${match.offsetMs}`);
    assert.ok(match.confidence > 0.9 && match.seconds >= 8 && Math.abs(match.speed - 1) < 0.002);
  }
});

test('how loud it is, and what clips, changes nothing about the name', () => {
  const quiet = cut(song('amber'), 8).map((sample) => sample * 0.03);
  const clipped = cut(song('amber'), 8).map((sample) => Math.max(-0.2, Math.min(0.2, 4 * sample)));
  assert.equal(ask(shards, quiet).match?.recordingId, 'amber');
  assert.equal(ask(shards, clipped).match?.recordingId, 'amber');
});

test('noise as loud as the music hides no name', () => {
  assert.equal(ask(shards, withNoise(cut(song('birch'), 9), 1)).match?.recordingId, 'birch');
});

test('a record played 4 % fast is named, with its speed and pitch', () => {
  const fast = resample(cut(song('cedar'), 10, 11), fingerprintRate * 1.04, fingerprintRate);
  const { match } = ask(shards, fast.subarray(0, 10 * fingerprintRate));
  assert.equal(match?.recordingId, 'cedar');
  assert.ok(Math.abs(match.speed - 1.04) < 0.004, `${match.speed}`);
  assert.ok(Math.abs(match.pitchCents - 68) < 15, `${match.pitchCents}`);
  assert.ok(Math.abs(match.offsetMs - 10_000) < 50, `${match.offsetMs}`);
});

test('silence, noise, clicks and music that is not there are nobody', () => {
  const length = 10 * fingerprintRate;
  const random = seeded(3);
  const nobody = {
    nothing: new Float32Array(0),
    'too short': cut(song('amber'), 5, 1),
    silence: new Float32Array(length),
    noise: Float32Array.from({ length }, () => random() - 0.5),
    clicks: Float32Array.from({ length }, (_, i) => (i % 8_000 === 0 ? 1 : 0)),
    'another song': cut(song('dusk'), 10),
    'another song in noise': withNoise(cut(song('dusk'), 10), 0.7),
  };
  for (const [name, samples] of Object.entries(nobody))
    assert.equal(ask(shards, samples).match, null, name);
});

test('two songs over one drum loop are never taken for each other', () => {
  const one = compose('one', { sharedLoop: 'kigali' });
  const two = compose('two', { sharedLoop: 'kigali' });
  const onlyOne = shardOf(listed('one', one), listed('amber', song('amber')));
  const both = shardOf(listed('one', one), listed('two', two));
  for (const from of [4, 13, 22]) {
    assert.equal(ask(onlyOne, cut(two, from)).match, null, `absent, from ${from} s`);
    assert.equal(ask(both, cut(two, from)).match?.recordingId ?? 'two', 'two', `from ${from} s`);
  }
});

test('one audio under two entries is answered as such', () => {
  const twice = shardOf(
    listed('amber', song('amber')),
    listed('amber again', song('amber')),
    listed('birch', song('birch')),
  );
  const { match, sameAudio } = ask(twice, cut(song('amber'), 11));
  const names = [match?.recordingId ?? '', ...sameAudio.map((one) => one.recordingId)].sort();
  assert.deepEqual(names, ['amber', 'amber again']);
});

test('an edit that is in the index is the same audio wherever it sounds, and nowhere else', () => {
  const withEdit = shardOf(
    listed('amber', song('amber')),
    listed('amber edit', cut(song('amber'), 9.37, 20)),
    listed('birch', song('birch')),
  );
  const placed = [10, 12, 14, 16, 18].map((from) => {
    const { match, sameAudio } = ask(withEdit, cut(song('amber'), from));
    const both = new Map(
      [match!, ...sameAudio].map(({ recordingId, offsetMs }) => [recordingId, offsetMs]),
    );
    return [...both].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
  });
  for (const [i, [whole, offsetMs, edit, editOffsetMs]] of placed.entries()) {
    assert.deepEqual([whole, edit], ['amber', 'amber edit'], `${10 + 2 * i} s`);
    assert.ok(Math.abs(Number(offsetMs) - Number(editOffsetMs) - 9_370) < 50);
  }
  const before = ask(withEdit, cut(song('amber'), 0, 9));
  assert.deepEqual([before.match?.recordingId, before.sameAudio], ['amber', []]);
});

test('what else fits is listed with each recording once, however often it fits', () => {
  const bar = cut(song('amber'), 8, 3);
  const looped = new Float32Array(8 * bar.length);
  for (let at = 0; at < looped.length; at += bar.length) looped.set(bar, at);
  const withLoop = shardOf(listed('amber', song('amber')), listed('loop of it', looped));
  const { match, alternatives } = ask(withLoop, cut(song('amber'), 7));
  assert.equal(match?.recordingId, 'amber');
  assert.deepEqual(
    alternatives.map(({ recordingId }) => recordingId),
    ['loop of it'],
  );
});

test('a recording that was removed is not named', () => {
  const [shard] = shards;
  const without = [{ segment: shard!.segment, isLive: (recording: number) => recording !== 0 }];
  assert.equal(ask(without, cut(song('amber'), 8)).match, null);
  assert.equal(ask(without, cut(song('birch'), 8)).match?.recordingId, 'birch');
});

test('peaks are the same in whatever blocks the sound arrives', () => {
  const samples = cut(song('amber'), 2, 6);
  const peaks = (blocks: (at: number) => number): number[] => {
    const places: number[] = [];
    const finder = createPeakFinder(6, (frame, step) => places.push(frame * stepsMax + step));
    for (let at = 0; at < samples.length;) {
      const length = blocks(at);
      finder.push(samples.subarray(at, at + length));
      at += length;
    }
    finder.end();
    return places;
  };
  const whole = peaks(() => samples.length);
  const random = seeded(11);
  assert.ok(whole.length > 300);
  assert.deepEqual(
    peaks(() => 128),
    whole,
  ); // what an AudioWorklet delivers
  assert.deepEqual(
    peaks(() => 1 + Math.floor(random() * 9_000)),
    whole,
  );
  assert.deepEqual([...hear(samples).places], whole);
});
