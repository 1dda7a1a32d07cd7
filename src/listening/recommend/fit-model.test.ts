import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluate, type Pair } from './evaluate.ts';
import { byPopularity, fitModel, scoreItems, topItems, type Listening } from './fit-model.ts';

function listening(rows: readonly (readonly number[])[]): Listening {
  return rows.map((row) => Int32Array.from(row));
}

test('who hears what others hear together is told the rest of it', () => {
  // Two worlds of music: 0 to 2 and 3 to 5.
  const heard = listening(Array.from({ length: 40 }, (_, i) => (i < 20 ? [0, 1, 2] : [3, 4, 5])));
  const model = fitModel(heard, 6, { neighboursMax: 5, lambda: 1 });
  assert.equal(
    topItems(scoreItems(model, Int32Array.of(0)), 1, byPopularity(heard, 6))[0] === 1,
    true,
  );
  assert.deepEqual(
    [...topItems(scoreItems(model, Int32Array.of(3, 4)), 1, byPopularity(heard, 6))],
    [5],
  );
});

test('the weights are those of the ridge regression, worked by hand', () => {
  // One neighbour: w = shared / (listeners of the neighbour + lambda) = 2 / (3 + 1).
  const model = fitModel(listening([[0, 1], [0, 1], [1]]), 2, { neighboursMax: 1, lambda: 1 });
  assert.equal(model.weights[0]![0], 0.5);
});

const rows = fc.array(
  fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 8 }),
  { minLength: 3, maxLength: 40 },
);

test('nobody is told what they have heard, everybody gets as many as there are, and the model is the same every time', () => {
  fc.assert(
    fc.property(rows, (heard) => {
      const all = listening(heard);
      const model = fitModel(all, 12, { neighboursMax: 6, lambda: 5 });
      assert.deepEqual(fitModel(all, 12, { neighboursMax: 6, lambda: 5 }), model);
      const popular = byPopularity(all, 12);
      for (const mine of all) {
        const top = topItems(scoreItems(model, mine), 5, popular);
        assert.ok(top.every((item) => !mine.includes(item)));
        assert.equal(new Set(top).size, top.length);
        assert.equal(top.length, Math.min(5, 12 - mine.length));
      }
    }),
    { numRuns: 50 },
  );
});

test('held-back listening is judged over all items not heard: a perfect list scores 1, an empty hope 0', () => {
  const train: Pair[] = [];
  for (let user = 0; user < 30; user++)
    for (const item of user % 2 === 0 ? ['a', 'b', 'c'] : ['x', 'y', 'z'])
      train.push({ user: `u${user}`, item });
  train.push({ user: 'new', item: 'a' }, { user: 'new', item: 'b' });
  const good = evaluate(train, [{ user: 'new', item: 'c' }]);
  assert.deepEqual([good.listeners, good.recall20, good.ndcg10], [1, 1, 1]);
  const bad = evaluate(train, [{ user: 'new', item: 'never heard by anybody' }]);
  assert.equal(bad.ndcg10 < 0.5, true);
  // What was heard already is no success.
  assert.equal(evaluate(train, [{ user: 'new', item: 'a' }]).listeners, 0);
});
