import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { aRecording } from '#counting/plays/testing.ts';
import { wavStream } from '#foundation/streams/testing.ts';
import { openStationHouse, until } from '#counting/stations/testing.ts';
import type { Item } from '#counting/hearing/testing.ts';
import { scriptedMatcher } from '#counting/recognition/testing.ts';
import { newId } from '#foundation/kernel/ids.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { deviceCredentials, readMount, readSourceHead } from './read-source.ts';
import { standInFront } from './front.ts';
import { serveIcecast } from './http.ts';
import { basic, openDoor } from './testing.ts';

let items: readonly Item[] = [];
const house = await openStationHouse({ after }, { openMatcher: () => scriptedMatcher(items) });
const { app, db } = house;
const { monitors } = house.ctx;
app.route({
  method: 'POST',
  url: '/echo',
  bodyLimit: 2_000_000,
  handler: async (request) => ({ bytes: JSON.stringify(request.body).length }),
});
app.route({ method: 'PUT', url: '/live-not', handler: async () => 'put' });
const { owner, port, aStation, live, connect } = await openDoor({ after }, house);

function missing(program: string, ...args: string[]): string | false {
  const run = spawnSync(program, args, { timeout: 20_000 });
  return run.error || run.status !== 0 ? `no ${program} on this machine` : false;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-icecast-'));
after(() => rm(folder, { recursive: true, force: true }));
const base = `http://127.0.0.1:${port}`;

function selfSigned(): [key: string, cert: string] {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const about = ['-nodes', '-subj', '/CN=localhost', '-days', '2'];
  spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    ...about,
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  return [key, cert];
}

test('the web app and the API behind the front are served as without it', async () => {
  const big = { text: 'x'.repeat(500_000) };
  const [page, echo, put] = await Promise.all([
    fetch(`${base}/api/v1/stations`, { headers: { authorization: `Bearer ${owner}` } }),
    fetch(`${base}/echo`, {
      method: 'POST',
      body: JSON.stringify(big),
      headers: { 'content-type': 'application/json' },
    }),
    fetch(`${base}/live-not`, { method: 'PUT' }),
  ]);
  assert.deepEqual([page.status, put.status, await echo.json()], [200, 200, { bytes: 500_011 }]);
  // Two requests on one connection, the first of them byte by byte.
  const { socket, heard, closed } = await connect('');
  for (const byte of 'PUT /live-not HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n') {
    socket.write(byte);
    await sleep(1);
  }
  socket.write('GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await closed;
  assert.match(heard(), /^HTTP\/1.1 200 OK[\s\S]*HTTP\/1.1 404/);
});

const dialects: readonly [string, (mount: string, auth: string) => string, RegExp][] = [
  [
    'PUT that waits',
    (m, a) =>
      `PUT /live/${m} HTTP/1.1\nHost: x\nAuthorization: ${a}\nExpect: 100-continue\nContent-Type: audio/wav\nIce-Name: Igicaniro\n\n`,
    /^HTTP\/1.1 100 Continue/,
  ],
  [
    'PUT that does not',
    (m, a) => `PUT /live/${m} HTTP/1.1\nHost: x\nAuthorization: ${a}\nContent-Type: audio/wav\n\n`,
    /^HTTP\/1.0 200 OK/,
  ],
  [
    'PUT in chunks',
    (m, a) =>
      `PUT /live/${m} HTTP/1.1\nHost: x\nAuthorization: ${a}\nTransfer-Encoding: chunked\nContent-Type: audio/wav\n\n`,
    /^HTTP\/1.0 200 OK/,
  ],
  [
    'SOURCE of Icecast 2',
    (m, a) =>
      `SOURCE /live/${m} HTTP/1.0\nAuthorization: ${a}\nContent-Type: audio/wav\nice-name: Igicaniro\n\n`,
    /^HTTP\/1.0 200 OK/,
  ],
  [
    'SOURCE of ICE/1.0',
    (m, a) => `SOURCE /live/${m} ICE/1.0\nAuthorization: ${a}\ncontent-type: audio/wav\n\n`,
    /^HTTP\/1.0 200 OK/,
  ],
];

for (const [name, head, welcome] of dialects) {
  test(`a source is heard by ${name}, and its song is one counted play of the radio`, async () => {
    const song = await aRecording(db);
    items = [{ recordingId: song, fromMs: 0, toMs: 60_000 }];
    const { mount, deviceId, key, id } = await aStation();
    const source = await connect(head(mount, basic('source', key)));
    await until(() => welcome.test(source.heard()));
    const sound = wavStream(42);
    const isChunked = name.includes('chunks');
    for (let at = 0; at < sound.length; at += 99_991) {
      const part = sound.subarray(at, at + 99_991);
      if (isChunked) source.socket.write(`${part.length.toString(16)};x=y\r\n`);
      source.socket.write(part);
      if (isChunked) source.socket.write('\r\n');
    }
    await until(async () => (await live(id)).nowPlaying.length === 1);
    assert.equal((await live(id)).health, 'running');
    source.socket.destroy(); // in the middle of a frame
    await until(async () => {
      const { rowCount } = await db.pool.query(
        `update stations.ear set saved_at = now() - interval '10 minutes'
         where device_id = $1 and jsonb_array_length(saved -> 'counter' -> 'runs') = 1`,
        [deviceId],
      );
      return rowCount === 1 && (await live(id)).health === 'waiting';
    });
    const { finishStaleEars } = await import('#counting/stations/channel.ts');
    await finishStaleEars(house.ctx, () => false);
    const { rows } = await db.pool.query(
      'select recording_id, source, state from plays.play where device_id = $1',
      [deviceId],
    );
    assert.deepEqual(rows, [{ recording_id: song, source: 3, state: 0 }]);
  });
}

test('a source that breaks off and comes back goes on in the same song', async () => {
  const song = await aRecording(db);
  items = [{ recordingId: song, fromMs: 0, toMs: 200_000 }];
  const { mount, deviceId, key, id } = await aStation();
  const head = `SOURCE /live/${mount} HTTP/1.0\nAuthorization: ${basic('source', key)}\nContent-Type: audio/wav\n\n`;
  const first = await connect(head);
  first.socket.write(wavStream(20));
  await until(async () => (await live(id)).nowPlaying.length === 1);
  first.socket.destroy();
  await until(async () => (await live(id)).health === 'waiting');
  items = [{ recordingId: song, fromMs: -20_000, toMs: 200_000 }];
  const second = await connect(head);
  second.socket.end(wavStream(30));
  await second.closed;
  await house.call(owner, 'DELETE', `/api/v1/stations/${id}`);
  const { rows } = await db.pool.query<{ runs: number }>(
    `select jsonb_array_length(saved -> 'counter' -> 'runs') as runs from stations.ear where device_id = $1`,
    [deviceId],
  );
  assert.deepEqual(rows, [{ runs: 1 }]);
});

test('a deck sends in its own name, with its id as user or before the key in the password', async () => {
  const { enrolDevice } = await import('#counting/plays/index.ts');
  const deck = await enrolDevice(db, { ownerId: owner, name: 'deck', kind: 'deck' });
  assert.ok(!('kind' in deck));
  for (const auth of [
    basic(deck.deviceId, deck.deviceKey),
    basic('source', `${deck.deviceId}:${deck.deviceKey}`),
  ]) {
    const source = await connect(
      `PUT /live/anything HTTP/1.1\nAuthorization: ${auth}\nContent-Type: audio/mpeg\n\n`,
    );
    await until(() => source.heard().startsWith('HTTP/1.0 200'));
    source.socket.end();
    await source.closed;
    await until(() => monitors.attached(deck.deviceId) === null);
  }
});

test('a wrong password, a mount in use, a strange type or mount, a head too long or too slow are refused and named', async () => {
  const { mount, key } = await aStation();
  const other = await aStation();
  const put = async (m: string, password: string, more = 'Content-Type: audio/mpeg') => {
    const source = await connect(
      `PUT /live/${m} HTTP/1.1\nAuthorization: ${basic('source', password)}\n${more}\n\n`,
    );
    await until(() => source.heard() !== '');
    return source;
  };
  assert.match(
    (await put(mount, 'hackme')).heard(),
    /^HTTP\/1.0 401 [\s\S]*WWW-Authenticate: Basic/,
  );
  assert.match((await put(mount, other.key)).heard(), /^HTTP\/1.0 401/);
  assert.match((await put(mount, key, 'Content-Type: video/x-flv')).heard(), /^HTTP\/1.0 415/);
  assert.match((await put('..%2fetc', key)).heard(), /^HTTP\/1.0 400/);
  const sending = await put(mount, key);
  assert.match(sending.heard(), /^HTTP\/1.0 200/);
  assert.match((await put(mount, key)).heard(), /^HTTP\/1.0 403/);
  sending.socket.destroy();
  const long = await connect(`SOURCE /live/x HTTP/1.0\nX: ${'y'.repeat(20_000)}`);
  await long.closed;
  assert.match(long.heard(), /^HTTP\/1.0 400/);
  const slow = await connect('SOURCE /live/x HTTP/1.0\nX: y');
  const began = Date.now();
  await slow.closed;
  assert.ok(Date.now() - began < 3_000);
});

test('a source that says nothing is let go, and others were heard meanwhile', async () => {
  const { mount, key, id } = await aStation();
  const idle = await connect(
    `SOURCE /live/${mount} HTTP/1.0\nAuthorization: ${basic('source', key)}\nContent-Type: audio/wav\n\n`,
  );
  await until(async () => (await live(id)).health === 'running');
  await idle.closed;
  assert.equal((await live(id)).health, 'waiting');
});

test('titles come at /admin/metadata in UTF-8 or Latin-1, from who may send them, while the source sends', async () => {
  const { mount, key, id } = await aStation();
  const update = (song: string, password = key) =>
    fetch(`${base}/admin/metadata?mount=%2Flive%2F${mount}&mode=updinfo&${song}`, {
      headers: { authorization: basic('source', password) },
    });
  assert.equal((await update('song=x')).status, 404);
  const source = await connect(
    `SOURCE /live/${mount} HTTP/1.0\nAuthorization: ${basic('source', key)}\nContent-Type: audio/wav\n\n`,
  );
  source.socket.write(wavStream(1));
  await until(async () => (await live(id)).health === 'running');
  const ok = await update('song=Bruce+Melodie+-+Katerina');
  assert.deepEqual([ok.status, /<return>1</.test(await ok.text())], [200, true]);
  assert.equal((await live(id)).titleHint, 'Bruce Melodie - Katerina');
  await update('song=C%E9saria%20-%20Sodade');
  assert.equal((await live(id)).titleHint, 'Césaria - Sodade');
  await update('artist=Meddy&title=Slowly');
  assert.equal((await live(id)).titleHint, 'Meddy - Slowly');
  assert.equal((await update('song=x', 'wrong')).status, 401);
  source.socket.destroy();
});

test(
  'behind TLS the front lets pages through and takes sources out as it does without',
  { skip: missing('openssl', 'version') },
  async (t) => {
    const [key, cert] = selfSigned();
    const server = https.createServer(
      { key: await readFile(key), cert: await readFile(cert) },
      (_request, answer) => answer.end('page'),
    );
    const taken: Promise<string>[] = [];
    const front = standInFront(server, (socket) =>
      taken.push(once(socket, 'data').then(([bytes]) => String(bytes))),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    const at = {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      rejectUnauthorized: false,
    };
    const talk = (words: string) => {
      const socket = tls.connect(at, () => socket.write(words));
      t.after(() => void socket.destroy());
      return socket;
    };
    const page = talk('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let heard = '';
    page.on('data', (bytes) => (heard += String(bytes)));
    await once(page, 'close');
    assert.match(heard, /page/);
    talk('SOURCE /live/x HTTP/1.0\r\n');
    await until(() => taken.length === 1);
    assert.match(await taken[0]!, /^SOURCE \/live\/x/);
    front.close();
  },
);

test('heads and mounts are read strictly, credentials in the three ways programs can give them', () => {
  assert.equal(readSourceHead('PUT /live/a.mp3 HTTP/1.1')?.mount, 'a.mp3');
  for (const wrong of [
    'GET /live/a HTTP/1.1',
    'PUT /other/a HTTP/1.1',
    'PUT /live/ HTTP/1.1',
    'SOURCE /live/a',
    '',
  ])
    assert.equal(readSourceHead(wrong), null, wrong);
  assert.deepEqual(
    [readMount('/live/A-b?x'), readMount('/live/../x'), readMount('/live/é')],
    ['a-b', null, null],
  );
  const id = newId();
  assert.equal(deviceCredentials({ user: 'source', password: 'k:1' }, id), `${id}:k:1`);
  assert.equal(deviceCredentials({ user: id, password: 'k' }, null), `${id}:k`);
  assert.equal(deviceCredentials({ user: 'source', password: `${id}:k` }, null), `${id}:k`);
  assert.equal(deviceCredentials({ user: 'source', password: 'hackme' }, null), null);
});

const wave = path.join(folder, 'tone.wav');
const bytes = wavStream(30);
// Noise: a pure tone codes into so little that whole seconds pass without a packet.
for (let at = 44; at < bytes.length; at += 2)
  bytes.writeInt16LE(Math.round((Math.random() - 0.5) * 16_000), at);
bytes.writeUInt32LE(bytes.length - 44, 40);
bytes.writeUInt32LE(bytes.length - 8, 4);
await writeFile(wave, bytes);

for (const [name, extra] of [
  ['PUT', []],
  ['SOURCE', ['-legacy_icecast', '1']],
] as const) {
  test(
    `ffmpeg sends here unchanged by ${name}`,
    { skip: missing('ffmpeg', '-version'), timeout: 30_000 },
    async () => {
      const { mount, key, id } = await aStation();
      const ffmpeg = spawn(
        'ffmpeg',
        [
          '-v',
          'error',
          '-re',
          '-i',
          wave,
          '-c:a',
          'libmp3lame',
          '-f',
          'mp3',
          '-content_type',
          'audio/mpeg',
          '-ice_name',
          'Of ffmpeg',
          ...extra,
          `icecast://source:${key}@127.0.0.1:${port}/live/${mount}`,
        ],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      let said = '';
      ffmpeg.stderr.on('data', (text: Buffer) => (said += text));
      try {
        const now = await until(async () => {
          const state = await live(id);
          return state['lastSoundAt' as never] !== null && state;
        });
        assert.deepEqual([now.health, now['stationName' as never]], ['running', 'Of ffmpeg']);
      } catch (error) {
        throw new Error(`${(error as Error).message}: ${said}`, { cause: error });
      } finally {
        ffmpeg.kill('SIGKILL');
      }
      await until(async () => (await live(id)).health === 'waiting');
    },
  );
}

test(
  'ffmpeg sends here over TLS',
  { skip: missing('ffmpeg', '-version') || missing('openssl', 'version'), timeout: 30_000 },
  async (t) => {
    const [keyFile, certFile] = selfSigned();
    const secure = await createWebServer({
      log: createLog('silent'),
      metrics: createMetrics('test'),
      corsOrigins: [],
      trustProxy: null,
      https: { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8') },
      version: 'test',
    });
    serveIcecast(secure, {
      db,
      log: createLog('silent'),
      devices: house.devices,
      monitors,
    });
    t.after(() => secure.close());
    await secure.listen({ port: 0, host: '127.0.0.1' });
    const at = (secure.server.address() as AddressInfo).port;
    const { mount, key, id } = await aStation();
    const to = `icecast://source:${key}@127.0.0.1:${at}/live/${mount}`;
    const coding = ['-c:a', 'libmp3lame', '-f', 'mp3', '-content_type', 'audio/mpeg'];
    const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-re', '-i', wave, ...coding, '-tls', '1', to], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    ffmpeg.stderr.on('data', (text: Buffer) => (said += text));
    try {
      await until(async () => (await live(id))['lastSoundAt' as never] !== null, 20_000);
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${said}`, { cause: error });
    } finally {
      ffmpeg.kill('SIGKILL');
    }
    await until(async () => (await live(id)).health === 'waiting');
  },
);

test(
  'liquidsoap sends here unchanged, with its titles',
  { skip: missing('liquidsoap', '--version'), timeout: 60_000 },
  async () => {
    const { mount, key, id } = await aStation();
    const script = path.join(folder, 'radio.liq');
    await writeFile(
      script,
      `settings.init.allow_root.set(true)\ns = metadata.map(insert_missing=true, fun(_) -> [("artist", "Keza"), ("title", "Umunsi")], single("${wave}"))\noutput.icecast(%ogg(%vorbis), host="127.0.0.1", port=${port}, password="${key}", mount="/live/${mount}", name="Of liquidsoap", s)\n`,
    );
    const liquidsoap = spawn('liquidsoap', [script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const out of [liquidsoap.stdout, liquidsoap.stderr])
      out.on('data', (text: Buffer) => (said += text));
    try {
      await until(async () => (await live(id)).titleHint === 'Keza - Umunsi', 45_000);
      await until(async () => (await live(id))['lastSoundAt' as never] !== null);
    } catch (error) {
      throw new Error(
        `${(error as Error).message}: ${JSON.stringify(await live(id))} ${said.slice(-1_500)}`,
        { cause: error },
      );
    } finally {
      liquidsoap.kill('SIGKILL');
    }
  },
);
