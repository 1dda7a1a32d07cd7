import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cursorCharsMax, fromCursor, toCursor } from './cursor.ts';

const text = fc
  .string({ unit: 'binary', maxLength: 4_096 })
  .filter((s) => s.isWellFormed() && !s.includes('\0'))
  .filter((s) => new TextEncoder().encode(JSON.stringify(s)).length <= 4_096);

test('a cursor gives back what it was made of, and fits a query', () => {
  fc.assert(
    fc.property(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      fc.nat(),
      fc.uuid(),
      (...[name, score, serial, count, id]) => {
        const parts = ['text', 'number', 'serial', 'count', 'uuid'] as const;
        const cursor = toCursor(name, score, serial, count, id);
        assert.ok(cursor.length <= cursorCharsMax, `${cursor.length}`);
        assert.match(cursor, /^[\w-]+$/);
        assert.deepEqual(fromCursor(cursor, ...parts), { after: [name, score, serial, count, id] });
      },
    ),
  );
});

test('no cursor is the first page; what we did not make is refused', () => {
  assert.deepEqual(fromCursor(undefined, 'uuid'), { after: null });
  const wrong: [string, Parameters<typeof fromCursor>[1]][] = [
    ['', 'text'],
    ['!', 'text'],
    ['x', 'text'],
    [toCursor('a', 'b'), 'text'],
    [toCursor('a\0b'), 'text'],
    [toCursor('x'), 'uuid'],
    [toCursor(1), 'text'],
    [toCursor('1'), 'count'],
    [toCursor(-1), 'count'],
    [toCursor(1.5), 'count'],
    [toCursor(2 ** 31), 'count'],
    [toCursor(2 ** 60), 'instant'],
    [toCursor(2n ** 63n), 'serial'],
    [toCursor('-1'), 'serial'],
    [toCursor(Number.NaN), 'number'],
    [btoa('{}'), 'text'],
    [btoa('["\\ud800"]').replace(/=+$/, ''), 'text'],
    ['_'.repeat(cursorCharsMax + 1), 'text'],
  ];
  for (const [cursor, part] of wrong) {
    const read = fromCursor(cursor, part!);
    assert.ok('kind' in read && read.code === 'VALIDATION_FAILED', `${cursor} as ${part}`);
    assert.equal(read.field, 'cursor');
  }
});
