import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { evaluateMatching } from './evaluate-matching.ts';

const charts = path.resolve(import.meta.dirname, '../../../../shared/data/charts');

test(
  'pairs of real charts: every song that changed its spelling is found, and no two songs of one title are merged',
  { skip: !existsSync(charts) && 'the real charts (../shared/data/charts) are not here' },
  () => {
    const pairs = path.join(charts, 'er_alias_pairs.csv');
    assert.equal(evaluateMatching(pairs, path.join(charts, 'er_negative_pairs.csv'), true), 0);
    // The negatives as pairs to be found: the bar must be able to fail.
    assert.equal(evaluateMatching(path.join(charts, 'er_negative_pairs.csv'), pairs, true), 1);
  },
);

test('composed pairs pass in either form of columns, one false merge fails, and a file without the columns is named', (t) => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'ngoma-pairs-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const write = (name: string, lines: readonly string[]): string => {
    const file = path.join(dir, name);
    writeFileSync(file, `\uFEFF${lines.join('\r\n')}\r\n`);
    return file;
  };
  const pairs = write('pairs.csv', [
    'chart,week,title_before,performer_before,title_after,performer_after',
    'hot,2026-01-02,Mwiza,"Uwase, Keza & Diane",MWIZA,Diane X Uwase X Keza',
  ]);
  const negatives = write('negatives.csv', [
    'title_a,performer_a,title_b,performer_b',
    'Mwiza,Uwase,Mwiza (Live),Uwase',
  ]);
  assert.equal(evaluateMatching(pairs, negatives, false), 0);
  assert.equal(evaluateMatching(pairs, pairs, false), 1);
  assert.throws(
    () => evaluateMatching(write('other.csv', ['name', 'Uwase']), null, false),
    /other\.csv, row 2: columns title_a/,
  );
});
