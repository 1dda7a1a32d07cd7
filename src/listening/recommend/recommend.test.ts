import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { addRecordings } from '#catalogue/catalog/index.ts';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import { dayMs, type Instant } from '#foundation/kernel/time.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { makePlaylist } from '#listening/playlists/index.ts';
import { fitFromPlays } from './fit-from-plays.ts';
import { pickRecordings, type Candidate } from './pick-recordings.ts';
import { openRecommend } from './room.ts';

const { db } = await testDatabase({ after });
const now = Date.parse('2026-11-20T10:00:00Z');
const ctx = { db, log: createLog('silent'), now: () => now as Instant, demo: false };
const gatekeeper: Gatekeeper = {
  permits: () => false,
  identify: async ({ headers: { authorization = '' } }) =>
    authorization === ''
      ? { kind: 'anonymous' }
      : { kind: 'user', userId: authorization as UserId, roles: [], sessionId: null },
};
const app = await createWebServer({
  log: ctx.log,
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
openRecommend(ctx).serve!({ app, gatekeeper });
after(() => app.close());
const quiet = { progress: () => {}, signal: new AbortController().signal };

// oxlint-disable-next-line typescript/no-explicit-any -- an answer as a test reads it
type Answer = any;
async function ask(method: 'GET' | 'PUT' | 'DELETE', url: string, who = '', payload?: object) {
  const reply = await app.inject({
    method,
    url: `/api/v1${url}`,
    headers: who === '' ? {} : { authorization: who },
    ...(payload && { payload }),
  });
  return { status: reply.statusCode, body: reply.json() as Answer };
}
const read = async (url: string, who = ''): Promise<Answer> => {
  const { status, body } = await ask('GET', url, who);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};

// Two worlds of music, ten recordings of five artists in each, and one recording that nobody has heard.
const world = (genre: string) =>
  Array.from({ length: 10 }, (_, i) => ({
    title: `${genre} ${i}`,
    artist: `${genre} artist ${i % 5}`,
    genres: [genre],
    durationMs: 200_000,
    year: 2020,
    provenance: 'import' as const,
  }));
const added = (
  await db.tx((tx) =>
    addRecordings(tx, [
      ...world('Rumba'),
      ...world('Highlife'),
      { ...world('Rumba')[0]!, title: 'Rumba unheard', artist: 'Rumba newcomer' },
    ]),
  )
).map(({ recordingId }) => recordingId);
const [rumba, highlife, unheard] = [added.slice(0, 10), added.slice(10, 20), added[20]!];
await db.pool.query("insert into media.library (path) values ('/music')");
for (const id of added)
  await db.pool.query(
    `insert into media.file (id, sound_id, recording_id, path, size_bytes, modified_ms, content_type, duration_ms)
     values ($1, $1, $2, $3, 1, 0, 'audio/mpeg', 200000)`,
    [newId(), id, `/music/${id}.mp3`],
  );

let minute = 0;
async function hears(
  who: UserId,
  recordingId: RecordingId,
  about: { state?: number; playedMs?: number; daysAgo?: number; provenance?: number } = {},
): Promise<void> {
  const startedAt = new Date(now - (about.daysAgo ?? 3) * dayMs - ++minute * 1_000);
  await db.pool.query('select plays.make_month($1::date)', [
    `${startedAt.toISOString().slice(0, 7)}-01`,
  ]);
  await db.pool.query(
    `insert into plays.play (device_id, key, started_at, recording_id, played_ms, source, state, provenance, listener_id, received_at)
     values ($1, $2, $3, $4, $5, 0, $6, $7, $8, now())`,
    [
      newId(),
      newId(),
      startedAt,
      recordingId,
      about.playedMs ?? 200_000,
      about.state ?? 0,
      about.provenance ?? 3,
      who,
    ],
  );
}
for (let person = 0; person < 40; person++) {
  const who = newId<'user'>();
  const likes = person < 20 ? rumba : highlife;
  for (let i = 0; i < 8; i++) await hears(who, likes[(person + i) % 10]!);
}
await db.pool.query(
  `insert into plays.hourly (recording_id, hour, source, territory, provenance, plays, played_ms)
   select recording_id, date_trunc('hour', started_at), source, 'RW', provenance, count(*), sum(played_ms)
   from plays.play where state = 0 group by 1, 2, 3, 5`,
);
const fan = newId<'user'>();
for (const id of rumba.slice(0, 5)) await hears(fan, id);
const fitted = await fitFromPlays(ctx, quiet);

const isOf = (genre: string) => (one: Answer) => (one.recording ?? one).genres.includes(genre);

test('the model is fitted from counted plays, has a version, says how good it is, and only two are kept', async () => {
  assert.deepEqual([fitted?.version, fitted?.listeners, fitted?.recordings], [1, 41, 20]);
  const { model } = await read('/recommendations/model');
  assert.deepEqual([model.version, model.provenance, model.listeners], [1, 'counted', 41]);
  assert.ok(model.evaluation.recall20 >= model.evaluation.popularRecall20);
  for (let i = 0; i < 2; i++) await fitFromPlays(ctx, quiet);
  const { rows } = await db.pool.query('select version from recommend.model order by version');
  assert.deepEqual(
    rows.map(({ version }: { version: number }) => version),
    [2, 3],
  );
  const { rows: left } = await db.pool.query(
    'select count(distinct model_id)::int as n from recommend.item',
  );
  assert.equal(left[0].n, 2);
});

test('what was rejected, skipped, too old or invented teaches nothing', async () => {
  const cheat = newId<'user'>();
  for (let i = 0; i < 10; i++) {
    await hears(cheat, rumba[i]!, { state: 4 });
    await hears(cheat, highlife[i]!, { playedMs: 5_000 });
    await hears(cheat, highlife[i]!, { daysAgo: 200 });
    await hears(cheat, unheard, { provenance: 5 });
  }
  const again = await fitFromPlays(ctx, quiet);
  assert.deepEqual([again?.listeners, again?.recordings], [41, 20]);
});

test('similar recordings and artists are those heard by the same people; what nobody heard is alike by what is known of it', async () => {
  const similar = await read(`/recommendations/recordings/${rumba[0]}/similar?limit=6`);
  assert.equal(similar.basis, 'listening');
  assert.ok(similar.items.length > 3 && similar.items.every(isOf('Rumba')));
  assert.ok(!similar.items.some((one: Answer) => one.id === rumba[0]));
  const cold = await read(`/recommendations/recordings/${unheard}/similar`);
  assert.equal(cold.basis, 'content');
  assert.ok(cold.items.length > 3 && cold.items.every(isOf('Rumba')));
  const artistOf = async (id: string): Promise<string> =>
    (
      await db.pool.query(
        'select artist_id from catalog.recording_artist where recording_id = $1',
        [id],
      )
    ).rows[0].artist_id;
  const artists = await read(`/recommendations/artists/${await artistOf(rumba[0]!)}/similar`);
  assert.equal(artists.basis, 'listening');
  assert.ok(artists.items.length >= 3);
  assert.ok(
    artists.items.every((one: Answer) => one.name.startsWith('Rumba')),
    JSON.stringify(artists.items),
  );
  const newcomer = await read(`/recommendations/artists/${await artistOf(unheard)}/similar`);
  assert.equal(newcomer.basis, 'content');
  assert.ok(newcomer.items.every((one: Answer) => one.name.startsWith('Rumba')));
});

test('a mix is of what its listener likes, says why, and is the same all day', async () => {
  const { mixes, because, knowsTaste } = await read('/recommendations/mixes?familiar=20', fan);
  const daily = mixes[0];
  assert.deepEqual([daily.kind, daily.basis, knowsTaste], ['daily', 'listening', true]);
  assert.ok(daily.items.every(isOf('Rumba')));
  const reasons = new Set(daily.items.map((one: Answer) => one.why.kind));
  assert.ok(reasons.has('because') && reasons.has('familiar'));
  const told = daily.items.find((one: Answer) => one.why.kind === 'because');
  assert.ok(rumba.slice(0, 5).includes(told.why.of.recordingId));
  assert.ok(mixes.some((one: Answer) => one.kind === 'genre' && one.genre === 'Rumba'));
  const fresh = mixes.find((one: Answer) => one.kind === 'new');
  assert.ok(fresh === undefined || fresh.items.every((one: Answer) => one.why.kind !== 'familiar'));
  for (const { of, items } of because) {
    assert.ok(rumba.slice(0, 5).includes(of.id));
    assert.ok(items.every((one: Answer) => one.why.of.recordingId === of.id));
  }
  assert.deepEqual((await read('/recommendations/mixes?familiar=20', fan)).mixes, mixes);
  const onlyKnown = (await read('/recommendations/mixes?familiar=100', fan)).mixes[0].items;
  assert.ok(onlyKnown.slice(0, 3).every((one: Answer) => one.why.kind === 'familiar'));
});

test('"not this" takes a recording and an artist out of everything recommended to that person alone, until it is taken back', async () => {
  const ids = async (who: string): Promise<string[]> => {
    const { mixes, because } = await read('/recommendations/mixes', who);
    return [...mixes, ...because].flatMap(({ items }: Answer) =>
      items.map((one: Answer) => one.recording.id),
    );
  };
  const before = await ids(fan);
  const [gone] = before.filter((id) => !rumba.slice(0, 5).includes(id as RecordingId));
  assert.equal((await ask('PUT', `/me/dislikes/recording/${gone}`, fan)).status, 200);
  assert.equal((await ask('PUT', `/me/dislikes/recording/${gone}`, fan)).status, 200);
  assert.ok(!(await ids(fan)).includes(gone!));
  assert.deepEqual(
    (await read('/me/dislikes', fan)).recordings.map((one: Answer) => one.id),
    [gone],
  );
  const other = newId<'user'>();
  for (const id of rumba.slice(0, 5)) await hears(other, id);
  assert.deepEqual((await read('/me/dislikes', other)).recordings, []);
  assert.ok((await ids(other)).includes(gone!));
  assert.equal((await ask('DELETE', `/me/dislikes/recording/${gone}`, fan)).status, 200);
  assert.ok((await ids(fan)).includes(gone!));
  assert.equal((await ask('GET', '/recommendations/mixes')).status, 401);
  assert.equal((await ask('PUT', `/me/dislikes/recording/${gone}`)).status, 401);
});

test('who comes new is asked for a taste, hears what is popular and is told so, and then hears of their taste', async () => {
  const cold = newId<'user'>();
  const first = await read('/recommendations/mixes', cold);
  assert.equal(first.knowsTaste, false);
  assert.equal(first.mixes[0].basis, 'popularity');
  assert.ok(first.mixes[0].items.every((one: Answer) => one.why.kind === 'popular'));
  assert.equal((await read('/me/taste', cold)).taste, null);
  const taste = { genres: ['Highlife'], artists: [], territory: 'RW', familiar: 10 };
  assert.equal((await ask('PUT', '/me/taste', cold, taste)).status, 200);
  assert.deepEqual((await read('/me/taste', cold)).taste, taste);
  const then = await read('/recommendations/mixes', cold);
  assert.deepEqual([then.knowsTaste, then.mixes[0].basis], [true, 'taste']);
  assert.ok(then.mixes[0].items.slice(0, 5).every(isOf('Highlife')));
  for (const wrong of [
    { ...taste, familiar: 101 },
    { ...taste, territory: 'rw' },
    { ...taste, admin: true },
  ])
    assert.equal((await ask('PUT', '/me/taste', cold, wrong)).status, 400);
  const many = { ...taste, genres: Array(21).fill('x') };
  assert.equal((await ask('PUT', '/me/taste', cold, many)).status, 413);
});

test('a place in a mix is kept for what is new in the country of its listener', async () => {
  await db.pool.query(`update catalog.artist set territory = 'CD' where name = 'Rumba newcomer'`);
  const newAtHome = (mixes: Answer) =>
    mixes.flatMap(({ items }: Answer) =>
      items.flatMap((one: Answer) => (one.why.kind === 'new_at_home' ? [one.recording.id] : [])),
    );
  assert.ok(
    newAtHome((await read('/recommendations/mixes?territory=CD', fan)).mixes).includes(unheard),
  );
  assert.deepEqual(newAtHome((await read('/recommendations/mixes', fan)).mixes), []);
});

test('a radio starts from a recording, an artist, a genre or a playlist one may see, and goes on without repeating', async () => {
  const play = (from: string, more = '', who = '') =>
    ask('GET', `/recommendations/radio?from=${encodeURIComponent(from)}&limit=5${more}`, who);
  const heard: string[] = [];
  for (let part = 0; part < 3; part++) {
    const skip = heard.length === 0 ? '' : `&skip=${heard.join(',')}`;
    const { body } = await play(`recording:${highlife[0]}`, skip);
    assert.ok(body.items.length > 0);
    heard.push(...body.items.map((one: Answer) => one.recording.id));
  }
  assert.equal(new Set(heard).size, heard.length);
  assert.ok(heard.slice(0, 5).every((id) => highlife.includes(id as RecordingId)));
  assert.ok((await play('genre:Rumba')).body.items.every(isOf('Rumba')));
  const list = await makePlaylist({ db }, fan, 'Mine', [rumba[0]!, rumba[1]!]);
  assert.ok((await play(`playlist:${list as string}`, '', fan)).body.items.length > 0);
  for (const who of ['', newId<'user'>()])
    assert.equal((await play(`playlist:${list as string}`, '', who)).status, 404);
  assert.equal((await play(`artist:${newId()}`)).status, 404);
  for (const from of ['nothing', 'recording:x', 'user:1'])
    assert.equal((await play(from)).status, 400);
});

test('a list has each recording once, as many as there are, and no artist more often than allowed while others are there', () => {
  const candidate = fc.record({
    id: fc.integer({ min: 0, max: 60 }),
    artist: fc.integer({ min: 0, max: 9 }),
  });
  const list = fc.record({
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    of: fc.array(candidate, { maxLength: 40 }),
  });
  fc.assert(
    fc.property(
      fc.array(list, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 30 }),
      (lists, count) => {
        const artists = new Map<number, number>();
        const made = lists.map(({ share, of }) => ({
          share,
          candidates: of.map(({ id, artist }): Candidate => {
            if (!artists.has(id)) artists.set(id, artist);
            return {
              id: String(id),
              score: 1,
              artistId: String(artists.get(id)),
              why: { kind: 'alike', of: null },
            };
          }),
        }));
        const picked = pickRecordings({ lists: made, count, perArtistMax: 3 });
        const all = new Set(made.flatMap(({ candidates }) => candidates.map(({ id }) => id)));
        assert.equal(new Set(picked.map(({ id }) => id)).size, picked.length);
        assert.ok(picked.length <= count && picked.length <= all.size);
        const most = Math.max(
          0,
          ...[...Map.groupBy(picked, ({ artistId }) => artistId).values()].map((one) => one.length),
        );
        assert.ok(most <= 6);
        const kinds = new Set([...all].map((id) => artists.get(Number(id))));
        if (kinds.size * 3 >= count && most > 3) assert.ok(picked.length <= count);
      },
    ),
  );
});
