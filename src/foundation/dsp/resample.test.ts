import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSpectrumAnalyser } from './power-spectrum.ts';
import { createResampler, resample } from './resample.ts';

function tone(hz: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) =>
    Math.sin((2 * Math.PI * hz * i) / rate),
  );
}

test('a tone keeps its shape and place from 44.1 and 48 kHz to 16 kHz', () => {
  for (const rate of [44_100, 48_000, 22_050, 8_000]) {
    const out = resample(tone(1_000, rate, 1), rate, 16_000);
    assert.ok(Math.abs(out.length - 16_000) <= 2, `${out.length} samples`);
    const wanted = tone(1_000, 16_000, 1);
    for (let i = 400; i < 15_600; i++)
      assert.ok(Math.abs(out[i]! - wanted[i]!) < 0.01, `${rate} Hz, sample ${i}: ${out[i]}`);
  }
});

test('what is above the new half of the rate is gone, not folded', () => {
  const out = resample(tone(11_000, 44_100, 1), 44_100, 16_000);
  const loudest = Math.max(...out.subarray(400, 15_600).map(Math.abs));
  assert.ok(loudest < 0.003, `${loudest}`);
});

test('blocks of any length give the samples of the whole', () => {
  const input = tone(440, 44_100, 0.5);
  const whole = resample(input, 44_100, 16_000);
  const resampler = createResampler(44_100, 16_000);
  const parts: number[] = [];
  for (let at = 0, length = 1; at < input.length; at += length, length = (length * 7 + 13) % 997)
    parts.push(...resampler.push(input.subarray(at, at + length)));
  parts.push(...resampler.end());
  assert.deepEqual(Float32Array.from(parts), whole);
});

test('a full-scale sine is near 0 dB in its bin and nowhere else', () => {
  const analyser = createSpectrumAnalyser(1_024);
  const out = new Float32Array(analyser.bins);
  analyser.logPower(tone(1_000, 16_000, 0.1), 100, out);
  assert.ok(Math.abs(out[64]!) < 0.05, `${out[64]}`);
  assert.ok(out[80]! < -25 && out[200]! < -25);
});
