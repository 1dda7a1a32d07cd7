import assert from 'node:assert/strict';
import { test, after } from 'node:test';
import { column, query, sql } from '#foundation/platform/postgres.ts';
import { auditedActions, codeOf, enter, openHouse, send, type House } from './testing.ts';
import { refreshIdleMs, refreshRepeatMs, sessionMsMax } from './tokens.ts';

const house = await openHouse({ after });

function refresh(at: Pick<House, 'app'>, refreshToken: string) {
  return send(at, 'POST', '/api/v1/auth/refresh', { body: { refreshToken } });
}

async function successor(refreshToken: string): Promise<string> {
  const reply = await refresh(house, refreshToken);
  assert.equal(reply.statusCode, 200, reply.body);
  return reply.json<{ refreshToken: string }>().refreshToken;
}

const tokensOf = query({
  name: 'accounts.testTokensOf',
  columns: { waiting: column.int8, spent: column.int8, revoked: column.bool },
  sample: { userId: '00000000-0000-7000-8000-000000000000' },
  text: (p: { userId: string }) => sql`
    select count(*) filter (where t.used_at is null) as waiting, count(*) filter (where t.used_at is not null) as spent,
           bool_or(s.revoked_at is not null) as revoked
    from accounts.refresh_token t join accounts.session s on s.id = t.session_id where s.user_id = ${p.userId}`,
});

test('a refresh token is exchanged for another and new access', async () => {
  const person = await enter(house);
  const reply = await refresh(house, person.refreshToken);
  const { accessToken, refreshToken, expiresIn } = reply.json<{
    accessToken: string;
    refreshToken: string;
    expiresIn: number;
  }>();
  assert.equal(expiresIn, 600);
  assert.notEqual(refreshToken, person.refreshToken);
  assert.equal(Buffer.from(refreshToken, 'base64url').length, 32);
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: accessToken })).statusCode, 200);
});

test('a token asked for again within 30 s gives the same successor, and no second one exists', async () => {
  const person = await enter(house);
  const first = await successor(person.refreshToken);
  house.later(refreshRepeatMs);
  assert.equal(await successor(person.refreshToken), first);
  const state = await house.ctx.db.one(tokensOf, { userId: person.id });
  assert.deepEqual(state, { waiting: 1n, spent: 1n, revoked: false });
});

test('a token used again after 30 s ends the session for everybody who holds a part of it', async () => {
  const person = await enter(house);
  const next = await successor(person.refreshToken);
  house.later(refreshRepeatMs + 1_000);
  assert.equal((await send(house, 'GET', '/api/v1/me', { as: person })).statusCode, 200);
  const reused = await refresh(house, person.refreshToken);
  assert.equal(reused.statusCode, 401);
  assert.equal(codeOf(reused), 'UNAUTHENTICATED');
  assert.equal((await refresh(house, next)).statusCode, 401, 'the successor is worth nothing');
  assert.equal(
    (await send(house, 'GET', '/api/v1/me', { as: person })).statusCode,
    401,
    'the access token ends with its session',
  );
  assert.ok((await auditedActions(house)).includes('session.reuse_detected'));
});

test('a token used again after its successor was used ends the session at once', async () => {
  const person = await enter(house);
  const last = await successor(await successor(person.refreshToken));
  assert.equal((await refresh(house, person.refreshToken)).statusCode, 401);
  assert.equal((await refresh(house, last)).statusCode, 401, 'nobody keeps the session');
});

test('reuse ends that session only', async () => {
  const person = await enter(house);
  const elsewhere = await send(house, 'POST', '/api/v1/auth/login', {
    body: { email: person.email, password: 'drums at the river' },
  });
  await successor(person.refreshToken);
  house.later(refreshRepeatMs + 1_000);
  assert.equal((await refresh(house, person.refreshToken)).statusCode, 401);
  assert.equal(
    (await refresh(house, elsewhere.json<{ refreshToken: string }>().refreshToken)).statusCode,
    200,
  );
});

test('20 refreshes at once, half of them in another process, give one successor and end nothing', async () => {
  const other = { app: await house.secondProcess() };
  const refreshTwenty = (token: string) =>
    Promise.all(Array.from({ length: 20 }, (_, i) => refresh(i % 2 === 0 ? house : other, token)));
  await refreshTwenty('opens every connection, so that the next twenty really meet');
  for (let round = 0; round < 5; round++) {
    const person = await enter(house);
    const replies = await refreshTwenty(person.refreshToken);
    assert.deepEqual(new Set(replies.map((r) => r.statusCode)), new Set([200]));
    const successors = replies.map((r) => r.json<{ refreshToken: string }>().refreshToken);
    assert.equal(new Set(successors).size, 1);
    const state = await house.ctx.db.one(tokensOf, { userId: person.id });
    assert.deepEqual(state, { waiting: 1n, spent: 1n, revoked: false });
  }
});

test('a session ends at its absolute age however often it is refreshed', async () => {
  const person = await enter(house);
  let token = person.refreshToken;
  for (let spentMs = 0; spentMs + refreshIdleMs / 2 < sessionMsMax; spentMs += refreshIdleMs / 2) {
    token = await successor(token);
    house.later(refreshIdleMs / 2);
  }
  house.later(refreshIdleMs / 2);
  assert.equal((await refresh(house, token)).statusCode, 401);
});

