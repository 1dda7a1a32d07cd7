import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { Type } from 'typebox';
import { anyone, endpoint } from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { serving } from './http.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createWebServer } from './web-server.ts';

const app = await createWebServer({
  log: createLog('silent'),
  metrics: createMetrics('test'),
  corsOrigins: ['https://app.example'],
  trustProxy: null,
  https: null,
  version: 'test',
});
after(() => app.close());
const gatekeeper = { identify: async () => ({ kind: 'anonymous' }) as const, permits: () => false };
serving({ app, gatekeeper }, {})(
  endpoint(
    'PUT',
    '/api/v1/things/{id}',
    { access: anyone, summary: 'A thing' },
    {
      params: Type.Object({ id: idShape('thing') }),
      body: Type.Object({ names: Type.Array(Type.String(), { maxItems: 2 }) }),
      reply: Type.Object({ id: Type.String() }),
    },
  ),
  async ({ params }) => ({ id: params.id }),
);
const id = '00000000-0000-7000-8000-000000000001';

async function put(url: string, body: unknown, headers: Record<string, string> = {}) {
  const reply = await app.inject({
    method: 'PUT',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(body),
  });
  return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
}

test('an id that is none of ours names nothing; a body of another shape is told by its field', async () => {
  assert.equal((await put(`/api/v1/things/${id}`, { names: ['a'] })).status, 200);
  const cases = [
    ['/api/v1/things/x', { names: [] }, 404, 'NOT_FOUND', undefined],
    [`/api/v1/things/${id}`, { names: [5] }, 400, 'VALIDATION_FAILED', 'names.0'],
    [`/api/v1/things/${id}`, {}, 400, 'VALIDATION_FAILED', 'names'],
    [`/api/v1/things/${id}`, { names: ['a', 'b', 'c'] }, 413, 'TOO_LARGE', 'names'],
  ] as const;
  for (const [url, body, status, code, field] of cases) {
    const reply = await put(url, body);
    assert.deepEqual(
      [reply.status, reply.body.error.code, reply.body.field],
      [status, code, field],
    );
    assert.match(String(reply.headers['content-type']), /^application\/problem\+json/);
    assert.equal(reply.body.error.status, status);
  }
});

test('a page of an origin on the list may use every method; of any other, none', async () => {
  const preflight = (origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url: `/api/v1/things/${id}`,
      headers: { origin, 'access-control-request-method': 'PUT' },
    });
  const allowed = await preflight('https://app.example');
  assert.equal(allowed.headers['access-control-allow-origin'], 'https://app.example');
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    assert.match(String(allowed.headers['access-control-allow-methods']), new RegExp(method));
  const other = await preflight('https://evil.example');
  assert.equal(other.headers['access-control-allow-origin'], undefined);
});

test('a request id of the caller is kept when it is a uuid, and made otherwise', async () => {
  const kept = await put(`/api/v1/things/${id}`, { names: [] }, { 'x-request-id': id });
  assert.equal(kept.headers['x-request-id'], id);
  const made = await put(`/api/v1/things/${id}`, { names: [] }, { 'x-request-id': 'x y' });
  assert.match(String(made.headers['x-request-id']), /^[0-9a-f-]{36}$/);
});

test('the address of whoever asks is read in one place, where it stays known when they break off', async () => {
  const src = path.resolve(import.meta.dirname, '../..');
  const readers: string[] = [];
  for (const file of await readdir(src, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    if (/\brequest\.ip\b/.test(await readFile(path.join(src, file), 'utf8'))) readers.push(file);
  }
  assert.deepEqual(readers, ['foundation/platform/http.ts']);
});
