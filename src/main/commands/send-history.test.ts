import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { newId } from '#foundation/kernel/ids.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-history-'));
after(() => rm(folder, { recursive: true, force: true }));
const cli = path.join(import.meta.dirname, '../../cli/main.ts');

async function ngoma(...args: readonly string[]) {
  const child = spawn(process.execPath, [cli, 'history', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [said, complained] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (complained += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said, complained };
}

type Asked = { readonly url: URL; readonly key: string; readonly body: string };
const asked: Asked[] = [];
const server = createServer((request: IncomingMessage, reply) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    asked.push({
      url: new URL(request.url!, 'http://here'),
      key: request.headers.authorization ?? '',
      body,
    });
    const isKnown = body.startsWith('#');
    reply.writeHead(isKnown ? 200 : 422, { 'content-type': 'application/json' });
    reply.end(
      JSON.stringify(
        isKnown
          ? {
              kind: 'virtualdj',
              counted: 2,
              duplicates: 1,
              unmatched: 0,
              refused: 1,
              refusals: [{ where: 'line 4', code: 'X', message: 'no time' }],
            }
          : {
              error: {
                code: 'NOT_A_HISTORY',
                message: 'This is no history that is read here',
                status: 422,
              },
            },
      ),
    );
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const device = newId<'device'>();

test('every file is sent as it is, with its name, deck, zone and key; one that is refused stops no other', async () => {
  const files = ['one.m3u', 'photo.jpg', 'two.m3u'].map((name) => path.join(folder, name));
  await writeFile(files[0]!, '#EXTVDJ:<time>20:00</time>\n');
  await writeFile(files[1]!, 'JFIF');
  await writeFile(files[2]!, '#EXTVDJ:<time>21:00</time>\n');
  const to = ['--server', `${address}/`, '--key', 'ngk_1', '--device', device];
  const { code, said, complained } = await ngoma(...files, ...to, '--time-zone', 'Africa/Kigali');
  assert.equal(code, 1);
  assert.match(
    said,
    /one\.m3u \(virtualdj\): 2 counted, 1 known already, .* 1 refused\n {2}line 4: no time/,
  );
  assert.match(said, /two\.m3u/);
  assert.match(complained, /photo\.jpg: This is no history/);
  assert.deepEqual(
    asked.map(({ url, key, body }) => [
      url.pathname,
      ...['name', 'deviceId', 'timeZone'].map((name) => url.searchParams.get(name)),
      key,
      body.slice(0, 8),
    ]),
    [
      ['one.m3u', '#EXTVDJ:'],
      ['photo.jpg', 'JFIF'],
      ['two.m3u', '#EXTVDJ:'],
    ].map(([name, body]) => [
      '/api/v1/plays/history',
      name,
      device,
      'Africa/Kigali',
      'Bearer ngk_1',
      body,
    ]),
  );
  const json = await ngoma(files[0]!, path.join(folder, 'missing'), ...to, '--json');
  assert.equal(json.code, 1);
  const lines = json.said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual([lines[0].counted, lines[1].error.code], [2, 'UNREADABLE']);
});

test('without a server, a key or a deck it says what it needs; a server that is not there is said', async () => {
  const { code, complained } = await ngoma('one.m3u', '--server', address);
  assert.deepEqual([code, complained.startsWith('ngoma history needs FILE...')], [2, true]);
  const file = path.join(folder, 'gone.m3u');
  await writeFile(file, '#');
  const gone = await ngoma(
    file,
    '--server',
    'http://127.0.0.1:9',
    '--key',
    'k',
    '--device',
    device,
  );
  assert.equal(gone.code, 1);
  assert.match(gone.complained, /could not be reached/);
});
