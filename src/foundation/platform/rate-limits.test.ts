import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { pino } from 'pino';
import { Type } from 'typebox';
import { anyone, endpoint, enrolledDevice, signedIn } from '#foundation/kernel/endpoint.ts';
import type { DeviceId, UserId } from '#foundation/kernel/ids.ts';
import { type Gatekeeper, serving } from './http.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import {
  addressGroup,
  rateLimitsDefault,
  registerRateLimits,
  type RateLimits,
} from './rate-limits.ts';
import { createWebServer } from './web-server.ts';

const reply = Type.Object({});
const list = endpoint('GET', '/api/v1/things', { access: signedIn, summary: 'list' }, { reply });
const other = endpoint(
  'GET',
  '/api/v1/others/{id}',
  { access: signedIn, summary: 'other' },
  { reply, params: Type.Object({ id: Type.String() }) },
);
const add = endpoint('POST', '/api/v1/things', { access: signedIn, summary: 'add' }, { reply });
const change = endpoint(
  'PUT',
  '/api/v1/others/{id}',
  { access: signedIn, summary: 'change' },
  { reply, params: Type.Object({ id: Type.String() }) },
);
const open = endpoint('GET', '/api/v1/open', { access: anyone, summary: 'open' }, { reply });
const kpis = endpoint('GET', '/api/kpis', { access: anyone, summary: 'kpis' }, { reply });
const rates = { [kpis.path]: { requests: 60, windowS: 60 } };
const batch = endpoint(
  'POST',
  '/api/v1/batch/plays',
  { access: enrolledDevice, summary: 'batch' },
  { reply },
);

// Knows people and devices by the name they give: who they are is not the subject here.
const gatekeeper: Gatekeeper = {
  async identify(request) {
    const [scheme, name] = (request.headers.authorization ?? '').split(' ');
    if (scheme === 'Bearer')
      return { kind: 'user', userId: name as UserId, roles: ['listener'], sessionId: 's' };
    if (scheme === 'Device') return { kind: 'device', deviceId: name as DeviceId };
    return { kind: 'anonymous' };
  },
  permits: () => true,
};

/** A server and the lines its log has at the level of errors. */
async function openApp(
  limits: RateLimits,
  whileIdentifying: (request: FastifyRequest) => Promise<void> = async () => {},
) {
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (text: string) => void said.push(text) });
  const app = await createWebServer({
    log,
    metrics: createMetrics('test'),
    corsOrigins: [],
    trustProxy: '127.0.0.1',
    https: null,
    version: 'test',
  });
  registerRateLimits(app, rates, limits);
  const identify: Gatekeeper['identify'] = async (request) => {
    await whileIdentifying(request);
    return gatekeeper.identify(request);
  };
  const serve = serving({ app, gatekeeper: { ...gatekeeper, identify } }, {});
  for (const e of [list, other, add, change, open, kpis, batch]) serve(e, async () => ({}));
  app.get('/media/x', async () => 'sound');
  app.get('/rest/ping', async () => 'pong');
  await app.ready();
  return { app, said };
}

async function openServer(
  t: { after(work: () => Promise<void>): void },
  limits: Partial<RateLimits> = {},
) {
  const { app } = await openApp({ ...rateLimitsDefault, ...limits });
  t.after(() => app.close());

  async function ask(
    times: number,
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    as = '',
    address = '41.186.1.1',
  ) {
    const replies = [];
    for (let i = 0; i < times; i++) {
      replies.push(
        await app.inject({
          method,
          url,
          headers: { 'x-forwarded-for': address, ...(as !== '' && { authorization: as }) },
        }),
      );
    }
    return {
      replies,
      last: replies.at(-1)!,
      refused: replies.filter((r) => r.statusCode === 429).length,
    };
  }
  return ask;
}

