import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs } from '#foundation/kernel/time.ts';
import { ConfigError } from '#foundation/platform/config.ts';
import { prepareFirstAdmin } from './prepare-first-admin.ts';
import { codeOf, enter, goodPassword, openHouse, send, signInAs, type House } from './testing.ts';

const unset = { adminEmail: null, adminPassword: null };
const set = { adminEmail: 'Boss@Ngoma.test', adminPassword: 'thunder over the lake' };

async function link(house: House): Promise<string> {
  const path = await prepareFirstAdmin(house.ctx, unset);
  assert.match(path!, /^\/app\/first-admin#[\w-]{43}$/);
  return path!.split('#')[1]!;
}

function claim(house: House, token: string, email = 'first@ngoma.test') {
  return send(house, 'POST', '/api/v1/auth/first-admin', {
    body: { token, email, password: goodPassword, name: 'First' },
  });
}

test('the printed link makes one administrator, once', async (t) => {
  const house = await openHouse(t);
  const token = await link(house);
  const made = await claim(house, token);
  assert.equal(made.statusCode, 201, made.body);
  assert.deepEqual(made.json<{ roles: string[] }>().roles, ['admin', 'listener']);
  assert.equal(
    (await send(house, 'GET', '/api/v1/users', { as: await signInAs(house, 'first@ngoma.test') }))
      .statusCode,
    200,
  );
  assert.equal(codeOf(await claim(house, token, 'second@ngoma.test')), 'LINK_SPENT');
  assert.equal(
    await prepareFirstAdmin(house.ctx, unset),
    null,
    'no link while there is an administrator',
  );
});

test('of ten who use the link at once one becomes administrator', async (t) => {
  const house = await openHouse(t);
  const token = await link(house);
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, i) => claim(house, token, `p${i}@ngoma.test`)),
  );
  assert.equal(replies.filter((r) => r.statusCode === 201).length, 1);
  const { rows } = await house.ctx.db.pool.query<{ people: bigint }>(
    'select count(*) as people from accounts."user"',
  );
  assert.equal(rows[0]!.people, 1n, 'the others left nothing behind');
});

test('an invented, an old and a replaced link do nothing', async (t) => {
  const house = await openHouse(t);
  assert.equal(codeOf(await claim(house, 'invented')), 'LINK_SPENT');
  const first = await link(house);
  const second = await link(house);
  assert.equal(codeOf(await claim(house, first)), 'LINK_SPENT');
  house.later(dayMs);
  assert.equal(codeOf(await claim(house, second)), 'LINK_SPENT');
});

test('a taken e-mail does not cost the link', async (t) => {
  const house = await openHouse(t);
  const person = await enter(house);
  const token = await link(house);
  assert.equal(codeOf(await claim(house, token, person.email)), 'CONFLICT');
  assert.equal((await claim(house, token)).statusCode, 201);
});

test('a link that was printed is worth nothing once there is an administrator', async (t) => {
  const house = await openHouse(t);
  const token = await link(house);
  await enter(house, ['admin']);
  assert.equal(codeOf(await claim(house, token)), 'LINK_SPENT');
});

test('the environment makes the first administrator and never touches one that exists', async (t) => {
  const house = await openHouse(t);
  assert.equal(await prepareFirstAdmin(house.ctx, set), null);
  const { accessToken } = await signInAs(house, 'boss@ngoma.test', set.adminPassword);
  assert.equal((await send(house, 'GET', '/api/v1/audit', { as: accessToken })).statusCode, 200);
  assert.equal(
    await prepareFirstAdmin(house.ctx, { ...set, adminPassword: 'something else entirely' }),
    null,
  );
  await signInAs(house, 'boss@ngoma.test', set.adminPassword);
});

test("who registered the operator's e-mail first has no way in any more", async (t) => {
  const house = await openHouse(t);
  await send(house, 'POST', '/api/v1/auth/register', {
    body: { email: 'boss@ngoma.test', password: goodPassword, name: 'Squatter' },
  });
  const squatter = await signInAs(house, 'boss@ngoma.test');
  const { key } = (
    await send(house, 'POST', '/api/v1/me/api-keys', { as: squatter, body: { name: 'k' } })
  ).json<{ key: string }>();
  await prepareFirstAdmin(house.ctx, set);
  const second = { app: await house.secondProcess() };
  for (const as of [squatter.accessToken, key])
    assert.equal((await send(second, 'GET', '/api/v1/users', { as })).statusCode, 401);
  assert.equal(
    (
      await send(house, 'POST', '/api/v1/auth/login', {
        body: { email: 'boss@ngoma.test', password: goodPassword },
      })
    ).statusCode,
    401,
  );
  await signInAs(house, 'boss@ngoma.test', set.adminPassword);
});

test('an e-mail or password in the environment that cannot be used is said', async (t) => {
  const house = await openHouse(t);
  await assert.rejects(
    prepareFirstAdmin(house.ctx, { ...set, adminPassword: 'short' }),
    ConfigError,
  );
  await assert.rejects(prepareFirstAdmin(house.ctx, { ...set, adminEmail: 'boss' }), ConfigError);
});
