import assert from 'node:assert/strict';
import type net from 'node:net';
import { after, test } from 'node:test';
import { aRecording, seenSoon } from '#counting/plays/testing.ts';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import { openMonitors } from './monitors.ts';
import { findStation } from './queries.ts';
import type { Item } from '#counting/hearing/testing.ts';
import { scriptedMatcher } from '#counting/recognition/testing.ts';
import { interleave, reply, serveRaw, wavStream } from '#foundation/streams/testing.ts';
import { openStationHouse, until } from './testing.ts';

let items: readonly Item[] = [];
const house = await openStationHouse(
  { after },
  { openMatcher: () => scriptedMatcher(items), keepsClips: true },
);
const { db, call } = house;
const owner = newId<'user'>() as UserId;
const stranger = newId<'user'>() as UserId;

type PlayRow = { recording_id: string; played_ms: number; source: number; state: number };
const playsOf = async (deviceId: string): Promise<PlayRow[]> =>
  (
    await db.pool.query<PlayRow>(
      'select recording_id, played_ms, source, state from plays.play where device_id = $1 order by started_at',
      [deviceId],
    )
  ).rows;

/** A station that sends so many seconds of sound at once, with titles, and then keeps the line or ends it. */
function station(
  seconds: number,
  titles: readonly (string | null)[],
  then: (socket: net.Socket) => void = () => {},
) {
  return (socket: net.Socket): void => {
    socket.write(reply('ICY 200 OK', { 'icy-metaint': '16000', 'content-type': 'audio/wav' }));
    socket.write(interleave(wavStream(seconds), 16_000, titles));
    then(socket);
  };
}

const song = await aRecording(db, { title: 'Ndakubona', artist: 'Keza' });
const other = await aRecording(db, { title: 'Amahoro', artist: 'Mugisha' });

test('a station is heard, shown live, and what it played becomes counted plays with their evidence', async (t) => {
  items = [
    { recordingId: song, fromMs: 0, toMs: 40_000 },
    { recordingId: other, fromMs: 46_000, toMs: 90_000 },
  ];
  const server = await serveRaw(t, station(80, ['Keza - Ndakubona']));
  const added = await call(owner, 'POST', '/api/v1/stations', {
    name: 'Radio Imbuto',
    url: server.url,
    territory: 'RW',
  });
  assert.equal(added.status, 201);
  const { id, deviceId } = added.json;
  const live = await until(async () => {
    const now = (await call(owner, 'GET', `/api/v1/stations/${id}`)).json.live;
    return now.nowPlaying.some((p) => p.title === 'Amahoro') && now;
  });
  assert.deepEqual([live.health, live.titleHint], ['running', 'Keza - Ndakubona']);
  const item = (await call(owner, 'GET', '/api/v1/stations')).json.items[0]!;
  assert.equal(item['name'], 'Radio Imbuto');

  assert.equal((await call(owner, 'DELETE', `/api/v1/stations/${id}`)).status, 200);
  const plays = await until(
    async () => (await playsOf(deviceId)).length === 2 && playsOf(deviceId),
  );
  assert.deepEqual(
    plays.map((p) => [p.recording_id, p.source, p.state]),
    [song, other].map((r) => [r, 3, 0]),
  );
  assert.ok(Math.abs(plays[0]!.played_ms - 40_000) < 3_000, `${plays[0]!.played_ms}`);
  await seenSoon(db, deviceId);
  const { rows } = await db.pool.query<{
    outcome: string;
    hits: string;
    clip: Buffer;
    ahead: boolean;
  }>(
    'select outcome, hits, clip, started_at > now() as ahead from stations.detection where device_id = $1 order by started_at',
    [deviceId],
  );
  assert.deepEqual(
    rows.map((r) => [r.outcome, r.ahead]),
    [
      ['counted', false],
      ['counted', false],
    ],
  );
  assert.ok(rows[0]!.hits.split('\n').length > 10);
  assert.equal(rows[1]!.clip.length, 15 * 16_000 * 2);
});

test('a server that dies in the middle of a song counts it once, and reports what it had not reported', async (t) => {
  const again: Item[] = [{ recordingId: song, fromMs: 0, toMs: 200_000 }];
  items = again;
  const server = await serveRaw(t, station(30, []));
  const { json } = await call(owner, 'POST', '/api/v1/stations', {
    name: 'Restarted',
    url: server.url,
  });
  const row = (await db.one(findStation, { id: json.id }))!;
  await until(() => (house.ctx.monitors.live(row)?.channel.heardMs ?? 0) >= 29_000);
  await house.ctx.monitors.stop();
  assert.deepEqual(await playsOf(json.deviceId), [], 'the song goes on');

  // The same moment of the song, heard by another process.
  items = [{ recordingId: song, fromMs: -30_000, toMs: 60_000 }];
  const second = openMonitors({ ...house.ctx, openMatcher: () => scriptedMatcher(items) });
  t.after(() => second.stop());
  second.watch(row);
  await until(() => (second.live(row)?.channel.heardMs ?? 0) >= 55_000);
  await second.unwatch(row.id);
  const plays = await until(
    async () => (await playsOf(json.deviceId)).length > 0 && playsOf(json.deviceId),
  );
  assert.equal(plays.length, 1);
  assert.ok(plays[0]!.played_ms > 45_000, `${plays[0]!.played_ms}`);

  await db.pool.query('update stations.detection set outcome = null where device_id = $1', [
    json.deviceId,
  ]);
  const third = openMonitors(house.ctx);
  await third.start();
  await third.stop();
  assert.equal((await playsOf(json.deviceId)).length, 1);
});

