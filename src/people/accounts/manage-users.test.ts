import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { addPeople } from './add-people.ts';
import { roles } from './contract.ts';
import { codeOf, enter, goodPassword, openHouse, send, signInAs, type Person } from './testing.ts';

const house = await openHouse({ after });
let admin: Person;
before(async () => {
  admin = await enter(house, ['admin']);
});

type User = {
  id: string;
  email: string;
  roles: string[];
  disabledAt: string | null;
  provenance: string;
};
type Page<T> = { items: T[]; nextCursor: string | null };

test('administration is for those the table names, whatever else they are', async () => {
  const target = await enter(house);
  const doors = [
    ['GET', '/api/v1/users', undefined, ['moderator', 'admin']],
    ['GET', `/api/v1/users/${target.id}`, undefined, ['moderator', 'admin']],
    ['PUT', `/api/v1/users/${target.id}/roles`, { roles: [] }, ['admin']],
    ['POST', `/api/v1/users/${target.id}/disable`, { because: 'a test' }, ['admin']],
    ['POST', `/api/v1/users/${target.id}/enable`, undefined, ['admin']],
    ['GET', '/api/v1/audit', undefined, ['admin']],
  ] as const;
  for (const role of roles) {
    const person = role === 'admin' ? admin : await enter(house, [role]);
    for (const [method, url, body, allowed] of doors) {
      const reply = await send(house, method, url, {
        as: person,
        ...(body !== undefined && { body }),
      });
      const expected = (allowed as readonly string[]).includes(role) ? 200 : 403;
      assert.equal(reply.statusCode, expected, `${role} ${method} ${url}: ${reply.body}`);
    }
  }
  for (const [method, url, body] of doors) {
    assert.equal(
      (await send(house, method, url, body === undefined ? {} : { body })).statusCode,
      401,
      `nobody ${method} ${url}`,
    );
  }
});

