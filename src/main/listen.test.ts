import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { serveIcecast } from '#doors/icecast/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { listen, listenBeside } from './listen.ts';

async function say(host: string, port: number, words: string): Promise<string> {
  const socket = net.connect(port, host);
  let heard = '';
  socket.on('data', (bytes) => (heard += bytes.toString('latin1')));
  await once(socket, 'connect');
  socket.write(words);
  await once(socket, 'close');
  return heard;
}

test('on every address of localhost pages are served and source clients are taken out before them', async () => {
  const log = createLog('silent');
  const app = await createWebServer({
    log,
    metrics: createMetrics('test'),
    corsOrigins: [],
    trustProxy: null,
    https: null,
    version: 'test',
  });
  // Who gives no password is refused before anything is asked of these.
  serveIcecast(app, { db: null!, devices: null!, monitors: null!, log });
  await listen(app, { host: 'localhost', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  // Where there is no IPv6, another address of this machine stands for it.
  const six = (await once(
    net.connect(port, '::1').on('error', () => {}),
    'connect',
  ).catch(() => null)) as unknown[] | null;
  const beside = six === null ? '127.0.0.2' : '::1';
  if (six === null) assert.ok(await listenBeside(app, beside, port));
  for (const host of ['127.0.0.1', beside]) {
    const page = await say(host, port, 'GET /nowhere HTTP/1.0\r\nHost: x\r\n\r\n');
    assert.match(page, /^HTTP\/1.1 404/, host);
    const source = await say(host, port, 'SOURCE /live/x HTTP/1.0\r\n\r\n');
    assert.match(source, /^HTTP\/1.0 401 Authentication Required/, host);
  }
  await app.close();
  const late = net.connect(port, beside);
  const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
});
