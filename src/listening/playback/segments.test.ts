import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { importFolder, soundOf } from '#catalogue/media/index.ts';
import { openRenditions } from '#catalogue/renditions/index.ts';
import { openPlays } from '#counting/plays/index.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { rememberFetched } from './fetched.ts';
import { servePlayback } from './http.ts';

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-segments-'));
after(() => rm(home, { recursive: true, force: true }));
const { db } = await testDatabase({ after });
const log = createLog('silent');
let now = Date.now() as Instant;
const clock = () => now;

const rate = 44_100;
const library = path.join(home, 'library');
mkdirSync(library);
for (const [i, name] of ['one', 'two'].entries())
  await writeFile(
    path.join(library, `${name}.wav`),
    waveFile(
      Float32Array.from({ length: 40 * rate }, (_, n) => 0.3 * Math.sin((n * (i + 3)) / 20)),
      rate,
    ),
  );
const blobs = diskBlobs(path.join(home, 'blobs'));
await importFolder({ db, blobs, log }, library);
const work = path.join(home, 'work');
mkdirSync(work);
const renditions = openRenditions({ db, blobs, log, now: clock, workFolder: work });
const [task] = renditions.tasks!;
await (task!.run as (payload: object, job: object) => Promise<unknown>)(
  {},
  { signal: new AbortController().signal, progress() {} },
);
const { rows: recordings } = await db.pool.query<{ id: RecordingId }>(
  'select recording_id as id from renditions.ladder order by 1',
);

const app = await createWebServer({
  log,
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
after(() => app.close());
const userId = newId<'user'>() as UserId;
await db.pool
  .query(
    `insert into accounts."user" (id, email, match_email, name, match_name, password_hash) values ($1, 'a@example.org', 'a@example.org', 'A', 'a', 'x')`,
    [userId],
  )
  .catch(() => {});
const gatekeeper: Gatekeeper = {
  identify: async () => ({ kind: 'user', userId, roles: ['listener'], sessionId: null }),
  permits: () => true,
};
const { plays } = openPlays({ db, log, now: clock, demo: false });
servePlayback(
  { app, gatekeeper },
  {
    db,
    now: clock,
    plays,
    ticketSecret: Buffer.alloc(32, 7),
    ladders: renditions.ladders,
    fetched: rememberFetched(),
    soundOf: (id) => soundOf(db, id),
  },
);

async function begin(index = 0) {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/playback/sessions',
    payload: { recordingId: recordings[index]!.id, adaptive: true },
  });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json();
}

async function report(sessionId: string, listenedMs: number, ended = false) {
  const answer = await app.inject({
    method: 'PUT',
    url: `/api/v1/playback/sessions/${sessionId}`,
    payload: { listenedMs, ended },
  });
  return answer.json();
}

const get = async (url: string) => (await app.inject(url)).statusCode;

test('a session brings all that is needed to fetch its sound, and playlists of HLS for others', async () => {
  const { adaptive } = await begin();
  assert.deepEqual(adaptive.rungs.map(({ name }: { name: string }) => name).toSorted(), [
    'aac-128',
    'aac-256',
    'aac-64',
    'flac',
    'opus-24',
    'opus-48',
  ]);
  assert.equal(await get(`${adaptive.url}aac-64/init.mp4`), 200);
  const segment = await app.inject(`${adaptive.url}aac-64/1.m4s`);
  assert.equal(segment.headers['content-type'], 'audio/mp4');
  assert.match(String(segment.headers['cache-control']), /private/);
  const master = await app.inject(`${adaptive.url}aac.m3u8`);
  assert.match(master.body, /^#EXTM3U\n/);
  assert.equal(await get(`${adaptive.url}aac-64.m3u8`), 200);
  for (const none of ['aac-64/99.m4s', 'mp3.m3u8', 'aac-512/1.m4s'])
    assert.notEqual(await get(`${adaptive.url}${none}`), 200, none);
});

test('an address that is forged, of another recording, of another session or over is refused', async () => {
  const { adaptive } = await begin();
  const [ticket, recordingId] = adaptive.url.split('/').slice(3);
  const other = recordings[1]!.id;
  const [session, until, signature] = ticket.split('.');
  const forged = [
    `${newId<'session'>()}.${until}.${signature}`,
    `${session}.${(parseInt(until, 36) + 10).toString(36)}.${signature}`,
    `${session}.${until}.${signature.slice(0, -2)}AA`,
    `${session}.${until}`,
    'x',
  ];
  for (const one of forged)
    assert.equal(await get(`/media/hls/${one}/${recordingId}/aac-64/1.m4s`), 403, one);
  assert.equal(await get(`/media/hls/${ticket}/${other}/aac-64/1.m4s`), 403, 're-bound');
  const url = `/media/hls/${ticket}/${recordingId}/aac-64/1.m4s`;
  assert.equal(await get(url), 200);
  now = (now + 25 * 3_600_000) as Instant;
  assert.equal(await get(url), 403, 'after a day');
  now = (now - 25 * 3_600_000) as Instant;
});

test('no more is believed than was fetched, a looped segment is one, and a play is counted once', async () => {
  const { sessionId, adaptive } = await begin();
  now = (now + 60_000) as Instant;
  assert.equal((await report(sessionId, 40_000)).listenedMs, 0, 'nothing was fetched');
  for (let i = 0; i < 20; i++) await get(`${adaptive.url}aac-64/2.m4s`);
  for (const rung of ['aac-128', 'opus-24', 'flac']) await get(`${adaptive.url}${rung}/2.m4s`);
  const looped = (await report(sessionId, 40_000)).listenedMs;
  assert.ok(looped >= 6_000 && looped < 6_100, `${looped} ms of one segment`);
  for (let n = 1; n <= 8; n++) await get(`${adaptive.url}aac-64/${n}.m4s`);
  const last = await report(sessionId, 39_000, true);
  assert.deepEqual([last.listenedMs, last.outcome], [39_000, 'counted']);
  const again = await report(sessionId, 39_000, true);
  assert.equal(again.outcome, 'counted');
  const { rows } = await db.pool.query('select played_ms from plays.play');
  assert.deepEqual(rows, [{ played_ms: 39_000 }]);
});

test('a player that does not fetch segments is believed as before: up to the time that has passed', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/playback/sessions',
    payload: { recordingId: recordings[1]!.id },
  });
  const { sessionId } = answer.json();
  now = (now + 20_000) as Instant;
  assert.equal((await report(sessionId, 18_000)).listenedMs, 18_000);
});
