import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { hash } from '@node-rs/argon2';
import { checkPassword, wellKnownCount } from './check-password.ts';
import { findSignIn, updatePassword } from './queries.ts';
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

function register(body: object) {
  return send(house, 'POST', '/api/v1/auth/register', { body });
}

function login(body: object, at = house, headers: Record<string, string> = {}) {
  return send(at, 'POST', '/api/v1/auth/login', { body, headers });
}

test('who registers is a listener and nothing more', async () => {
  const reply = await register({
    email: ' Aline@Example.RW ',
    password: goodPassword,
    name: ' Aline Uwase ',
  });
  assert.equal(reply.statusCode, 201, reply.body);
  const { roles, email, name } = reply.json<{ roles: string[]; email: string; name: string }>();
  assert.deepEqual(
    { roles, email, name },
    { roles: ['listener'], email: 'aline@example.rw', name: 'Aline Uwase' },
  );
  assert.ok(!reply.body.includes('argon2'));
  await signInAs(house, 'ALINE@example.rw');
});

test('one mailbox has one account, also when ten ask at once', async () => {
  const body = { email: 'race@ngoma.test', password: goodPassword, name: 'Race' };
  const replies = await Promise.all(Array.from({ length: 10 }, () => register(body)));
  assert.equal(replies.filter((r) => r.statusCode === 201).length, 1);
  for (const other of replies.filter((r) => r.statusCode !== 201))
    assert.equal(codeOf(other), 'CONFLICT');
});

test('roles cannot be had by asking for them', async () => {
  const reply = await register({
    email: 'sly@ngoma.test',
    password: goodPassword,
    name: 'Sly',
    roles: ['admin'],
    role: 'admin',
  });
  assert.deepEqual(reply.json<{ roles: string[] }>().roles, ['listener']);
});

test('what is missing or malformed is named', async () => {
  const good = { email: 'a@b.rw', password: goodPassword, name: 'A' };
  for (const [field, value] of [
    ['email', 'nobody'],
    ['email', 'a b@c'],
    ['email', `${'a'.repeat(300)}@b`],
    ['email', 'a\u0000@b'],
    ['email', 7],
    ['password', 'short'],
    ['password', 'x'.repeat(129)],
    ['name', '  '],
    ['name', 'a\u0000b'],
    ['name', 'a\nb'],
    ['name', 'n'.repeat(201)],
    ['name', undefined],
  ] as const) {
    const reply = await register({ ...good, [field]: value });
    assert.equal(reply.statusCode, 400, `${field} ${String(value)}: ${reply.body}`);
    assert.equal(codeOf(reply), 'VALIDATION_FAILED');
    assert.equal(reply.json<{ field: string }>().field, field);
  }
});

test('characters are counted as people count them: eight drums are a password of eight', async () => {
  assert.equal(
    (await register({ email: 'drums@ngoma.test', password: '🥁🪘🥁🎶🪘🥁🎺', name: 'D' }))
      .statusCode,
    400,
  );
  assert.equal(
    (await register({ email: 'drums@ngoma.test', password: '🥁🪘🥁🎶🪘🥁🎺🎷', name: 'D' }))
      .statusCode,
    201,
  );
});

test('the same password typed on another keyboard opens', async () => {
  assert.equal(
    (await register({ email: 'nfc@ngoma.test', password: 'caf\u00e9 du mat\u00edn', name: 'N' }))
      .statusCode,
    201,
  );
  await signInAs(house, 'nfc@ngoma.test', 'cafe\u0301 du mati\u0301n');
});

test("well-known passwords and the account's own name are refused", async () => {
  assert.ok(wellKnownCount >= 3_000, String(wellKnownCount));
  const owner = { email: 'keza.m@example.rw', name: 'Keza Music' };
  for (const password of [
    'password',
    'Password1',
    'iloveyou',
    'qwertyuiop',
    'keza.m@example.rw',
    'KEZA MUSIC',
    '--------',
  ]) {
    assert.equal(checkPassword(password, owner)?.code, 'PASSWORD_TOO_COMMON', password);
  }
  assert.equal(checkPassword(goodPassword, owner), null);
  assert.equal(
    codeOf(await register({ email: 'weak@ngoma.test', password: 'iloveyou', name: 'W' })),
    'PASSWORD_TOO_COMMON',
  );
});

async function timedRefusals(email: string) {
  const times: number[] = [];
  let body = '';
  for (let i = 0; i < 15; i++) {
    const start = performance.now();
    const reply = await login({ email, password: 'wrong password' });
    times.push(performance.now() - start);
    assert.equal(reply.statusCode, 401);
    body = JSON.stringify({ ...reply.json<object>(), instance: '' });
  }
  return { body, medianMs: times.sort((a, b) => a - b)[7]! };
}

