import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { claimParty, type CatalogContext } from '#catalogue/catalog/index.ts';
import { importFolder } from '#catalogue/media/index.ts';
import { fingerprintRate as rate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { newId, type PartyId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import type { Caller, Gatekeeper, UserCaller } from '#foundation/platform/http.ts';
import type { JobId, JobRun } from '#foundation/platform/jobs.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { hear, identify, prepareSearch } from '#counting/recognition/engine.ts';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { openRecognition, type Comparer } from '#counting/recognition/index.ts';
import type { FindingOut } from './contract.ts';
import { openFindings } from './room.ts';

const { db } = await testDatabase({ after });
const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-findings-'));
after(() => rm(home, { recursive: true, force: true }));
const log = createLog('silent');
const permits = (caller: UserCaller): boolean => caller.roles.includes('admin');
const catalog: CatalogContext = { db, now: () => Date.now() as Instant, permits };
const recognising = await openRecognition({ db, log, config: { home } });
const { store } = recognising.recognition;
after(() => recognising.close?.());
const findings = openFindings({ db, catalog, recognition: recognising.recognition });

const gatekeeper: Gatekeeper = {
  permits,
  identify: async (request): Promise<Caller> => {
    const [role, userId] = String(request.headers.authorization ?? '').split(' ');
    if (userId === undefined) return { kind: 'anonymous' };
    return {
      kind: 'user',
      userId: userId as UserId,
      roles: [role as 'admin' | 'artist'],
      sessionId: null,
    };
  },
};
const app = await createWebServer({
  log,
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
findings.serve?.({ app, gatekeeper });
after(() => app.close());

const [admin, amara, bello] = [newId<'user'>(), newId<'user'>(), newId<'user'>()];

type Answer = { readonly status: number; readonly body: any }; // oxlint-disable-line typescript/no-explicit-any
async function ask(
  method: 'GET' | 'POST',
  url: string,
  authorization = '',
  payload?: object,
): Promise<Answer> {
  const response = await app.inject({
    method,
    url,
    headers: authorization ? { authorization } : {},
    ...(payload && { payload }),
  });
  return { status: response.statusCode, body: response.json() };
}

const songs = new Map<string, Float32Array>();
function song(name: string): Float32Array {
  const known =
    songs.get(name) ??
    composeRecording(name, { seconds: 40, sampleRate: rate, channels: 1 }).channels[0]!;
  songs.set(name, known);
  return known;
}

const library = path.join(home, 'music');
/** Puts a file there and answers which import brought it. */
async function upload(files: Readonly<Record<string, Float32Array>>): Promise<string> {
  for (const [name, samples] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(library, name)), { recursive: true });
    await writeFile(path.join(library, name), waveFile(samples, rate));
  }
  await importFolder({ db, log, blobs: diskBlobs(path.join(home, 'blobs')) }, library);
  const { rows } = await db.pool.query('select id from media.import_run order by id desc limit 1');
  return rows[0].id;
}

const job: JobRun = {
  jobId: newId() as JobId,
  signal: new AbortController().signal,
  progress: () => {},
};
/** A pass of the index, what it tells the findings, and the comparison they ask for. */
async function index(run: JobRun = job): Promise<unknown> {
  const [indexing] = recognising.tasks!;
  const [comparing] = findings.tasks!;
  const indexed = await indexing!.run({} as never, run);
  await deliver('recognition.soundKept', 'recognition.catalogueIndexed');
  const { rowCount } = await db.pool.query('delete from platform.job where task = $1', [
    comparing!.name,
  ]);
  const compared =
    rowCount === 0 ? { compared: 0, findings: 0 } : await comparing!.run({} as never, run);
  return { ...(indexed as object), ...(compared as object) };
}

/** What is waiting of these topics, to everybody who hears of it. */
async function deliver(...topics: readonly string[]): Promise<void> {
  const { rows } = await db.pool.query(
    `with told as (
      delete from platform.outbox
      where topic = any($1)
      returning id, topic, payload)
    select topic, payload from told order by id`,
    [topics],
  );
  for (const { topic, payload } of rows) await tell(topic, payload);
}

async function tell(topic: string, payload: object): Promise<void> {
  const heard = [...recognising.subscribers!, ...findings.subscribers!].filter(
    (subscriber) => subscriber.topic === topic,
  );
  assert.ok(heard.length > 0, `nobody hears of ${topic}`);
  for (const subscriber of heard) await subscriber.handle(payload as never);
}

async function claim(artist: string, userId: UserId): Promise<void> {
  const { rows } = await db.pool.query('select party_id from catalog.artist where name = $1', [
    artist,
  ]);
  const claimed = await claimParty(catalog, rows[0].party_id as PartyId, userId, admin);
  assert.ok(!('code' in claimed));
}

const asked = async (url: string, who: string): Promise<FindingOut[]> => {
  const { status, body } = await ask('GET', url, who);
  assert.equal(status, 200);
  return body.items;
};
const review = (): Promise<FindingOut[]> =>
  asked('/api/v1/recognition/findings?waiting=true', `admin ${admin}`);
const own = (userId: UserId): Promise<FindingOut[]> =>
  asked('/api/v1/recognition/my-findings', `artist ${userId}`);
const brief = (found: readonly FindingOut[]): unknown =>
  found.map(({ artist, otherArtist, kind }) => [artist, kind, otherArtist]);

const firstImport = await upload({
  'Amara - Ishyamba.wav': song('ishyamba'),
  'Amara - Ishyamba (radio).wav': song('ishyamba').slice(6 * rate, 34 * rate),
  'Caro - Umuhanda.wav': song('umuhanda'),
});

test('two copies that arrive in one batch are found, once, and the later one is the upload', async () => {
  assert.deepEqual(await index(), { added: 3, unreadable: 0, compared: 3, findings: 1 });
  const [finding, ...more] = await review();
  assert.equal(more.length, 0);
  assert.equal(finding!.kind, 'edit');
  assert.ok(finding!.recordingId > finding!.otherId);
  const [stretch] = finding!.stretches;
  const shorterIsUpload = finding!.lengthMs < finding!.otherLengthMs;
  const shift = stretch!.otherFromMs - stretch!.fromMs;
  assert.ok(Math.abs(shift - (shorterIsUpload ? 6_000 : -6_000)) < 60, `${shift}`);
});

test('nothing is compared twice, and what a crash left uncompared is compared at the next pass', async () => {
  assert.deepEqual(await index(), { added: 0, unreadable: 0, compared: 0, findings: 0 });
  await db.pool.query('delete from findings.finding');
  await db.pool.query('delete from findings.compared');
  assert.deepEqual(await index(), { added: 0, unreadable: 0, compared: 3, findings: 1 });
  assert.equal((await review()).length, 1);
});

let secondImport = '';

test('the report of an import says what its uploads share, how sure, and how many are compared', async () => {
  secondImport = await upload({
    'Bello - Night Bus.wav': resample(song('ishyamba'), rate * 1.06, rate),
  });
  await index();
  await claim('Amara', amara);
  await claim('Bello', bello);
  const { body } = await ask(
    'GET',
    `/api/v1/recognition/imports/${secondImport}/findings`,
    `admin ${admin}`,
  );
  assert.deepEqual([body.recordings, body.compared, body.unreadable], [1, 1, 0]);
  assert.ok(body.items.length >= 1);
  const [finding] = body.items as FindingOut[];
  assert.deepEqual([finding!.artist, finding!.kind, finding!.toReview], ['Bello', 'respeed', true]);
  assert.ok(Math.abs(finding!.speed - 1.06) < 0.002 && Math.abs(finding!.pitchCents - 101) < 8);
  const first = await ask(
    'GET',
    `/api/v1/recognition/imports/${firstImport}/findings`,
    `admin ${admin}`,
  );
  assert.deepEqual([first.body.recordings, first.body.compared], [3, 3]);
  assert.deepEqual(brief(first.body.items), [['Amara', 'edit', 'Amara']]);
});

test('who uploaded sees the findings of their own uploads; whose recording was copied, and anybody else, sees nothing of them', async () => {
  assert.ok((await own(bello)).length >= 1);
  assert.ok((await own(bello)).every(({ artist }) => artist === 'Bello'));
  // The upload of another label is not Amara's to see, though it is Amara's recording that is in it.
  assert.deepEqual(brief(await own(amara)), [['Amara', 'edit', 'Amara']]);
  assert.deepEqual(await own(newId<'user'>()), []);
  const shown = JSON.stringify(await own(bello));
  assert.ok(!shown.includes(library) && !shown.includes(admin), 'neither files nor reviewers');
});

test('only who may edit the catalogue lists all findings and decides', async () => {
  const [finding] = await own(bello);
  const decide = `/api/v1/recognition/findings/${finding!.recordingId}/${finding!.otherId}/decision`;
  for (const who of ['', `artist ${bello}`, `artist ${amara}`]) {
    const status = who === '' ? 401 : 403;
    assert.equal((await ask('GET', '/api/v1/recognition/findings', who)).status, status);
    assert.equal(
      (await ask('GET', `/api/v1/recognition/imports/${secondImport}/findings`, who)).status,
      status,
    );
    assert.equal((await ask('POST', decide, who, { decision: 'rejected' })).status, status);
  }
  assert.equal((await ask('GET', '/api/v1/recognition/my-findings')).status, 401);
  assert.equal(
    (await review()).some(({ decision }) => decision !== null),
    false,
  );
});

test('what is rejected or confirmed is kept, told, and not asked again', async () => {
  const before = await review();
  const finding = before.find(({ artist }) => artist === 'Bello')!;
  const decide = `/api/v1/recognition/findings/${finding.recordingId}/${finding.otherId}/decision`;
  const say = (decision: string) => ask('POST', decide, `admin ${admin}`, { decision });
  assert.equal((await say('nonsense')).status, 400);
  assert.equal((await say('confirmed')).status, 200);
  assert.equal((await say('confirmed')).status, 200, 'said twice is said once');
  assert.equal((await say('rejected')).status, 409, 'somebody else has decided');
  assert.equal((await review()).length, before.length - 1);
  assert.equal(
    (await own(bello)).find(({ otherId }) => otherId === finding.otherId)!.decision,
    'confirmed',
  );
  // Compared anew, it is what it was.
  await db.pool.query('delete from findings.compared');
  await index();
  assert.equal((await review()).length, before.length - 1);
  const nobody = `/api/v1/recognition/findings/${newId()}/${newId()}/decision`;
  assert.equal((await ask('POST', nobody, `admin ${admin}`, { decision: 'rejected' })).status, 404);
});

test('the same recording: the later entry is merged into the earlier, and what was found of it is the other’s', async () => {
  const { items } = (await ask('GET', '/api/v1/recognition/findings', `admin ${admin}`)).body as {
    items: FindingOut[];
  };
  const finding = items.find(({ artist }) => artist === 'Amara')!;
  const { recordingId, otherId } = finding;
  const decided = await ask(
    'POST',
    `/api/v1/recognition/findings/${recordingId}/${otherId}/decision`,
    `admin ${admin}`,
    { decision: 'merged' },
  );
  assert.deepEqual([decided.status, decided.body], [200, { decision: 'merged' }]);
  const { rows } = await db.pool.query('select merged_into from catalog.recording where id = $1', [
    recordingId,
  ]);
  assert.equal(rows[0].merged_into, otherId);
  await tell('catalog.recordingsMerged', { fromId: recordingId, intoId: otherId });
  assert.equal(store.fingerprintOf(recordingId), null);
  for (const left of await review())
    assert.ok(![left.recordingId, left.otherId].includes(recordingId));
  assert.equal(
    (await own(amara)).find((one) => one.recordingId === recordingId)?.decision,
    'merged',
    'the report still says what became of it',
  );
});

test('pages show every finding once, and a foreign cursor is refused', async () => {
  const all = (await asked('/api/v1/recognition/findings', `admin ${admin}`)).length;
  const seen = new Set<string>();
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages <= all; pages++) {
    const { body }: Answer = await ask(
      'GET',
      `/api/v1/recognition/findings?limit=1${cursor && `&cursor=${cursor}`}`,
      `admin ${admin}`,
    );
    for (const one of body.items as FindingOut[]) seen.add(`${one.recordingId} ${one.otherId}`);
    cursor = body.nextCursor;
  }
  assert.ok(all >= 2);
  assert.equal(seen.size, all);
  const foreign = await ask('GET', '/api/v1/recognition/findings?cursor=x.y', `admin ${admin}`);
  assert.equal(foreign.status, 400);
});

async function recordingOf(file: string): Promise<string> {
  const { rows } = await db.pool.query('select recording_id from media.file where path = $1', [
    path.join(library, file),
  ]);
  return rows[0].recording_id;
}

/** Whose the index says ten seconds of a sound are. */
function heardAs(sound: Float32Array): string | null {
  const excerpt = hear(sound.subarray(10 * rate, 20 * rate));
  return identify(prepareSearch(), store.shards(), excerpt).match?.recordingId ?? null;
}

const replaced = 'Dina - Igicaniro.wav';

test('another sound in the place of a recording’s is fingerprinted and compared again, and the old is nobody’s', async () => {
  await upload({ [replaced]: song('igicaniro') });
  await index();
  const recordingId = await recordingOf(replaced);
  assert.equal(heardAs(song('igicaniro')), recordingId);

  await upload({ [replaced]: song('umuhanda') }); // as long, and so as many bytes
  assert.equal(await recordingOf(replaced), recordingId);
  const { rows } = await db.pool.query(
    'select payload from platform.outbox where topic = $1 order by id desc limit 1',
    ['media.soundsChanged'],
  );
  assert.deepEqual(rows[0].payload, { recordingIds: [recordingId] });
  await db.pool.query(`insert into recognition.unfingerprinted values ($1, 'broken', '')`, [
    recordingId,
  ]);
  await tell('media.soundsChanged', rows[0].payload);

  assert.deepEqual(await index(), { added: 1, unreadable: 0, compared: 1, findings: 1 });
  assert.equal(heardAs(song('igicaniro')), null);
  const shared = async () =>
    (await review()).filter((one) => one.recordingId === recordingId).map(({ kind }) => kind);
  assert.deepEqual(await shared(), ['same']);
  assert.deepEqual(await index(), { added: 0, unreadable: 0, compared: 0, findings: 0 });

  await upload({ [replaced]: song('inkuba') });
  await index();
  assert.deepEqual(await shared(), [], 'what the old sound shared is no finding of the new');
});

test('a sound that replaced another and was not compared when the server stopped is compared afterwards', async () => {
  await upload({ [replaced]: song('umuhanda') });
  const stop = new AbortController();
  const stopped = index({ ...job, signal: stop.signal, progress: () => stop.abort() });
  await assert.rejects(stopped);
  assert.notEqual(heardAs(song('inkuba')), await recordingOf(replaced));
  assert.deepEqual(await index(), { added: 0, unreadable: 0, compared: 1, findings: 1 });
});

test('what was decided stays while the same is found; other bytes with the same sound are not compared again', async () => {
  const recordingId = await recordingOf(replaced);
  const decisions = async (): Promise<readonly (string | null)[]> => {
    const { rows } = await db.pool.query(
      'select decision from findings.finding where recording_id = $1',
      [recordingId],
    );
    return rows.map(({ decision }) => decision);
  };
  const [finding] = (await review()).filter((one) => one.recordingId === recordingId);
  const decide = `/api/v1/recognition/findings/${recordingId}/${finding!.otherId}/decision`;
  const rejected = await ask('POST', decide, `admin ${admin}`, { decision: 'rejected' });
  assert.equal(rejected.status, 200);

  await utimes(path.join(library, replaced), 1_000_000_000, 1_000_000_000);
  await upload({});
  assert.deepEqual(await index(), { added: 1, unreadable: 0, compared: 0, findings: 0 });
  assert.deepEqual(await index(), { added: 0, unreadable: 0, compared: 0, findings: 0 });

  await upload({ [replaced]: song('umuhanda').map((sample) => 0.5 * sample) });
  await index();
  assert.deepEqual(await decisions(), ['rejected'], 'softer, it is still the same');
  await upload({ [replaced]: song('inkuba') });
  await index();
  assert.deepEqual(await decisions(), [], 'the decision was about another sound');
});

test('a copy that is indexed while its original is compared is still the later of the two', async () => {
  const [original, copy] = ['Fela - Umwezi.wav', 'Gasana - Umwezi.wav'];
  await upload({ [original]: song('umwezi') });
  const [indexing] = recognising.tasks!;
  await indexing!.run({} as never, job);
  const searcher: Comparer = {
    async compare(one, recordingId) {
      await upload({ [copy]: song('umwezi') });
      await indexing!.run({} as never, job);
      return recognising.recognition.searcher.compare(one, recordingId);
    },
  };
  const [comparing] = openFindings({ db, catalog, recognition: { store, searcher } }).tasks!;
  assert.deepEqual(await comparing!.run({} as never, job), { compared: 1, findings: 0 });
  assert.deepEqual(await index(), { added: 0, unreadable: 0, compared: 1, findings: 1 });
  const found = (await review()).filter(({ artist }) => artist === 'Gasana');
  assert.deepEqual(
    found.map(({ recordingId, otherId, kind }) => [recordingId, otherId, kind]),
    [[await recordingOf(copy), await recordingOf(original), 'same']],
  );
});

test('what stations heard of a recording gives way to its own sound, and never takes its place again', async () => {
  const file = 'Esi - Isoko.wav';
  await upload({ [file]: song('isoko') });
  const recordingId = await recordingOf(file);
  const evidence = {
    recordingId,
    title: 'Isoko',
    artist: 'Esi',
    file: null,
    places: fingerprintSound(song('inzozi')).places,
  };
  await store.addUnknown([evidence]);
  assert.equal(heardAs(song('inzozi')), recordingId);
  assert.deepEqual(await index(), { added: 1, unreadable: 0, compared: 1, findings: 0 });
  assert.equal(heardAs(song('isoko')), recordingId);
  assert.equal(heardAs(song('inzozi')), null);
  await store.addUnknown([evidence]);
  assert.equal(heardAs(song('inzozi')), null);
  assert.equal(heardAs(song('isoko')), recordingId);
});