test('users are found by a part of name or e-mail and by role, page by page', async () => {
  for (let i = 0; i < 5; i++) await enter(house, ['station']);
  const list = async (query: string) =>
    (await send(house, 'GET', `/api/v1/users?${query}`, { as: admin })).json<Page<User>>();
  const all = (await list('limit=200')).items;
  assert.deepEqual(
    all.map((u) => u.id),
    all
      .map((u) => u.id)
      .sort()
      .reverse(),
    'newest first',
  );

  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<User> = await list(`limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
    paged.push(...page.items.map((u) => u.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  assert.deepEqual(
    paged,
    all.map((u) => u.id),
  );

  assert.deepEqual(
    (await list(`query=${encodeURIComponent(admin.email.toUpperCase())}`)).items.map((u) => u.id),
    [admin.id],
  );
  assert.ok((await list('role=station')).items.every((u) => u.roles.includes('station')));
  assert.ok((await list('role=station')).items.length >= 5);
  for (const wild of ['%', '_', '\\', '100%'])
    assert.equal(
      (await list(`query=${encodeURIComponent(wild)}`)).items.length,
      0,
      `${wild} is a letter like any other`,
    );
  for (const wrong of ['cursor=x', 'limit=0', 'limit=201', 'role=king', 'query=%00']) {
    assert.equal(
      codeOf(await send(house, 'GET', `/api/v1/users?${wrong}`, { as: admin })),
      'VALIDATION_FAILED',
      wrong,
    );
  }
});

test('roles hold from the next request on, without a new sign-in', async () => {
  const person = await enter(house);
  const users = () => send(house, 'GET', '/api/v1/users', { as: person });
  assert.equal((await users()).statusCode, 403);
  const set = (given: string[]) =>
    send(house, 'PUT', `/api/v1/users/${person.id}/roles`, { as: admin, body: { roles: given } });
  assert.deepEqual((await set(['moderator', 'dj', 'dj'])).json<User>().roles, [
    'dj',
    'listener',
    'moderator',
  ]);
  assert.equal((await users()).statusCode, 200);
  assert.deepEqual((await set([])).json<User>().roles, ['listener'], 'everybody stays a listener');
  assert.equal((await users()).statusCode, 403);
  assert.equal(codeOf(await set(['king'])), 'VALIDATION_FAILED');
});

test('a disabled person is out at once, with every session and key, until enabled', async () => {
  const person = await enter(house);
  const { key } = (
    await send(house, 'POST', '/api/v1/me/api-keys', { as: person, body: { name: 'k' } })
  ).json<{ key: string }>();
  const me = (as: string) => send(house, 'GET', '/api/v1/me', { as });
  assert.equal((await me(key)).statusCode, 200);
  const disabled = await send(house, 'POST', `/api/v1/users/${person.id}/disable`, {
    as: admin,
    body: { because: 'sold plays' },
  });
  assert.notEqual(disabled.json<User>().disabledAt, null);
  assert.equal((await me(person.accessToken)).statusCode, 401);
  assert.equal((await me(key)).statusCode, 401);
  assert.equal(
    (
      await send(house, 'POST', '/api/v1/auth/refresh', {
        body: { refreshToken: person.refreshToken },
      })
    ).statusCode,
    401,
  );
  const login = (password: string) =>
    send(house, 'POST', '/api/v1/auth/login', { body: { email: person.email, password } });
  assert.equal(codeOf(await login(goodPassword)), 'ACCOUNT_DISABLED');
  assert.equal(codeOf(await login('a guess')), 'UNAUTHENTICATED', 'only its owner is told');

  assert.equal(
    (await send(house, 'POST', `/api/v1/users/${person.id}/enable`, { as: admin })).json<User>()
      .disabledAt,
    null,
  );
  await signInAs(house, person.email);
  assert.equal((await me(key)).statusCode, 200);
  assert.equal((await me(person.accessToken)).statusCode, 401, 'ended sessions stay ended');
});

function takeRoles(as: Person, id: string) {
  return send(house, 'PUT', `/api/v1/users/${id}/roles`, { as, body: { roles: [] } });
}

function disable(as: Person, id: string) {
  return send(house, 'POST', `/api/v1/users/${id}/disable`, { as, body: { because: 'a test' } });
}

test('the last administrator stays, also when two remove each other at once', async () => {
  assert.equal(codeOf(await takeRoles(admin, admin.id)), 'LAST_ADMIN');
  assert.equal(codeOf(await disable(admin, admin.id)), 'LAST_ADMIN');
  for (const [removeFirst, removeSecond] of [
    [takeRoles, takeRoles],
    [takeRoles, disable],
    [disable, disable],
  ] as const) {
    const second = await enter(house, ['admin']);
    const replies = await Promise.all([
      removeFirst(admin, second.id),
      removeSecond(second, admin.id),
    ]);
    const admins = (
      await send(house, 'GET', '/api/v1/users?role=admin&limit=200', {
        as: await stillAdmin([admin, second]),
      })
    ).json<Page<User>>().items;
    assert.equal(
      admins.filter((u) => u.disabledAt === null).length,
      1,
      replies.map((r) => r.body).join(),
    );
    admin = await stillAdmin([admin, second]);
  }
});

async function stillAdmin(people: readonly Person[]): Promise<Person> {
  for (const person of people) {
    if ((await send(house, 'GET', '/api/v1/audit?limit=1', { as: person })).statusCode === 200)
      return person;
  }
  throw new Error('no administrator is left');
}

test('an unknown user is not found', async () => {
  const id = newId<'user'>();
  assert.equal((await send(house, 'GET', `/api/v1/users/${id}`, { as: admin })).statusCode, 404);
  assert.equal(
    (await send(house, 'PUT', `/api/v1/users/${id}/roles`, { as: admin, body: { roles: [] } }))
      .statusCode,
    404,
  );
  assert.equal(
    (
      await send(house, 'POST', `/api/v1/users/${id}/disable`, {
        as: admin,
        body: { because: 'x' },
      })
    ).statusCode,
    404,
  );
  assert.equal((await send(house, 'GET', '/api/v1/users/1', { as: admin })).statusCode, 404);
});

test('the audit log answers who did what to whom, newest first, page by page', async () => {
  const person = await enter(house);
  await send(house, 'PUT', `/api/v1/users/${person.id}/roles`, {
    as: admin,
    body: { roles: ['label'] },
  });
  type Entry = {
    id: string;
    action: string;
    actorId: string | null;
    actorName: string | null;
    detail: { before: string[]; after: string[] };
  };
  const list = async (query: string) =>
    (await send(house, 'GET', `/api/v1/audit?${query}`, { as: admin })).json<Page<Entry>>();
  const [entry] = (await list(`action=roles.set&subject=${person.id}`)).items;
  assert.equal(entry!.actorId, admin.id);
  assert.ok(entry!.actorName!.startsWith('Person'));
  assert.deepEqual(entry!.detail, { before: ['listener'], after: ['label', 'listener'] });

  const two = await list(`actor=${admin.id}&limit=2`);
  const next = await list(`actor=${admin.id}&limit=2&cursor=${two.nextCursor}`);
  const ids = [...two.items, ...next.items].map((e) => Number(e.id));
  assert.deepEqual(
    ids,
    [...ids].sort((a, b) => b - a),
  );
  assert.equal(new Set(ids).size, 4);
});

test('people are added by the thousand, without a way to sign in, and once', async () => {
  const people = Array.from({ length: 2_500 }, (_, i) => ({
    id: newId<'user'>(),
    email: `Listener${i}@demo.ngoma`,
    name: `Umuhire ${i}`,
    territory: 'RW',
    locale: 'rw',
    timeZone: 'Africa/Kigali',
    createdAt: Date.UTC(2026, 0, 1) as Instant,
  }));
  assert.equal(await addPeople(house.ctx.db, people, 'demo'), 2_500);
  assert.equal(await addPeople(house.ctx.db, people, 'demo'), 0);
  const [found] = (
    await send(house, 'GET', '/api/v1/users?query=listener2499@demo', { as: admin })
  ).json<Page<User>>().items;
  assert.equal(found!.provenance, 'demo');
  assert.deepEqual(found!.roles, ['listener']);
});