test('a person writes 100 times a minute over all addresses of the API together', async (t) => {
  const ask = await openServer(t);
  assert.equal((await ask(60, 'POST', '/api/v1/things', 'Bearer a')).refused, 0);
  assert.equal((await ask(41, 'PUT', '/api/v1/others/1', 'Bearer a')).refused, 1);
  assert.equal(
    (await ask(1, 'POST', '/api/v1/things', 'Bearer b')).refused,
    0,
    'a neighbour behind the same address goes on',
  );
  assert.equal((await ask(1, 'GET', '/api/v1/things', 'Bearer a')).refused, 0, 'reading goes on');
});

test('a person reads each address 100 times a minute, whatever stands for its parameters', async (t) => {
  const ask = await openServer(t);
  assert.equal((await ask(101, 'GET', '/api/v1/things', 'Bearer a')).refused, 1);
  assert.equal((await ask(60, 'GET', '/api/v1/others/1', 'Bearer a')).refused, 0);
  assert.equal((await ask(41, 'GET', '/api/v1/others/2', 'Bearer a')).refused, 1);
});

test('the refusal has the words, status and headers that clients are told of', async (t) => {
  const ask = await openServer(t, { personRead: { requests: 2, windowS: 60 } });
  const { replies, last } = await ask(3, 'GET', '/api/v1/things', 'Bearer a');
  assert.deepEqual(
    replies.map((r) => r.headers['ratelimit-remaining']),
    ['1', '0', '0'],
  );
  assert.equal(replies[0]!.headers['ratelimit-policy'], '"reads";q=2;w=60');
  assert.match(String(replies[0]!.headers.ratelimit), /^"reads";r=1;t=\d+$/);
  assert.equal(replies[0]!.headers['ratelimit-limit'], '2');
  assert.equal(last.statusCode, 429);
  assert.match(String(last.headers['content-type']), /^application\/problem\+json/);
  const { error } = last.json<{ error: { code: string; status: number; message: string } }>();
  assert.equal(error.code, 'RATE_LIMIT_EXCEEDED');
  assert.equal(error.status, 429);
  assert.equal(
    error.message,
    `Too many requests. Please try again in ${last.headers['retry-after']} seconds.`,
  );
  assert.ok(Number(last.headers['retry-after']) >= 59 && Number(last.headers['retry-after']) <= 60);
});

test('an address is limited however it is spelt', async (t) => {
  const ask = await openServer(t, { address: { requests: 10, windowS: 60 } });
  for (const url of ['/%61pi/v1/open', '/ap%69/v1/open', '/%61%70%69/v1/nothing'])
    await ask(3, 'GET', url);
  assert.equal((await ask(1, 'GET', '/api/v1/open')).refused, 0);
  assert.equal((await ask(1, 'GET', '/api/v1/open')).refused, 1, 'the eleventh');
});