test('a token unused for 30 days is over', async () => {
  const person = await enter(house);
  house.later(refreshIdleMs);
  assert.equal((await refresh(house, person.refreshToken)).statusCode, 401);
});

test('an invented token is refused and ends nobody', async () => {
  const person = await enter(house);
  for (const invented of [
    '',
    'x',
    person.accessToken.slice(0, 150),
    Buffer.alloc(32).toString('base64url'),
  ]) {
    assert.equal((await refresh(house, invented)).statusCode, 401);
  }
  assert.equal((await refresh(house, person.refreshToken)).statusCode, 200);
});

test('only the hash of a refresh token is stored', async () => {
  const person = await enter(house);
  const dump = await house.ctx.db.pool.query(
    'select encode(token_hash, $1) as stored from accounts.refresh_token',
    ['hex'],
  );
  const plain = Buffer.from(person.refreshToken, 'base64url').toString('hex');
  assert.ok(dump.rows.length > 0);
  assert.ok(
    dump.rows.every((row: { stored: string }) => row.stored !== plain && row.stored.length === 64),
  );
});

// ── the web app's cookie ────────────────────────────────────────────────

const web = { 'x-ngoma-client': 'web' };

async function webLogin(headers: Record<string, string> = {}) {
  const person = await enter(house);
  return send(house, 'POST', '/api/v1/auth/login', {
    body: { email: person.email, password: 'drums at the river' },
    headers: { ...web, ...headers },
  });
}

test('the web app gets its refresh token in a cookie that scripts and other sites cannot use, and not in the body', async () => {
  const reply = await webLogin();
  assert.equal(reply.statusCode, 200);
  assert.equal(Object.hasOwn(reply.json<object>(), 'refreshToken'), false);
  const cookie = String(reply.headers['set-cookie']);
  for (const part of ['ngoma_refresh=', 'HttpOnly', 'SameSite=Strict', 'Path=/api/v1/auth'])
    assert.ok(cookie.includes(part), cookie);
  assert.ok(!cookie.includes('Secure'), 'a browser would drop it on plain HTTP');
});

test('over HTTPS the cookie is Secure and named so that plain HTTP cannot plant one', async () => {
  const reply = await webLogin({ 'x-forwarded-proto': 'https' });
  const cookie = String(reply.headers['set-cookie']);
  assert.match(cookie, /^__Secure-ngoma_refresh=/);
  assert.match(cookie, /; Secure/);
});

test('the cookie refreshes without a body, and rotates', async () => {
  const [cookie] = (await webLogin()).cookies as { name: string; value: string }[];
  const reply = await send(house, 'POST', '/api/v1/auth/refresh', {
    headers: web,
    cookies: { [cookie!.name]: cookie!.value },
  });
  assert.equal(reply.statusCode, 200, reply.body);
  const [next] = reply.cookies as { value: string }[];
  assert.notEqual(next!.value, cookie!.value);
  assert.equal(
    (await send(house, 'GET', '/api/v1/me', { as: reply.json<{ accessToken: string }>() }))
      .statusCode,
    200,
  );
});

test('a cookie without the header that only our own pages can send does nothing', async () => {
  const [cookie] = (await webLogin()).cookies as { name: string; value: string }[];
  const cookies = { [cookie!.name]: cookie!.value };
  assert.equal(
    (await send(house, 'POST', '/api/v1/auth/refresh', { body: {}, cookies })).statusCode,
    401,
  );
  assert.equal(
    (await send(house, 'POST', '/api/v1/auth/logout', { body: {}, cookies })).statusCode,
    204,
  );
  assert.equal(
    (await send(house, 'POST', '/api/v1/auth/refresh', { body: {}, cookies, headers: web }))
      .statusCode,
    200,
    'still signed in',
  );
});

test('a page of another origin is not allowed to send that header', async () => {
  const preflight = await house.app.inject({
    method: 'OPTIONS',
    url: '/api/v1/auth/refresh',
    headers: {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-ngoma-client',
    },
  });
  assert.equal(preflight.headers['access-control-allow-origin'], undefined);
});

test('signing out ends the session, clears the cookie and kills the access token at once', async () => {
  const signedIn = await webLogin();
  const [cookie] = signedIn.cookies as { name: string; value: string }[];
  const cookies = { [cookie!.name]: cookie!.value };
  const out = await send(house, 'POST', '/api/v1/auth/logout', { headers: web, cookies });
  assert.equal(out.statusCode, 204);
  assert.equal((out.cookies as { value: string }[])[0]!.value, '');
  assert.equal(
    (await send(house, 'POST', '/api/v1/auth/refresh', { headers: web, cookies })).statusCode,
    401,
  );
  assert.equal(
    (await send(house, 'GET', '/api/v1/me', { as: signedIn.json<{ accessToken: string }>() }))
      .statusCode,
    401,
  );
});

test('signing out with the access token alone ends its session', async () => {
  const person = await enter(house);
  assert.equal((await send(house, 'POST', '/api/v1/auth/logout', { as: person })).statusCode, 204);
  assert.equal((await refresh(house, person.refreshToken)).statusCode, 401);
});
