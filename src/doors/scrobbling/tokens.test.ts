import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { column, query, sql } from '#foundation/platform/postgres.ts';
import { tokensPerListenerMax } from './contract.ts';
import { aScrobbler, openHouse } from './testing.ts';

const house = await openHouse({ after });

async function call(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  userId: string | null,
  payload?: object,
) {
  const reply = await house.app.inject({
    method,
    url: `/api/v1/scrobbling/${url}`,
    headers: { ...(userId !== null && { authorization: `Bearer ${userId}` }) },
    ...(payload && { payload }),
  });
  return { status: reply.statusCode, body: reply.json<Body>() };
}
type Body = {
  readonly id: string;
  readonly userName: string | null;
  readonly items: readonly object[];
  readonly error: { readonly code: string };
};

const everything = query({
  name: 'scrobbling.testEverything',
  columns: { row: column.text },
  sample: {},
  text: () => sql`select t::text as row from scrobbling.token t`,
});

test('a token is shown once: neither the list nor the database holds it, nor the secret it signs with', async () => {
  const ines = await aScrobbler(house, 'Ines.W');
  assert.match(ines.token, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  assert.notEqual(ines.token.length, 32, 'mpdscribble takes 32 characters for a hash');
  const { body } = await call('GET', 'tokens', ines.userId);
  assert.equal(body.userName, 'Ines.W');
  assert.equal(body.items.length, 1);
  const rows = (await house.db.all(everything, {})).map(({ row }) => row).join();
  for (const secret of [ines.token, ines.sharedSecret]) {
    assert.ok(!JSON.stringify(body).includes(secret));
    assert.ok(!rows.includes(secret) && !rows.includes(secret.replaceAll('-', '')));
  }
});

test('a name belongs to one listener, whatever its case; without one a name is made', async () => {
  const ines = await aScrobbler(house, 'Unique');
  const other = newId<'user'>() as UserId;
  const taken = await call('POST', 'tokens', other, { name: 'x', userName: 'uniQue' });
  assert.deepEqual([taken.status, taken.body.error.code], [409, 'USER_NAME_TAKEN']);
  assert.deepEqual((await call('GET', 'tokens', other)).body, { userName: null, items: [] });
  const made = await call('POST', 'tokens', other, { name: 'x' });
  assert.match(made.body.userName!, /^listener-[0-9a-f]{12}$/);
  const second = await call('POST', 'tokens', ines.userId, { name: 'car' });
  assert.equal(second.body.userName, 'Unique');
  for (const userName of ['a', 'has space', 'x@y', '-x', 'x'.repeat(41)])
    assert.equal((await call('POST', 'tokens', other, { name: 'x', userName })).status, 400);
});

test('tokens are the owner’s alone, and so many may be kept', async () => {
  const ines = await aScrobbler(house);
  const stranger = newId<'user'>();
  assert.equal((await call('DELETE', `tokens/${ines.id}`, stranger)).status, 404);
  assert.equal((await call('GET', 'tokens', null)).status, 401);
  for (let i = 1; i < tokensPerListenerMax; i++)
    assert.equal((await call('POST', 'tokens', ines.userId, { name: `t${i}` })).status, 201);
  const over = await call('POST', 'tokens', ines.userId, { name: 'one more' });
  assert.deepEqual([over.status, over.body.error.code], [422, 'TOO_MANY_TOKENS']);
  assert.equal((await call('DELETE', `tokens/${ines.id}`, ines.userId)).status, 200);
  assert.equal((await call('DELETE', `tokens/${ines.id}`, ines.userId)).status, 404);
  assert.equal((await call('POST', 'tokens', ines.userId, { name: 'one more' })).status, 201);
});
