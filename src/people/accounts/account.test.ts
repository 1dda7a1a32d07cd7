import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dayMs } from '#foundation/kernel/time.ts';
import { standingMsMax } from './context.ts';
import {
  auditedActions,
  codeOf,
  enter,
  goodPassword,
  openHouse,
  send,
  signInAs,
} from './testing.ts';

const house = await openHouse({ after });
const nobody = '00000000-0000-7000-8000-000000000000';

test('everything about oneself needs a sign-in', async () => {
  for (const [method, url] of [
    ['GET', '/api/v1/me'],
    ['PATCH', '/api/v1/me'],
    ['POST', '/api/v1/me/password'],
    ['GET', '/api/v1/me/sessions'],
    ['DELETE', `/api/v1/me/sessions/${nobody}`],
    ['GET', '/api/v1/me/api-keys'],
    ['POST', '/api/v1/me/api-keys'],
    ['DELETE', `/api/v1/me/api-keys/${nobody}`],
  ] as const) {
    for (const as of [undefined, 'nonsense', 'ngk_nonsense']) {
      const reply = await send(house, method, url, {
        ...(as !== undefined && { as }),
        ...(method !== 'GET' && { body: {} }),
      });
      assert.equal(reply.statusCode, 401, `${method} ${url} ${String(as)}`);
    }
  }
});

test("a profile is read and changed by its owner; roles and e-mail are not the owner's to change", async () => {
  const person = await enter(house);
  const edit = {
    name: 'Nyiransengimana',
    territory: 'RW',
    locale: 'rw-RW',
    timeZone: 'Africa/Kigali',
    preferences: {
      theme: 'dark',
      'player.kbps': 24,
      autoplay: false,
      genres: ['afrobeats', 'amapiano'],
    },
  };
  const changed = await send(house, 'PATCH', '/api/v1/me', { as: person, body: edit });
  assert.equal(changed.statusCode, 200, changed.body);
  const me = (await send(house, 'GET', '/api/v1/me', { as: person })).json<
    Record<string, unknown>
  >();
  assert.deepEqual({ ...me, ...edit }, me);
  assert.deepEqual(me['permissions'], ['plays.read', 'devices.enrol', 'statements.own']);
  for (const field of ['roles', 'email', 'id', 'disabledAt']) {
    const reply = await send(house, 'PATCH', '/api/v1/me', {
      as: person,
      body: { [field]: ['admin'] },
    });
    assert.equal(codeOf(reply), 'VALIDATION_FAILED', field);
    assert.equal(reply.json<{ field: string }>().field, field);
  }
});

function many(from: number): object {
  return Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`p${from + i}`, i]));
}

test('preferences are merged, null removes one, and they stay small', async () => {
  const person = await enter(house);
  const patch = (preferences: object) =>
    send(house, 'PATCH', '/api/v1/me', { as: person, body: { preferences } });
  await patch({ theme: 'dark', volume: 0.5 });
  const merged = (await patch({ theme: null, quality: 'high' })).json<{ preferences: object }>()
    .preferences;
  assert.deepEqual(merged, { volume: 0.5, quality: 'high' });
  for (const wrong of [
    { __proto__x: 1 },
    { UPPER: 1 },
    { nested: { a: 1 } },
    { text: 'a\u0000' },
    JSON.parse('{"__proto__": 1}') as object,
  ]) {
    assert.equal((await patch(wrong)).statusCode, 400, JSON.stringify(wrong));
  }
  assert.equal((await patch(many(0))).statusCode, 200);
  assert.equal((await patch(many(150))).statusCode, 400);
});

test("changes made at once do not lose each other's preferences", async () => {
  const person = await enter(house);
  const names = Array.from({ length: 10 }, (_, i) => `p${i}`);
  await Promise.all(
    names.map((name) =>
      send(house, 'PATCH', '/api/v1/me', { as: person, body: { preferences: { [name]: true } } }),
    ),
  );
  const { preferences } = (await send(house, 'GET', '/api/v1/me', { as: person })).json<{
    preferences: object;
  }>();
  assert.deepEqual(Object.keys(preferences).sort(), names);
});

test('a time zone must exist', async () => {
  const person = await enter(house);
  for (const timeZone of ['Mars/Olympus', '', '../../etc/passwd', '😀']) {
    const reply = await send(house, 'PATCH', '/api/v1/me', { as: person, body: { timeZone } });
    assert.equal(reply.json<{ field: string }>().field, 'timeZone', timeZone);
  }
});

test('a new password ends every other session and keeps this one', async () => {
  const person = await enter(house);
  const elsewhere = await signInAs(house, person.email);
  const change = (currentPassword: string, newPassword: string) =>
    send(house, 'POST', '/api/v1/me/password', {
      as: person,
      body: { currentPassword, newPassword },
    });
  assert.equal(codeOf(await change('not mine', 'rain on iron roofs')), 'PASSWORD_WRONG');
  assert.equal(codeOf(await change(goodPassword, 'password1')), 'PASSWORD_TOO_COMMON');
  assert.equal(
    (await send(house, 'GET', '/api/v1/me', { as: elsewhere })).statusCode,
    200,
    'a refused change changes nothing',
  );
  assert.equal((await change(goodPassword, 'rain on iron roofs')).statusCode, 204);
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: person })).statusCode, 200);
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: elsewhere })).statusCode, 401);
  assert.equal(
    (
      await send(house, 'POST', '/api/v1/auth/refresh', {
        body: { refreshToken: elsewhere.refreshToken },
      })
    ).statusCode,
    401,
  );
  assert.equal(
    (
      await send(house, 'POST', '/api/v1/auth/login', {
        body: { email: person.email, password: goodPassword },
      })
    ).statusCode,
    401,
  );
  await signInAs(house, person.email, 'rain on iron roofs');
});