test('stations are their owner’s; addresses, mounts and numbers have rules', async (t) => {
  const mine = await openStationHouse(t, { allowPrivateStations: false });
  const add = (body: object, who = owner) =>
    mine.call(who, 'POST', '/api/v1/stations', { name: 'x', ...body });
  assert.equal((await add({ url: 'ftp://radio.example' })).json.error.code, 'STATION_ADDRESS');
  assert.equal((await add({})).json.error.code, 'VALIDATION_FAILED');
  assert.equal((await add({ url: 'http://a/', mount: 'a' })).json.error.code, 'VALIDATION_FAILED');
  const pushed = await add({ mount: 'inyenyeri' });
  assert.equal(pushed.status, 201);
  assert.equal((await add({ mount: 'inyenyeri' }, stranger)).json.error.code, 'MOUNT_TAKEN');
  const path = `/api/v1/stations/${pushed.json.id}`;
  assert.equal((await mine.call(owner, 'GET', path)).json.live.health, 'waiting');
  for (const [method, url] of [
    ['GET', path],
    ['GET', `${path}/log`],
    ['DELETE', path],
  ] as const)
    assert.equal((await mine.call(stranger, method, url)).status, 404, method);
  assert.equal((await mine.call(stranger, 'GET', '/api/v1/stations')).json.items.length, 0);

  const [deviceId, key] = [pushed.json.deviceId, pushed.json.deviceKey];
  assert.ok('id' in (await mine.devices.identify(`${deviceId}:${key}`)));
  assert.equal((await mine.call(owner, 'DELETE', path)).status, 200);
  assert.ok('code' in (await mine.devices.identify(`${deviceId}:${key}`)), 'its key opens nothing');

  const inside = await add({ url: 'http://127.0.0.1:9/live' });
  const live = await until(async () => {
    const now = (await mine.call(owner, 'GET', `/api/v1/stations/${inside.json.id}`)).json.live;
    return now.health === 'wrong-address' && now;
  });
  assert.deepEqual(
    [live.trouble, live.detail?.slice(0, 9)],
    [{ code: 'inside', params: { name: '127.0.0.1' } }, '127.0.0.1'],
  );
});

test('a station that breaks off is found again, and its song goes on as one play', async (t) => {
  let connections = 0;
  let opened = 0;
  const heard: RecordingId[] = [song];
  const server = await serveRaw(t, (socket) => {
    connections += 1;
    station(12, [], (s) => connections < 3 && s.end())(socket);
  });
  const local = await openStationHouse(t, {
    openMatcher: () =>
      scriptedMatcher([{ recordingId: heard[0]!, fromMs: -12_000 * opened++, toMs: 100_000 }]),
  });
  const recordingId = await aRecording(local.db);
  heard[0] = recordingId;
  const { json } = await local.call(owner, 'POST', '/api/v1/stations', {
    name: 'Broken',
    url: server.url,
  });
  const row = (await local.db.one(findStation, { id: json.id }))!;
  await until(() => (local.ctx.monitors.live(row)?.channel.heardMs ?? 0) >= 35_000);
  await local.call(owner, 'DELETE', `/api/v1/stations/${json.id}`);
  const { rows } = await local.db.pool.query<{ heard_ms: number }>(
    'select heard_ms from stations.detection',
  );
  assert.equal(rows.length, 1);
  assert.ok(rows[0]!.heard_ms >= 30_000, `${rows[0]!.heard_ms}`);
});

test('a recording behind an address is no station, whether it says so or only ends too soon', async (t) => {
  const body = wavStream(60);
  const servers = await Promise.all(
    [{ 'content-length': String(body.length) }, {}].map(async (headers) =>
      serveRaw(t, (socket) =>
        socket.end(reply('HTTP/1.1 200 OK', { 'content-type': 'audio/wav', ...headers }, body)),
      ),
    ),
  );
  const local = await openStationHouse(t);
  for (const { url } of servers) {
    const { json } = await local.call(owner, 'POST', '/api/v1/stations', { name: 'File', url });
    const state = await until(async () => {
      const now = (await local.call(owner, 'GET', `/api/v1/stations/${json.id}`)).json.live;
      return now.health === 'wrong-address' && now;
    });
    assert.deepEqual(state.trouble, { code: 'recording', params: {} });
  }
});
