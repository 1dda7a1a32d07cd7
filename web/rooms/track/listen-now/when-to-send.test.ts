import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hourMs } from '#foundation/kernel/time.ts';
import { readNetwork, sendAt } from './when-to-send.ts';

test('plays go at once on Wi-Fi, after an hour where nothing is known, after six where data is dear, never without a network', () => {
  const after = (connection?: object, onLine = true): number | null =>
    sendAt(0, readNetwork({ onLine, ...(connection && { connection }) }));
  assert.equal(after({ type: 'wifi' }), 0);
  assert.equal(after(), hourMs);
  assert.equal(after({ type: 'unknown' }), hourMs);
  assert.equal(after({ type: 'cellular' }), 6 * hourMs);
  assert.equal(after({ type: 'wifi', saveData: true }), 6 * hourMs);
  assert.equal(after({ type: 'wifi' }, false), null);
});
