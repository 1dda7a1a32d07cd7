import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imigongo } from './imigongo.ts';

test('the same id paints the same board, other ids other boards', () => {
  const ids = Array.from({ length: 200 }, (_, n) => `recording-${n}`);
  const boards = ids.map(imigongo);
  assert.deepEqual(ids.map(imigongo), boards);
  assert.ok(new Set(boards).size > 140, `${new Set(boards).size} of 200 boards are distinct`);
});

test('a board is small and carries nothing of the id but colours and shapes', () => {
  for (const id of ['<script>', '"&quot;', 'Ìṣọ̀lá', '']) {
    const board = imigongo(id);
    assert.ok(board.length < 16_000);
    assert.doesNotMatch(board, /script|NaN|undefined|quot/);
  }
});