/** Sends bytes as they are over a connection of its own and answers what comes back until the server ends it. */
async function sendRaw(port: number, text: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test('an absolute request line is limited like any other', async (t) => {
  const { app } = await openApp({ ...rateLimitsDefault, anonymous: { requests: 3, windowS: 60 } });
  t.after(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const replies = [];
  for (let i = 0; i < 5; i++)
    replies.push(
      await sendRaw(
        port,
        'GET http://anything.example/api/v1/open HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      ),
    );
  assert.deepEqual(
    replies.map((answer) => answer.slice(9, 12)),
    ['200', '200', '200', '429', '429'],
  );
});

test('whoever breaks off is forgotten without a word in the log', async (t) => {
  const { app, said } = await openApp(rateLimitsDefault, async (request) => {
    // What the limits ask for next comes when nobody is there any more.
    const { socket } = request;
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  });
  t.after(() => app.close());
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  for (let i = 0; i < 20; i++) {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const asked = once(app.server, 'request');
    socket.write('GET /api/v1/open HTTP/1.1\r\nhost: a\r\n\r\n');
    await asked;
    socket.resetAndDestroy();
    await once(socket, 'close');
  }
  await app.close();
  assert.deepEqual(said, []);
});

test('the window ends', async (t) => {
  const ask = await openServer(t, { personRead: { requests: 1, windowS: 1 } });
  assert.equal((await ask(2, 'GET', '/api/v1/things', 'Bearer a')).refused, 1);
  const deadline = performance.now() + 10_000;
  while ((await ask(1, 'GET', '/api/v1/things', 'Bearer a')).refused > 0) {
    assert.ok(performance.now() < deadline, 'it never ended');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('dear addresses have the limits of system 1, a person each', async (t) => {
  const ask = await openServer(t);
  assert.equal((await ask(61, 'GET', '/api/kpis', 'Bearer a')).refused, 1);
  assert.equal((await ask(60, 'GET', '/api/kpis', 'Bearer b')).refused, 0);
  assert.equal((await ask(61, 'GET', '/api/kpis')).refused, 1);
});

test('people without a session share 1,000 a minute by address', async (t) => {
  const ask = await openServer(t);
  assert.equal((await ask(1_001, 'GET', '/api/v1/open')).refused, 1);
  assert.equal((await ask(1, 'GET', '/api/v1/open', '', '41.186.1.2')).refused, 0);
  assert.equal(
    (await ask(1, 'GET', '/api/v1/things', 'Bearer a')).refused,
    0,
    'who is signed in counts alone',
  );
});

test('nobody passes the limit of an address with ever new names, known or not', async (t) => {
  const ask = await openServer(t, { address: { requests: 20, windowS: 60 } });
  let refused = 0;
  for (let i = 0; i < 30; i++)
    refused += (
      await ask(
        1,
        'GET',
        i % 2 === 0 ? '/api/v1/things' : '/api/v1/nothing',
        i % 3 === 0 ? '' : `Bearer p${i}`,
      )
    ).refused;
  assert.equal(refused, 10);
});

test('a device is limited alone, and not by what people behind its address do', async (t) => {
  const ask = await openServer(t, {
    address: { requests: 1, windowS: 60 },
    device: { requests: 3, windowS: 60 },
  });
  await ask(3, 'GET', '/api/v1/open');
  assert.equal((await ask(4, 'POST', '/api/v1/batch/plays', 'Device a')).refused, 1);
  assert.equal((await ask(3, 'POST', '/api/v1/batch/plays', 'Device b')).refused, 0);
});

test("sound, other people's protocols and preflights are not counted", async (t) => {
  const ask = await openServer(t, {
    address: { requests: 1, windowS: 60 },
    anonymous: { requests: 1, windowS: 60 },
  });
  for (const url of ['/media/x', '/rest/ping']) {
    const { last, refused } = await ask(20, 'GET', url);
    assert.equal(refused, 0);
    assert.equal(last.headers['ratelimit-limit'], undefined);
  }
});

test('a server with a rate for an address that it does not serve does not get ready', async (t) => {
  const app = await createWebServer({
    log: createLog('silent'),
    metrics: createMetrics('test'),
    corsOrigins: [],
    trustProxy: null,
    https: null,
    version: 'test',
  });
  t.after(() => app.close());
  registerRateLimits(app, {
    [other.path]: { requests: 1, windowS: 1 },
    '/api/v1/ai/chat': { requests: 1, windowS: 1 },
  });
  serving({ app, gatekeeper }, {})(other, async () => ({}));
  await assert.rejects(async () => app.ready(), {
    message: 'a rate is declared for no route: /api/v1/ai/chat',
  });
});

test('an IPv6 customer is one address, however many of theirs they use', () => {
  assert.equal(
    addressGroup('2001:db8:1:2::1'),
    addressGroup('2001:0db8:0001:0002:ffff:ffff:ffff:ffff'),
  );
  assert.notEqual(addressGroup('2001:db8:1:2::1'), addressGroup('2001:db8:1:3::1'));
  assert.equal(addressGroup('2001:db8::1'), '2001:db8:0:0::/64');
  assert.equal(addressGroup('::1'), '0:0:0:0::/64');
  assert.equal(addressGroup('fe80::1%eth0'), 'fe80:0:0:0::/64');
  assert.equal(addressGroup('::ffff:41.186.1.1'), '41.186.1.1');
  assert.equal(addressGroup('41.186.1.1'), '41.186.1.1');
});
