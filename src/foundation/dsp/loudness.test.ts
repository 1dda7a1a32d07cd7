import { test } from 'node:test';
import assert from 'node:assert/strict';
import { measureLoudness, measureTruePeak } from './loudness.ts';

/** Stretches of a 997 Hz sine: [seconds, peak dBFS]. */
function sine(
  rate: number,
  stretches: readonly (readonly [number, number])[],
  hz = 997,
): Float32Array {
  const total = stretches.reduce((sum, [seconds]) => sum + Math.round(seconds * rate), 0);
  const out = new Float32Array(total);
  let at = 0;
  for (const [seconds, dbfs] of stretches) {
    const amplitude = 10 ** (dbfs / 20);
    for (let n = Math.round(seconds * rate); n > 0; n--, at++) {
      out[at] = amplitude * Math.sin((2 * Math.PI * hz * at) / rate);
    }
  }
  return out;
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${actual} is not within ${tolerance} of ${expected}`,
  );
}

for (const rate of [48_000, 44_100, 16_000]) {
  test(`a full-scale 997 Hz sine in one front channel reads -3.01 LUFS at ${rate} Hz, in both 0.0`, () => {
    const tone = sine(rate, [[5, 0]]);
    // At 16 kHz the shelf is warped against the top of the band, which costs a few hundredths of a decibel.
    assertNear(measureLoudness([tone, new Float32Array(tone.length)], rate), -3.01, 0.05);
    assertNear(measureLoudness([tone, tone], rate), 0, 0.05);
  });
}

// EBU Tech 3341 table 1, cases 1-5: stereo sine, expected integrated loudness within 0.1 LU.
const cases: readonly (readonly [string, readonly (readonly [number, number])[], number])[] = [
  ['1', [[20, -23]], -23],
  ['2', [[20, -33]], -33],
  [
    '3',
    [
      [10, -36],
      [60, -23],
      [10, -36],
    ],
    -23,
  ],
  [
    '4',
    [
      [10, -72],
      [10, -36],
      [60, -23],
      [10, -36],
      [10, -72],
    ],
    -23,
  ],
  [
    '5',
    [
      [20, -26],
      [20.1, -20],
      [20, -26],
    ],
    -23,
  ],
];
for (const [name, stretches, expected] of cases) {
  test(`EBU Tech 3341 case ${name} reads ${expected} LUFS`, () => {
    const tone = sine(48_000, stretches, 1000);
    assertNear(measureLoudness([tone, tone], 48_000), expected, 0.1);
  });
}

test('silence and less than one block have no loudness', () => {
  assert.equal(measureLoudness([new Float32Array(48_000)], 48_000), -Infinity);
  assert.equal(measureLoudness([new Float32Array(100).fill(1)], 48_000), -Infinity);
});

test('a sine at a quarter of the rate, sampled beside its crests, has its true peak between the samples', () => {
  const tone = Float32Array.from({ length: 4800 }, (_, i) =>
    Math.sin((Math.PI * i) / 2 + Math.PI / 4),
  );
  assertNear(20 * Math.log10(measureTruePeak(tone.subarray(100, 4700))), 0, 0.2);
  assert.ok(Math.max(...tone) < 0.71);
});
