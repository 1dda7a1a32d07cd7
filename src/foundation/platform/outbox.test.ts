import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createLog } from './log.ts';
import { emit, startOutbox } from './outbox.ts';
import { testDatabase } from './testing.ts';

const { db } = await testDatabase({ after });
const log = createLog('silent');

test('an event is delivered after its transaction, in order, and again when a subscriber fails', async () => {
  const heard: number[] = [];
  let failures = 1;
  await db.tx(async (tx) => {
    for (const n of [1, 2, 3]) await emit(tx, { topic: 'test.happened', payload: { n } });
  });
  await assert.rejects(
    db.tx(async (tx) => {
      await emit(tx, { topic: 'test.happened', payload: { n: 99 } });
      throw new Error('rolled back');
    }),
  );
  const outbox = startOutbox({ db, log }, [
    {
      topic: 'test.happened',
      handle: async ({ n }: { n: number }) => {
        if (n === 2 && failures-- > 0) throw new Error('busy');
        heard.push(n);
      },
    },
  ]);
  for (let i = 0; i < 200 && heard.length < 3; i++) await new Promise((r) => setTimeout(r, 25));
  await outbox.stop();
  assert.deepEqual(heard, [1, 3, 2]);
});
