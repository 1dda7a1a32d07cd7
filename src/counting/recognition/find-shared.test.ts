import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { mixScore } from '#main/demo/compose/mix.ts';
import { seededRandom } from '#main/demo/compose/random.ts';
import { writeScore } from '#main/demo/compose/write-score.ts';
import { createBallot } from './find-candidates.ts';
import { fingerprintSound } from './fingerprint-sound.ts';
import { buildSegment } from './segment.ts';
import { findShared } from './find-shared.ts';
import { judgeSharings, type Judgement } from './judge-sharing.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-duplicates-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function compose(seed: string, options: { sharedLoop?: string } = {}): Float32Array {
  return composeRecording(seed, { seconds: 70, sampleRate: rate, channels: 1, ...options })
    .channels[0]!;
}

const songs = new Map(
  ['lark', 'finch', 'heron'].map((name) => [name, compose(`duplicates ${name}`)]),
);
songs.set('drums', compose('duplicates drums', { sharedLoop: 'butare' }));
const lark = songs.get('lark')!;
const seconds = (samples: Float32Array): number => samples.length / rate;

const segment = buildSegment(
  [...songs].map(([name, samples]) => ({
    recordingId: name,
    title: name,
    artist: '',
    file: null,
    ...fingerprintSound(samples),
  })),
);
const ballot = createBallot();

function compare(samples: Float32Array): readonly Judgement[] {
  const one = fingerprintSound(samples);
  const work = findShared(ballot, [{ segment, isLive: () => true }], one, 'nobody');
  let step = work.next();
  while (step.done !== true) step = work.next();
  return judgeSharings((one.places.at(-1) ?? 0) >>> 10, step.value);
}

/** The one finding there must be, of the recording it must be of. */
function only(samples: Float32Array, name: string): Judgement {
  const found = compare(samples);
  assert.deepEqual(
    found.map(({ otherId }) => otherId),
    [name],
  );
  return found[0]!;
}

function cut(samples: Float32Array, from: number, to = seconds(samples)): Float32Array {
  return samples.slice(Math.round(from * rate), Math.round(to * rate));
}

function joined(...parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return all;
}