test("one sees and ends one's own sessions only", async () => {
  const [mine, theirs] = [await enter(house), await enter(house)];
  await signInAs(house, mine.email);
  const list = async (as: { accessToken: string }, query = '') =>
    (await send(house, 'GET', `/api/v1/me/sessions${query}`, { as })).json<{
      items: { id: string; current: boolean }[];
      nextCursor: string | null;
    }>();
  const { items } = await list(mine);
  assert.deepEqual(
    items.map((s) => s.current),
    [false, true],
    'newest first, this one marked',
  );
  const theirSession = (await list(theirs)).items[0]!.id;
  const reply = await send(house, 'DELETE', `/api/v1/me/sessions/${theirSession}`, { as: mine });
  assert.equal(codeOf(reply), 'NOT_FOUND');
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: theirs })).statusCode, 200);

  const first = await list(mine, '?limit=1');
  const second = await list(mine, `?limit=1&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.items, ...second.items], items);
  assert.equal(
    (await send(house, 'GET', '/api/v1/me/sessions?cursor=x', { as: mine })).json<{
      field: string;
    }>().field,
    'cursor',
  );

  assert.equal(
    (await send(house, 'DELETE', `/api/v1/me/sessions/${items[0]!.id}`, { as: mine })).statusCode,
    204,
  );
  assert.equal((await list(mine)).items.length, 1);
});

test('another process believes a revoked session for at most 30 s', async () => {
  const person = await enter(house);
  const other = { app: await house.secondProcess() };
  const there = () => send(other, 'GET', '/api/v1/me', { as: person });
  assert.equal((await there()).statusCode, 200);
  await send(house, 'POST', '/api/v1/auth/logout', { as: person });
  house.later(standingMsMax);
  assert.equal((await there()).statusCode, 401);
});

test('an API key is shown once, works until revoked, and nobody else can revoke it', async () => {
  const [owner, stranger] = [await enter(house), await enter(house)];
  const made = await send(house, 'POST', '/api/v1/me/api-keys', {
    as: owner,
    body: { name: 'report script' },
  });
  assert.equal(made.statusCode, 201, made.body);
  const { key, id, hint } = made.json<{ key: string; id: string; hint: string }>();
  assert.match(key, /^ngk_[\w-]{43}$/);
  assert.ok(key.startsWith(hint) && hint.length === 10);
  const listed = await send(house, 'GET', '/api/v1/me/api-keys', { as: owner });
  assert.ok(!listed.body.includes(key));
  assert.equal(listed.json<{ items: object[] }>().items.length, 1);
  assert.equal(
    (await send(house, 'GET', '/api/v1/me/api-keys', { as: stranger })).json<{ items: object[] }>()
      .items.length,
    0,
  );

  assert.equal(
    (await send(house, 'GET', '/api/v1/me', { as: key })).json<{ id: string }>().id,
    owner.id,
  );
  assert.equal(
    (await send(house, 'DELETE', `/api/v1/me/api-keys/${id}`, { as: stranger })).statusCode,
    404,
  );
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: key })).statusCode, 200);
  assert.equal(
    (await send(house, 'DELETE', `/api/v1/me/api-keys/${id}`, { as: owner })).statusCode,
    204,
  );
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: key })).statusCode, 401);
});

test('an API key cannot make keys, change the password or end sessions', async () => {
  const owner = await enter(house);
  const { key, id } = (
    await send(house, 'POST', '/api/v1/me/api-keys', { as: owner, body: { name: 'k' } })
  ).json<{ key: string; id: string }>();
  for (const [method, url, body] of [
    ['POST', '/api/v1/me/api-keys', { name: 'another' }],
    ['DELETE', `/api/v1/me/api-keys/${id}`, {}],
    ['DELETE', `/api/v1/me/sessions/${nobody}`, {}],
    [
      'POST',
      '/api/v1/me/password',
      { currentPassword: goodPassword, newPassword: 'rain on iron roofs' },
    ],
  ] as const) {
    assert.equal(
      codeOf(await send(house, method, url, { as: key, body })),
      'SESSION_REQUIRED',
      `${method} ${url}`,
    );
  }
});

test('an API key with an end ends', async () => {
  const owner = await enter(house);
  const { key } = (
    await send(house, 'POST', '/api/v1/me/api-keys', {
      as: owner,
      body: { name: 'k', expiresInDays: 1 },
    })
  ).json<{ key: string }>();
  house.later(dayMs - 1_000);
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: key })).statusCode, 200);
  house.later(1_000);
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: key })).statusCode, 401);
});

test('keys are bounded in number', async () => {
  const owner = await enter(house);
  const replies = await Promise.all(
    Array.from({ length: 53 }, () =>
      send(house, 'POST', '/api/v1/me/api-keys', { as: owner, body: { name: 'k' } }),
    ),
  );
  assert.equal(replies.filter((r) => r.statusCode === 201).length, 50);
  assert.equal(codeOf(replies.find((r) => r.statusCode !== 201)!), 'TOO_MANY_API_KEYS');
});

test('every security event is in the audit log', async () => {
  const seen = new Set(await auditedActions(house));
  for (const action of [
    'account.registered',
    'session.started',
    'session.ended',
    'password.changed',
    'api_key.made',
    'api_key.revoked',
  ]) {
    assert.ok(seen.has(action), action);
  }
});
