import assert from 'node:assert/strict';
import net, { type AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { enter, openHouse } from '#people/accounts/testing.ts';
import { mayOperate } from './may-operate.ts';

// Over real connections, because who is here is told by the connection.

const house = await openHouse({ after });
const app = await createWebServer({
  log: createLog('silent'),
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
const open = async (request: FastifyRequest): Promise<string> => {
  const permits = (_caller: unknown, permission: string): boolean => permission === 'settings.read';
  return (await mayOperate({ accounts: house.ctx, permits }, request)) ? 'open' : 'closed';
};
app.route({ method: 'GET', url: '/metrics', handler: open });
await app.listen({ port: 0, host: '127.0.0.1' });
after(() => app.close());
const { port } = app.server.address() as AddressInfo;

async function ask(headers: readonly string[], version = '1.1'): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(
    [`GET /metrics HTTP/${version}`, ...headers, 'connection: close', '', ''].join('\r\n'),
  );
  let reply = '';
  for await (const chunk of socket) reply += String(chunk);
  return /(open|closed)\s*(0\s*)?$/.exec(reply)?.[1] ?? reply;
}

test('this machine reads metrics by its own names', async () => {
  for (const host of [`127.0.0.1:${port}`, 'localhost', `LOCALHOST:${port}`, `[::1]:${port}`])
    assert.equal(await ask([`host: ${host}`]), 'open', host);
});

test('whatever a proxy adds closes them', async () => {
  for (const header of [
    'Forwarded: for=192.0.2.43',
    'X-Real-IP: 192.0.2.43',
    'X-Forwarded-For: 192.0.2.43',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: ngoma.example',
    'Via: 1.1 proxy',
    'CF-Connecting-IP: 192.0.2.43',
    'True-Client-IP: 192.0.2.43',
    'X-Client-IP: 192.0.2.43',
  ])
    assert.equal(await ask([`host: 127.0.0.1:${port}`, header]), 'closed', header);
  assert.equal(await ask([`host: 127.0.0.1:${port}`], '1.0'), 'closed', 'nginx as it comes');
});

test('a name of somebody else that points here closes them', async () => {
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'localhost@x',
  ])
    assert.notEqual(await ask([`host: ${host}`]), 'open', host);
  assert.equal(await ask(['host:']), 'closed');
});

test('an operator reads them from anywhere', async () => {
  const { accessToken } = await enter(house, ['admin']);
  const as = `authorization: Bearer ${accessToken}`;
  assert.equal(await ask(['host: ngoma.example', 'forwarded: for=192.0.2.43', as]), 'open');
});
