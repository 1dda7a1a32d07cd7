import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathToText, readablePath, textToPath } from './path-text.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(fc.constantFrom(0xef, 0x9e, 0x9f, 0x80, 0xbf, 0x61, 0x2f, 0xc3, 0xa9), { maxLength: 30 })
    .map((a) => Uint8Array.from(a)),
);

test('every path comes back from its text as the bytes it was', () => {
  fc.assert(
    fc.property(bytes, (given) => {
      const path = Buffer.from(given);
      assert.ok(textToPath(pathToText(path)).equals(path));
      assert.ok(pathToText(path).isWellFormed());
    }),
    { numRuns: 5_000 },
  );
});

test('two paths never share a text', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      assert.equal(
        pathToText(Buffer.from(a)) === pathToText(Buffer.from(b)),
        Buffer.from(a).equals(Buffer.from(b)),
      );
    }),
    { numRuns: 5_000 },
  );
});

test('a UTF-8 path is its own text, and Latin-1 bytes are readable', () => {
  assert.equal(pathToText(Buffer.from('/m/Ọlá/é.mp3')), '/m/Ọlá/é.mp3');
  assert.equal(readablePath(pathToText(Buffer.from('/m/Béyoncé.mp3', 'latin1'))), '/m/Béyoncé.mp3');
});
