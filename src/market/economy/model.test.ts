import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ngomaPreset, nmasPreset, versionOf } from './assumptions.ts';
import { impactOf, monteCarlo, tornado, valuesOf } from './model.ts';

const nmas = valuesOf(nmasPreset.assumptions, 'central');

test("NMAS 1.0 gives its own sample's figures, and 50 jobs where the sample states 75", () => {
  const impact = impactOf('nmas-1.0', new Map([['youtube', 250_000_000]]), nmas);
  assert.equal(impact.grossUsd, 750_000);
  assert.equal(impact.gdpUsd, 1_125_000);
  assert.equal(impact.exportsUsd, 315_000);
  assert.equal(impact.jobs, 50);
  const asake = impactOf('nmas-1.0', new Map([['turntable', 5_108_854]]), nmas);
  assert.equal(Math.round(asake.grossUsd * 1_000) / 1_000, 15_326.562);
});

test('our chain, worked by hand: a million streams of which 42 % are abroad', () => {
  const impact = impactOf(
    'ngoma-2026',
    new Map([['spotify', 1_000_000]]),
    valuesOf(ngomaPreset.assumptions, 'central'),
  );
  const gross = 580_000 * 0.0003 + 420_000 * 0.004;
  assert.ok(Math.abs(impact.grossUsd - gross) < 1e-9);
  assert.ok(Math.abs(impact.gdpUsd - gross * 0.6 * 0.7 * 1.5) < 1e-9);
  assert.ok(Math.abs(impact.exportsUsd / impact.retainedUsd - 0.906) < 0.001);
});

test('the same seed gives the same draws, and the middle lies between the bounds', () => {
  const streams = new Map([
    ['spotify', 5_000_000],
    ['boomplay', 2_000_000],
  ]);
  const once = monteCarlo(ngomaPreset, streams, 7, 2_000);
  assert.deepEqual(monteCarlo(ngomaPreset, streams, 7, 2_000), once);
  assert.notDeepEqual(monteCarlo(ngomaPreset, streams, 8, 2_000), once);
  const [low, high] = (['low', 'high'] as const).map((side) =>
    impactOf('ngoma-2026', streams, valuesOf(ngomaPreset.assumptions, side)),
  );
  assert.ok(low!.grossUsd <= once.grossUsd.p10 && once.grossUsd.p90 <= high!.grossUsd);
  assert.ok(once.grossUsd.p10 < once.grossUsd.p50 && once.grossUsd.p50 < once.grossUsd.p90);
});

test('the tornado puts first what moves the figure most, and leaves out what does not', () => {
  const bars = tornado(ngomaPreset, new Map([['spotify', 1_000_000]]), 'gdpUsd');
  const spans = bars.map((bar) => Math.abs(bar.high - bar.low));
  assert.deepEqual(
    spans,
    spans.toSorted((a, b) => b - a),
  );
  assert.ok(!bars.some((bar) => bar.key.includes('deezer')));
});

test('nothing is added twice: the parts of the value added are its sum, exports are within what is retained', () => {
  const platform = fc.constantFrom('spotify', 'youtube', 'boomplay', 'somewhere');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(platform, fc.nat(1e9))),
      fc.constantFrom('low', 'central', 'high' as const),
      (rows, side) => {
        const impact = impactOf(
          'ngoma-2026',
          new Map(rows),
          valuesOf(ngomaPreset.assumptions, side as 'low'),
        );
        assert.ok(
          Math.abs(impact.directUsd + impact.indirectUsd + impact.inducedUsd - impact.gdpUsd) <=
            1e-6 * (1 + impact.gdpUsd),
        );
        assert.ok(impact.exportsUsd <= impact.retainedUsd + 1e-6);
      },
    ),
  );
});

test('a version names its numbers: another number is another version', () => {
  const changed = ngomaPreset.assumptions.map((a, i) =>
    i === 0 ? { ...a, central: a.central * 1.0001 } : a,
  );
  assert.notEqual(versionOf('x', changed), versionOf('x', ngomaPreset.assumptions));
  assert.equal(
    versionOf('x', ngomaPreset.assumptions.toReversed()),
    versionOf('x', ngomaPreset.assumptions),
  );
});
