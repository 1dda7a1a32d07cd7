import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance } from './edit-distance.ts';

test('two neighbours that changed places are one mistake, as are a letter too many, too few or another', () => {
  assert.equal(editDistance('corenjo', 'cornejo', 3), 1);
  assert.equal(editDistance('asake', 'asakee', 3), 1);
  assert.equal(editDistance('asake', 'asae', 3), 1);
  assert.equal(editDistance('asake', 'azake', 3), 1);
  assert.equal(editDistance('', 'abc', 3), 3);
});

test('beyond the limit only that is said', () => {
  assert.equal(editDistance('ngoma', 'imigongo', 2), 3);
  assert.equal(editDistance('a', 'abcdef', 2), 3);
});

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });

test('the distance is the same both ways, 0 only for the same word, and never more than the longer word', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const d = editDistance(a, b, 20);
      assert.equal(d, editDistance(b, a, 20));
      assert.equal(d === 0, a === b);
      assert.ok(d <= Math.max(a.length, b.length));
      assert.ok(d >= Math.abs(a.length - b.length));
    }),
  );
});

test('a limit never changes a distance that lies within it', () => {
  fc.assert(
    fc.property(word, word, fc.nat(8), (a, b, max) => {
      const whole = editDistance(a, b, 20);
      assert.equal(editDistance(a, b, max), whole <= max ? whole : max + 1);
    }),
  );
});