test('an unknown e-mail and a wrong password get the same answer after the same work', async () => {
  const person = await enter(house);
  const [wrong, unknown] = [
    await timedRefusals(person.email),
    await timedRefusals('nobody@ngoma.test'),
  ];
  assert.equal(wrong.body, unknown.body);
  // A skipped hash would be some twenty times faster; the bound leaves room for a busy machine.
  assert.ok(
    unknown.medianMs > wrong.medianMs / 3,
    `${unknown.medianMs} against ${wrong.medianMs} ms`,
  );
});

test('somebody without a password cannot sign in with any', async () => {
  const person = await enter(house);
  await house.ctx.db.pool.query('update accounts."user" set password_hash = null where id = $1', [
    person.id,
  ]);
  for (const password of [goodPassword, 'null', ' '])
    assert.equal((await login({ email: person.email, password })).statusCode, 401);
});

test('a hash of an earlier policy is made anew at sign-in', async () => {
  const person = await enter(house);
  const old = await hash(goodPassword, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  await house.ctx.db.run(updatePassword, { id: person.id, passwordHash: old, expected: null });
  await signInAs(house, person.email);
  const { passwordHash } = await house.ctx.db.one(findSignIn, { email: person.email, address: '' });
  assert.match(passwordHash!, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await signInAs(house, person.email);
});

test('a refused sign-in is noted for an account that exists, and never what was typed', async () => {
  const person = await enter(house);
  await login({ email: person.email, password: 'my other password' });
  await login({ email: 'my-password-in-the-wrong-field@x', password: 'x' });
  assert.ok((await auditedActions(house)).includes('sign_in.refused'));
  const { rows } = await house.ctx.db.pool.query<{ text: string }>(
    'select a::text as text from accounts.audit a',
  );
  assert.ok(
    rows.every(({ text }) => !text.includes('password-in-the-wrong') && !text.includes('my other')),
  );
});

test('guessing at one account from one address ends after the limit, other people there go on', async (t) => {
  const narrow = await openHouse(t, { ...wide, pair: { attempts: 3, windowS: 900 } });
  const victim = await enter(narrow);
  const neighbour = await enter(narrow);
  const guesses = await Promise.all(
    Array.from({ length: 8 }, () => login({ email: victim.email, password: 'a guess' }, narrow)),
  );
  assert.deepEqual(
    guesses.map((r) => r.statusCode).sort((a, b) => a - b),
    [401, 401, 401, 429, 429, 429, 429, 429],
  );
  const limited = await login({ email: victim.email, password: goodPassword }, narrow);
  assert.equal(codeOf(limited), 'RATE_LIMIT_EXCEEDED');
  assert.ok(Number(limited.headers['retry-after']) > 800);
  await signInAs(narrow, neighbour.email);
});

test('a right password starts the count again', async (t) => {
  const narrow = await openHouse(t, { ...wide, pair: { attempts: 3, windowS: 900 } });
  const person = await enter(narrow);
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 2; i++)
      assert.equal(
        (await login({ email: person.email, password: 'a guess' }, narrow)).statusCode,
        401,
      );
    await signInAs(narrow, person.email);
  }
});

test('a crowd of addresses guessing at one account is stopped, its owner still comes in from where they were before', async (t) => {
  const narrow = await openHouse(t, { ...wide, account: { attempts: 5, windowS: 3_600 } });
  const victim = await enter(narrow);
  const codes = [];
  for (let i = 0; i < 8; i++) {
    codes.push(
      (
        await login({ email: victim.email, password: 'a guess' }, narrow, {
          'x-forwarded-for': `41.186.0.${i}`,
        })
      ).statusCode,
    );
  }
  assert.deepEqual(codes, [401, 401, 401, 401, 401, 429, 429, 429]);
  await signInAs(narrow, victim.email);
});

test('one address cannot try one password at every account', async (t) => {
  const narrow = await openHouse(t, { ...wide, address: { attempts: 4, windowS: 600 } });
  const codes = [];
  for (let i = 0; i < 6; i++)
    codes.push(
      (await login({ email: `p${i}@ngoma.test`, password: 'Summer2026' }, narrow)).statusCode,
    );
  assert.deepEqual(codes, [401, 401, 401, 401, 429, 429]);
});

test('more sign-ins at once than can wait are told to come back, and the rest succeed', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 230 }, () => house.ctx.passwords.verify(null, 'x')),
  );
  assert.equal(outcomes.filter((o) => typeof o !== 'boolean').length, 230 - 202);
  assert.equal(await house.ctx.passwords.verify(null, 'x'), false, 'and then there is room again');
});

const much = { attempts: 1_000_000, windowS: 60 };
const wide = { pair: much, account: much, address: much, register: much };
