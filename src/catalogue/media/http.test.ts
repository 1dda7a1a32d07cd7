import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { recordingsMerged } from '#catalogue/catalog/index.ts';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import type { Caller, Gatekeeper } from '#foundation/platform/http.ts';
import { startJobs } from '#foundation/platform/jobs.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { startDelivering } from '#foundation/platform/deliver-events.ts';
import { emit } from '#foundation/platform/outbox.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import type { MediaContext } from './context.ts';
import { serveMedia } from './http.ts';
import { importFolder } from './importing/import-folder.ts';
import { mediaSubscribers, mediaTasks } from './jobs.ts';
import { soundOf } from './serving/open-sound.ts';
import { flac, mp3, picture } from './testing.ts';
import { watchLibrary } from './watch-library.ts';

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-media-'));
after(() => rm(home, { recursive: true, force: true }));
const { db } = await testDatabase({ after });
const log = createLog('silent');
const metrics = createMetrics('test');
const ctx: MediaContext = {
  db,
  log,
  blobs: diskBlobs(path.join(home, 'blobs')),
  mayPlay: async ({ caller, ticket }) => caller.kind === 'user' || ticket === 'good',
};

const gatekeeper: Gatekeeper = {
  permits: (caller) => caller.roles.includes('admin'),
  identify: async (request): Promise<Caller> => {
    const role = request.headers.authorization;
    return role === undefined
      ? { kind: 'anonymous' }
      : {
          kind: 'user',
          userId: newId<'user'>() as UserId,
          roles: [role as 'admin'],
          sessionId: null,
        };
  },
};
const app = await createWebServer({
  log,
  metrics,
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
serveMedia({ app, gatekeeper }, ctx);
const base = await app.listen({ port: 0 });
after(() => app.close());

const root = path.join(home, 'library');
await mkdir(path.join(root, 'album'), { recursive: true });
const whole = mp3({
  title: 'Sound',
  artist: 'Nyota',
  album: 'Album',
  track: '1',
  picture: picture('cover'),
});
await writeFile(path.join(root, 'album/1.mp3'), whole);
await writeFile(path.join(root, 'album/2.flac'), flac({ title: 'Plain', artist: 'Nyota' }));
await writeFile(path.join(root, 'notes.txt'), 'no music');
await importFolder(ctx, root);

const idOf = async (title: string): Promise<RecordingId> =>
  (await db.pool.query('select id from catalog.recording where title = $1', [title])).rows[0].id;
const sound = await idOf('Sound');
const original = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${base}/media/recordings/${id}/original`, {
    method,
    headers: { authorization: 'listener', ...headers },
  });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('the whole original comes with its type, length and version', async () => {
  const response = await original(sound);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'audio/mpeg');
  assert.equal(response.headers.get('accept-ranges'), 'bytes');
  assert.equal(response.headers.get('content-encoding'), null, 'sound is not compressed again');
  assert.ok((await bytesOf(response)).equals(whole));
});

test('ranges, their ends, and what cannot be answered', async () => {
  const middle = await original(sound, { range: 'bytes=100-199' });
  assert.deepEqual(
    [middle.status, middle.headers.get('content-range')],
    [206, `bytes 100-199/${whole.length}`],
  );
  assert.ok((await bytesOf(middle)).equals(whole.subarray(100, 200)));
  const tail = await original(sound, { range: 'bytes=-10' });
  assert.ok((await bytesOf(tail)).equals(whole.subarray(-10)));
  const beyond = await original(sound, { range: `bytes=${whole.length}-` });
  assert.deepEqual(
    [beyond.status, beyond.headers.get('content-range')],
    [416, `bytes */${whole.length}`],
  );
});

test('HEAD says what GET would send; a known version is not sent again; an old one is sent whole', async () => {
  const head = await original(sound, {}, 'HEAD');
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(whole.length)]);
  const etag = head.headers.get('etag')!;
  assert.equal((await original(sound, { 'if-none-match': etag })).status, 304);
  assert.equal((await original(sound, { 'if-range': etag, range: 'bytes=0-1' })).status, 206);
  assert.equal((await original(sound, { 'if-range': '"old"', range: 'bytes=0-1' })).status, 200);
});

test('our player gets the sound from behind the tag, so that no cover delays the first note', async () => {
  const tagBytes = 10 + [...whole.subarray(6, 10)].reduce((sum, byte) => sum * 128 + byte, 0);
  const player = (headers: Record<string, string> = {}) =>
    fetch(`${base}/media/recordings/${sound}/original?part=sound`, {
      headers: { authorization: 'listener', ...headers },
    });
  const all = await player();
  assert.deepEqual(await bytesOf(all), whole.subarray(tagBytes));
  assert.equal(all.headers.get('content-length'), String(whole.length - tagBytes));
  assert.notEqual(all.headers.get('etag'), (await original(sound, {}, 'HEAD')).headers.get('etag'));
  const part = await player({ range: 'bytes=0-3' });
  assert.deepEqual(await bytesOf(part), whole.subarray(tagBytes, tagBytes + 4));
  assert.equal(part.headers.get('content-range'), `bytes 0-3/${whole.length - tagBytes}`);
});

test('who may not hear it gets nothing; a ticket in the address opens it', async () => {
  assert.equal((await fetch(`${base}/media/recordings/${sound}/original`)).status, 401);
  assert.equal((await fetch(`${base}/media/recordings/${sound}/original?ticket=bad`)).status, 401);
  assert.equal((await fetch(`${base}/media/recordings/${sound}/original?ticket=good`)).status, 200);
});

test('what is no recording, or a way out of the library, is not found', async () => {
  for (const id of [newId(), 'x', '..%2f..%2fetc%2fpasswd', '%00'])
    assert.equal((await original(id)).status, 404, id);
});

test('a link put in the place of a file, or of its folder, since the import is refused', async () => {
  const secret = path.join(home, 'secret.txt');
  await writeFile(secret, 'secret');
  const file = path.join(root, 'album/1.mp3');
  await rename(file, `${file}.away`);
  await symlink(secret, file);
  assert.equal((await original(sound)).status, 404);
  await unlink(file);
  await rename(`${file}.away`, file);
  assert.equal((await original(sound)).status, 200);

  await mkdir(path.join(home, 'elsewhere'));
  await writeFile(path.join(home, 'elsewhere/1.mp3'), 'secret');
  await rename(path.join(root, 'album'), path.join(root, 'album.away'));
  await symlink(path.join(home, 'elsewhere'), path.join(root, 'album'));
  assert.equal((await original(sound)).status, 404);
  await unlink(path.join(root, 'album'));
  await rename(path.join(root, 'album.away'), path.join(root, 'album'));
});

test('a file outside every library is not served, whatever the database says', async () => {
  const stray = path.join(home, 'stray.mp3');
  await writeFile(stray, whole);
  const plain = await idOf('Plain');
  await db.pool.query(`update media.file set path = $2 where recording_id = $1`, [plain, stray]);
  assert.equal((await original(plain)).status, 404);
  await db.pool.query(`update media.file set path = $2 where recording_id = $1`, [
    plain,
    path.join(root, 'album/2.flac'),
  ]);
  assert.equal((await original(plain)).status, 200);
});

test('another file of the recording is sent when the first has vanished', async () => {
  await writeFile(
    path.join(root, 'album/1.flac'),
    flac({ title: 'Sound', artist: 'Nyota', album: 'Album', track: '1' }),
  );
  await importFolder(ctx, root);
  await rename(path.join(root, 'album/1.mp3'), path.join(home, '1.mp3'));
  assert.equal((await original(sound)).headers.get('content-type'), 'audio/flac');
  await rename(path.join(home, '1.mp3'), path.join(root, 'album/1.mp3'));
  assert.deepEqual(await soundOf(db, sound), { contentType: 'audio/mpeg', durationMs: 2_011 });
  assert.equal(await soundOf(db, newId<'recording'>()), null);
});

test('a cover is sent once; where there is none it is not found', async () => {
  const release = (await db.pool.query(`select id from catalog.release where title = 'Album'`))
    .rows[0].id;
  for (const address of [`releases/${release}`, `recordings/${sound}`]) {
    const response = await fetch(`${base}/media/${address}/cover`);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'image/jpeg']);
    assert.ok((await bytesOf(response)).equals(picture('cover')));
    assert.equal(
      (
        await fetch(`${base}/media/${address}/cover`, {
          headers: { 'if-none-match': response.headers.get('etag')! },
        })
      ).status,
      304,
    );
  }
  assert.equal((await fetch(`${base}/media/recordings/${await idOf('Plain')}/cover`)).status, 404);
  assert.equal((await fetch(`${base}/media/releases/x/cover`)).status, 404);
});

test('the shape of a sound that is not analysed yet is empty, which is no error; of no recording there is none', async () => {
  const shape = (id: string) => fetch(`${base}/api/v1/recordings/${id}/waveform`);
  const answer = await shape(sound);
  assert.equal(answer.status, 200);
  assert.deepEqual(await answer.json(), {
    peaks: [],
    loudnessLufs: null,
    peakDbtp: null,
    durationMs: null,
  });
  assert.equal((await shape(newId<'recording'>())).status, 404);
});

test('an import is asked for, runs as a job, and is reported with what it skipped, page by page', async () => {
  const ask = (url: string, init: RequestInit = {}) =>
    fetch(`${base}${url}`, {
      ...init,
      headers: {
        authorization: 'admin',
        ...(init.body != null && { 'content-type': 'application/json' }),
      },
    });
  const post = (folder: string) =>
    ask('/api/v1/media/imports', { method: 'POST', body: JSON.stringify({ folder }) });
  assert.equal((await fetch(`${base}/api/v1/media/imports`, { method: 'POST' })).status, 401);
  const refused = await post(path.join(root, 'nothing here'));
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { error: { code: string } }).error.code],
    [400, 'FOLDER_UNREADABLE'],
  );
  for (let i = 0; i < 5; i++) await writeFile(path.join(root, `text-${i}.txt`), 'no music');
  const runner = await startJobs({ db, log, metrics, soleOwner: true }, mediaTasks(ctx));
  after(() => runner.stop());
  const started = (await (await post(root)).json()) as { id: string; jobId: string };
  type Out = {
    status: string;
    seen: number;
    skipped: number;
    jobId: string;
    skippedFiles: { items: { path: string; reason: string }[]; nextCursor: string | null };
  };
  const report = async (query = ''): Promise<Out> =>
    (await (await ask(`/api/v1/media/imports/${started.id}${query}`)).json()) as Out;
  for (let i = 0; i < 200 && (await report()).status !== 'done'; i++) await wait(50);
  const done = await report('?limit=4');
  assert.deepEqual(
    [done.status, done.seen, done.skipped, done.jobId, done.skippedFiles.items.length],
    ['done', 9, 6, started.jobId, 4],
  );
  const rest = await report(`?limit=4&cursor=${done.skippedFiles.nextCursor}`);
  assert.deepEqual(
    [...done.skippedFiles.items, ...rest.skippedFiles.items].map(
      (s) => `${path.basename(s.path)} ${s.reason}`,
    ),
    ['notes.txt', ...[0, 1, 2, 3, 4].map((i) => `text-${i}.txt`)].map(
      (name) => `${name} not-music`,
    ),
  );
  assert.equal((await ask(`/api/v1/media/imports/${started.id}?cursor=Lw`)).status, 400);
  const list = (await (await ask('/api/v1/media/imports?limit=1')).json()) as {
    items: { id: string }[];
  };
  assert.equal(list.items[0]!.id, started.id);

  // The same runner, further on: a watched library is imported when it has changed and is quiet again.
  const watch = await watchLibrary(ctx, root, { quietMs: 200 });
  await writeFile(path.join(root, 'new.mp3'), mp3({ title: 'Just arrived', artist: 'Nyota' }));
  for (
    let i = 0;
    i < 200 &&
    (await db.pool.query(`select 1 from catalog.recording where title = 'Just arrived'`))
      .rowCount === 0;
    i++
  )
    await wait(50);
  await watch.close();
  assert.ok(await idOf('Just arrived'));
});

test('the files of a merged recording follow it', async () => {
  const plain = await idOf('Plain');
  const delivering = await startDelivering({ db, log }, mediaSubscribers(ctx));
  after(() => delivering.stop());
  await db.pool.query('update catalog.recording set merged_into = $1 where id = $2', [
    sound,
    plain,
  ]);
  await emit(db, recordingsMerged, {
    fromId: plain as RecordingId,
    intoId: sound as RecordingId,
  });
  for (
    let i = 0;
    i < 100 &&
    (await db.pool.query('select 1 from media.file where recording_id = $1', [plain])).rowCount !==
      0;
    i++
  )
    await wait(50);
  assert.equal(
    (await db.pool.query('select 1 from media.file where recording_id = $1', [sound])).rowCount,
    3,
  );
  assert.ok(
    (await bytesOf(await original(plain))).equals(await readFile(path.join(root, 'album/1.mp3'))),
    'the old address leads there too',
  );
});
