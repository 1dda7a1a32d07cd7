import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { Type } from 'typebox';
import { anyone, endpoint } from '#foundation/kernel/endpoint.ts';
import { ApiError, connect } from './call.ts';

const readThing = endpoint(
  'GET',
  '/api/v1/things/{id}',
  { access: anyone, summary: 'a thing' },
  {
    params: Type.Object({ id: Type.String() }),
    query: Type.Object({ limit: Type.Optional(Type.Integer()) }),
    reply: Type.Object({ name: Type.String() }),
  },
);

type Answer = { status: number; body?: unknown; headers?: Record<string, string>; raw?: string };
let answer: (request: IncomingMessage) => Answer | Promise<Answer>;
let seen: string[];
let server: Server;
let baseUrl: string;

before(async () => {
  server = createServer(async (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
    const { status, body, headers, raw } = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(raw ?? (body === undefined ? '' : JSON.stringify(body)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach(() => {
  seen = [];
});

test('parameters are escaped and absent query fields are left out', async () => {
  answer = () => ({ status: 200, body: { name: 'ngoma' } });
  const reply = await connect({ baseUrl }).call(readThing, {
    params: { id: 'a/b' },
    query: { limit: undefined },
  });
  assert.equal(reply.name, 'ngoma');
  assert.deepEqual(seen, ['GET /api/v1/things/a%2Fb -']);
});

test('a problem becomes an ApiError with its code, field and waiting time', async () => {
  answer = () => ({
    status: 429,
    headers: { 'retry-after': '7', 'x-request-id': 'r1' },
    body: {
      title: 'Too many',
      detail: 'wait a little',
      field: 'id',
      error: { code: 'RATE_LIMIT_EXCEEDED' },
    },
  });
  await assert.rejects(connect({ baseUrl }).call(readThing, { params: { id: 'x' } }), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual(
      [error.code, error.status, error.message, error.field, error.retryAfterMs, error.requestId],
      ['RATE_LIMIT_EXCEEDED', 429, 'wait a little', 'id', 7_000, 'r1'],
    );
    return true;
  });
});

test('an answer that is not JSON is still an ApiError', async () => {
  answer = () => ({ status: 502, raw: '<html>bad gateway' });
  await assert.rejects(connect({ baseUrl }).call(readThing, { params: { id: 'x' } }), {
    code: 'UNEXPECTED_ANSWER',
    status: 502,
  });
});

test('a file comes as its text, and a retried call carries its key', async () => {
  let key: string | string[] | undefined;
  answer = (request) => {
    key = request.headers['idempotency-key'];
    return { status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' }, raw: 'a,b\r\n' };
  };
  const reply: unknown = await connect({ baseUrl }).call(readThing, {
    params: { id: 'x' },
    idempotencyKey: 'k1',
  });
  assert.equal(reply, 'a,b\r\n');
  assert.equal(key, 'k1');
});

test('a server that is not there is UNREACHABLE, an aborted call keeps its own error', async () => {
  await assert.rejects(
    connect({ baseUrl: 'http://127.0.0.1:1' }).call(readThing, { params: { id: 'x' } }),
    { code: 'UNREACHABLE' },
  );
  answer = () => ({ status: 200, body: { name: '' } });
  const gone = AbortSignal.abort();
  await assert.rejects(
    connect({ baseUrl }).call(readThing, { params: { id: 'x' }, signal: gone }),
    { name: 'AbortError' },
  );
});

test('many calls that meet an expired token renew it once and are each sent once more', async () => {
  answer = async (request) => {
    if (request.url === '/api/v1/auth/refresh') {
      await new Promise((done) => setTimeout(done, 30));
      return { status: 200, body: { accessToken: 'new' } };
    }
    return request.headers.authorization === 'Bearer new'
      ? { status: 200, body: { name: 'ok' } }
      : { status: 401, body: { error: { code: 'UNAUTHENTICATED' } } };
  };
  const client = connect({ baseUrl, accessToken: 'old', refreshes: true });
  const replies = await Promise.all(
    [1, 2, 3, 4].map((n) => client.call(readThing, { params: { id: String(n) } })),
  );
  assert.equal(replies.length, 4);
  assert.equal(seen.filter((line) => line.includes('/auth/refresh')).length, 1);
  assert.equal(seen.filter((line) => line.includes('Bearer new')).length, 4);
});

test('a refused renewal ends the session and the call fails as unauthenticated, once', async () => {
  answer = () => ({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
  const told: (string | null)[] = [];
  const client = connect({
    baseUrl,
    accessToken: 'old',
    refreshes: true,
    onAccessToken: (t) => told.push(t),
  });
  await assert.rejects(client.call(readThing, { params: { id: 'x' } }), {
    code: 'UNAUTHENTICATED',
  });
  assert.deepEqual(told, [null]);
  assert.equal(seen.length, 2);
});

test('a server that breaks during renewal does not sign anybody out', async () => {
  answer = (request) => ({ status: request.url === '/api/v1/auth/refresh' ? 503 : 401, body: {} });
  const client = connect({ baseUrl, accessToken: 'old', refreshes: true });
  await assert.rejects(client.call(readThing, { params: { id: 'x' } }), { status: 503 });
  assert.equal(client.accessToken(), 'old');
});

test('a file goes out as it is, under its own type', async () => {
  const got: { type: string | undefined; bytes: Buffer }[] = [];
  answer = async (request) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got.push({ type: request.headers['content-type'], bytes: Buffer.concat(chunks) });
    return { status: 200, body: { name: 'ngoma' } };
  };
  const take = endpoint(
    'POST',
    '/api/v1/files',
    { access: anyone, summary: 'takes a file' },
    { reply: Type.Object({ name: Type.String() }) },
  );
  const { call } = connect({ baseUrl });
  const bytes = new Uint8Array([0, 255, 13, 10]);
  await call(take, { file: new Blob([bytes], { type: 'audio/mpeg' }) });
  await call(take, { file: new Blob([bytes]) });
  assert.deepEqual(got, [
    { type: 'audio/mpeg', bytes: Buffer.from(bytes) },
    { type: 'application/octet-stream', bytes: Buffer.from(bytes) },
  ]);
});
