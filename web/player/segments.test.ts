import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseRung, createLineMeter, rungsFor, segmentAt, type Rung } from './segments.ts';

const rung = (name: string, codecs: string, bandwidth: number): Rung => ({
  name,
  codecs,
  bandwidth,
  averageBandwidth: bandwidth * 0.9,
  seconds: [2, 6, 6, 1.5],
});
const all = [
  rung('aac-256', 'mp4a.40.2', 270_000),
  rung('aac-64', 'mp4a.40.2', 68_000),
  rung('flac', 'fLaC', 900_000),
  rung('opus-48', 'Opus', 52_000),
  rung('aac-128', 'mp4a.40.2', 135_000),
  rung('opus-24', 'Opus', 27_000),
];
const names = (list: readonly Rung[]) => list.map(({ name }) => name);

test('codecs are never mixed, and a wish that the browser cannot play falls to the next', () => {
  const any = () => true;
  const aacOnly = (codecs: string) => codecs === 'mp4a.40.2';
  assert.deepEqual(names(rungsFor(all, 'auto', any)), ['aac-64', 'aac-128', 'aac-256']);
  assert.deepEqual(names(rungsFor(all, 'saver', any)), ['opus-24']);
  assert.deepEqual(names(rungsFor(all, 'saver', aacOnly)), ['aac-64']);
  assert.deepEqual(names(rungsFor(all, 'best', any)), ['flac']);
  assert.deepEqual(names(rungsFor(all, 'best', aacOnly)), ['aac-256']);
  assert.deepEqual(names(rungsFor(all, 'auto', () => false)), []);
});

test('the smallest begins, a line that carries more gets more, and a slow one never more than it carries', () => {
  const aac = rungsFor(all, 'auto', () => true);
  assert.equal(chooseRung(aac, null).name, 'aac-64');
  assert.equal(chooseRung(aac, 40_000).name, 'aac-64');
  assert.equal(chooseRung(aac, 200_000).name, 'aac-128');
  assert.equal(chooseRung(aac, 2_000_000).name, 'aac-256');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000 }), (line) => {
      const chosen = chooseRung(aac, line);
      assert.ok(chosen === aac[0] || chosen.bandwidth < line);
    }),
  );
});

test('a line that becomes slow is known to be slow after a few seconds of waiting', () => {
  const line = createLineMeter();
  assert.equal(line.bitsPerS(), null);
  for (let i = 0; i < 5; i++) line.came(125_000, 500); // 2 Mbit/s
  assert.ok(line.bitsPerS()! > 1_900_000);
  line.came(50_000, 8_000); // 50 kbit/s for eight seconds
  assert.ok(line.bitsPerS()! < 700_000, `${line.bitsPerS()}`);
});

test('every time lies in the segment that sounds then', () => {
  const { seconds } = all[0]!;
  assert.deepEqual(
    [0, 1.99, 2, 7.9, 8, 14, 15.4, 99].map((at) => segmentAt(seconds, at)),
    [0, 0, 1, 1, 2, 3, 3, 3],
  );
});