function throughFfmpeg(
  samples: Float32Array,
  filter: string,
  encode: readonly string[],
): Float32Array {
  const raw = ['-f', 'f32le', '-ac', '1', '-ar', String(rate)];
  const from = path.join(folder, 'from.f32');
  const between = path.join(folder, 'between.nut');
  writeFileSync(from, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  const quiet = ['-v', 'error', '-nostdin', '-y'];
  const first = spawnSync('ffmpeg', [
    ...quiet,
    ...raw,
    '-i',
    from,
    '-af',
    filter,
    ...encode,
    between,
  ]);
  assert.equal(first.status, 0, first.stderr.toString());
  const second = spawnSync('ffmpeg', [...quiet, '-i', between, ...raw, '-'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(second.status, 0, second.stderr.toString());
  return new Float32Array(Uint8Array.from(second.stdout).buffer);
}

function near(value: number, wanted: number, by: number, what: string): void {
  assert.ok(Math.abs(value - wanted) <= by, `${what}: ${value}, wanted ${wanted}`);
}

test(
  'the same sound through MP3 at 64 kbit/s is the same',
  { skip: !hasFfmpeg && 'ffmpeg is not here' },
  () => {
    const found = only(
      throughFfmpeg(lark, 'anull', ['-ar', '44100', '-c:a', 'libmp3lame', '-b:a', '64k']),
      'lark',
    );
    assert.equal(found.kind, 'same');
    assert.ok(found.confidence > 0.99 && found.part > 0.93 && found.otherPart > 0.93);
    near(found.stretches[0]!.fromMs, 0, 1_000, 'from');
  },
);

test('without its intro and outro it is an edit, and the report says from where to where in both', () => {
  const found = only(cut(lark, 8.3, seconds(lark) - 11), 'lark');
  assert.equal(found.kind, 'edit');
  assert.equal(found.stretches.length, 1);
  const [stretch] = found.stretches;
  near(stretch!.otherFromMs - stretch!.fromMs, 8_300, 40, 'where it begins');
  near(stretch!.toMs, (seconds(lark) - 19.3) * 1_000, 1_500, 'its end');
  assert.ok(found.part > 0.95 && found.confidence > 0.99);
});

test('with the middle cut out it is an edit in two stretches', () => {
  const found = only(joined(cut(lark, 0, 28), cut(lark, 43)), 'lark');
  assert.equal(found.kind, 'edit');
  const [one, two] = found.stretches;
  near(one!.otherFromMs - one!.fromMs, 0, 40, 'before the cut');
  near(two!.otherFromMs - two!.fromMs, 15_000, 40, 'behind the cut');
  near(one!.toMs, 28_000, 2_500, 'the cut');
});

test('sped up by 6 % and slowed by 8 % it is found, with speed and pitch', () => {
  for (const [speed, cents] of [
    [1.06, 101],
    [0.92, -144],
  ] as const) {
    const found = only(resample(lark, rate * speed, rate), 'lark');
    assert.equal(found.kind, 'respeed');
    near(found.speed, speed, 0.001, 'speed');
    near(found.pitchCents, cents, 6, 'pitch');
    assert.ok(found.part > 0.9 && found.confidence > 0.99);
  }
});

test(
  'a semitone up, or 5 % faster, with the other left as it was, is found',
  { skip: !hasFfmpeg && 'ffmpeg is not here' },
  () => {
    const up = only(
      throughFfmpeg(lark, 'asetrate=16951,aresample=16000,atempo=0.94387', []),
      'lark',
    );
    assert.equal(up.kind, 'respeed');
    near(up.speed, 1, 0.002, 'speed');
    near(up.pitchCents, 100, 8, 'pitch');
    const faster = only(throughFfmpeg(lark, 'atempo=1.05', []), 'lark');
    assert.equal(faster.kind, 'respeed');
    near(faster.speed, 1.05, 0.002, 'speed');
    near(faster.pitchCents, 0, 8, 'pitch');
  },
);

/** Another recording with eight seconds of the lark under it, four times. */
function withLoop(seed: string, gain: number): Float32Array {
  const loop = cut(lark, 20, 28);
  return compose(seed).map((sample, i) => {
    const at = i - 12 * rate;
    return 0.6 * (sample + (at >= 0 && at < 32 * rate ? gain * loop[at % loop.length]! : 0));
  });
}

test('eight seconds of one, looped under another, are a sample of the one', () => {
  const found = only(withLoop('duplicates host', 1), 'lark');
  assert.equal(found.kind, 'sample');
  for (const stretch of found.stretches) {
    assert.ok(
      stretch.otherFromMs > 17_000 && stretch.otherToMs < 31_000,
      'from where it was taken',
    );
    assert.ok(stretch.fromMs > 9_000 && stretch.toMs < 47_000, 'to where it was put');
  }
});

test('a loop that is mostly drowned is a sample still, and a suspicion only', () => {
  for (const [seed, gain] of [
    ['duplicates fourth host', 0.7],
    ['duplicates fifth host', 0.5],
  ] as const) {
    const found = only(withLoop(seed, gain), 'lark');
    assert.deepEqual([found.kind, found.confidence < 0.9], ['sample', true]);
    for (const { fromMs, toMs, otherFromMs, otherToMs } of found.stretches)
      assert.ok(
        fromMs > 8_000 && toMs < 48_000 && otherFromMs > 16_000 && otherToMs < 32_000,
        `${fromMs} to ${toMs} are ${otherFromMs} to ${otherToMs}`,
      );
  }
});

test('a mix of three is a mix of each of the three, in their order', () => {
  const fade = 6 * rate;
  const parts = ['lark', 'finch', 'heron'].map((name) => cut(songs.get(name)!, 6, 50));
  const mix = new Float32Array(parts.length * parts[0]!.length - 2 * fade);
  parts.forEach((part, n) => {
    const start = n * (part.length - fade);
    part.forEach((sample, i) => {
      const up = n > 0 ? i / fade : 1;
      const down = n < 2 ? (part.length - i) / fade : 1;
      mix[start + i] = mix[start + i]! + Math.min(1, up, down) * sample;
    });
  });
  const found = [...compare(mix)].sort((a, b) => a.stretches[0]!.fromMs - b.stretches[0]!.fromMs);
  assert.deepEqual(
    found.map(({ otherId, kind }) => [otherId, kind]),
    [
      ['lark', 'mix'],
      ['finch', 'mix'],
      ['heron', 'mix'],
    ],
  );
  found.forEach(({ stretches }, n) => {
    near(stretches[0]!.fromMs, n * 38_000, 6_000, 'where it comes in');
    near(stretches[0]!.otherFromMs - stretches[0]!.fromMs, 6_000 - n * 38_000, 60, 'what of it');
  });
});

test('the same composition played anew is another recording', () => {
  const score = writeScore(seededRandom('duplicates lark').fork('score'), { seconds: 70 });
  const hand = seededRandom('another hand');
  const strike = (step: number): number => Math.max(0, step + hand.between(-0.12, 0.12));
  const again = {
    ...score,
    hits: score.hits.map((hit) => ({ ...hit, step: strike(hit.step) })),
    parts: score.parts.map((part) => ({
      ...part,
      notes: part.notes.map((note) => ({
        ...note,
        step: strike(note.step),
        velocity: Math.min(1, note.velocity * hand.between(0.8, 1.2)),
      })),
    })),
  };
  const { left, right } = mixScore(again, rate, seededRandom('another room').fork('mix'));
  assert.deepEqual(compare(left.map((sample, i) => 0.5 * (sample + right[i]!))), []);
});

test('another recording over the same drum loop is not the same, and a stranger is nothing', () => {
  const mate = compose('duplicates mate', { sharedLoop: 'butare' });
  for (const { otherId, kind } of compare(mate))
    assert.deepEqual([otherId, kind], ['drums', 'sample']);
  assert.deepEqual(compare(compose('duplicates stranger')), []);
  assert.deepEqual(compare(new Float32Array(20 * rate)), [], 'silence');
  assert.deepEqual(compare(new Float32Array(0)), [], 'nothing at all');
});
