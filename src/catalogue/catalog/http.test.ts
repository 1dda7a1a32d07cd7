import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import type { Caller, Gatekeeper, UserCaller } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { addRecordings } from './adding/add-recordings.ts';
import type { RecordingDraft } from './adding/draft.ts';
import { serveCatalog } from './http.ts';

const { db } = await testDatabase({ after });
const now = Date.parse('2026-11-20T10:00:00Z') as Instant;

// The table of permissions is another room's: here editors may everything and others nothing.
const permits = (caller: UserCaller) => caller.roles.includes('admin');
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
  log: createLog('silent'),
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
serveCatalog({ app, gatekeeper }, { db, now: () => now, permits });
after(() => app.close());

const admin = `admin ${newId()}`;
const someone = () => newId<'user'>();

type Answer = { readonly status: number; readonly body: any }; // oxlint-disable-line typescript/no-explicit-any
async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
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

async function addOne(draft: Partial<RecordingDraft> & { title: string }): Promise<RecordingId> {
  const [added] = await db.tx((tx) =>
    addRecordings(tx, [{ artist: 'Amara', durationMs: 180_000, provenance: 'import', ...draft }]),
  );
  return added!.recordingId;
}

async function partyOf(name: string, userId: UserId | null = null): Promise<string> {
  const { body } = await ask('POST', '/api/v1/parties', admin, { name, kind: 'person' });
  if (userId !== null)
    assert.equal(
      (await ask('POST', `/api/v1/parties/${body.id}/claim`, admin, { userId })).status,
      200,
    );
  return body.id;
}

const titles = (answer: Answer): string[] =>
  answer.body.items.map((item: { title: string }) => item.title);

test('words find a recording by title, artist, without tone marks and with a typing error', async () => {
  await addOne({ title: 'Ọlọ́run Ti Dá', artist: 'Adékúnlé' });
  await addOne({ title: 'Amahoro', artist: 'Kigali Voices' });
  for (const words of ['olorun ti da', 'Adekunle', 'adekunle olorun', 'Ọlọ́run', 'olorn ti da']) {
    assert.deepEqual(
      titles(await ask('GET', `/api/v1/recordings?query=${encodeURIComponent(words)}`)).slice(0, 1),
      ['Ọlọ́run Ti Dá'],
      words,
    );
  }
  assert.deepEqual(titles(await ask('GET', '/api/v1/recordings?query=amahro')), ['Amahoro']);
  assert.deepEqual(titles(await ask('GET', '/api/v1/recordings?query=zzzzzz')), []);
  assert.deepEqual(titles(await ask('GET', '/api/v1/recordings?query=%21%21')), []);
});

test('pages of a search and of the list show every recording once', async () => {
  for (let i = 0; i < 25; i++)
    await addOne({ title: `Paged number ${i}`, artist: 'Pager', genres: ['Paging'] });
  for (const url of [
    '/api/v1/recordings?query=paged%20number&genre=Paging',
    '/api/v1/recordings?genre=Paging',
  ]) {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 10; pages++) {
      const page: Answer = await ask('GET', `${url}&limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...titles(page));
      cursor = page.body.nextCursor;
    }
    assert.equal(seen.length, 25, url);
    assert.equal(new Set(seen).size, 25, url);
  }
});

test('a cursor that is none of ours is refused', async () => {
  for (const [path, cursor] of [
    ['recordings', 'x'],
    ['recordings', 'WzEsMl0'],
    ['recordings', 'WyIiLCAiLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tIl0'],
    ['artists', '%00'],
    ['releases', 'bnVsbA'],
    ['genres', 'W10'],
    ['recordings?query=a', 'WyJhIiwiYiJd'],
  ]) {
    const { status, body } = await ask(
      'GET',
      `/api/v1/${path}${path!.includes('?') ? '&' : '?'}cursor=${cursor}`,
    );
    assert.deepEqual([status, body.error.code], [400, 'VALIDATION_FAILED'], path);
  }
});

test('an artist and a release open with what is theirs, tracks in order', async () => {
  await db.tx((tx) =>
    addRecordings(
      tx,
      [3, 1, 2].map((track) => ({
        title: `Track ${track}`,
        artist: track === 2 ? 'Owner feat. Guest' : 'Owner',
        durationMs: 100_000 * track,
        provenance: 'import' as const,
        release: {
          title: 'In Order',
          artist: 'Owner',
          track,
          gtin: '731453000000',
          kind: 'album' as const,
        },
      })),
    ),
  );
  const { body: artists } = await ask('GET', '/api/v1/artists?query=guest');
  assert.equal(artists.items[0].name, 'Guest');
  const { body: guest } = await ask('GET', `/api/v1/artists/${artists.items[0].id}`);
  assert.deepEqual(
    guest.releases.map((r: { title: string }) => r.title),
    ['In Order'],
  );
  const { body: release } = await ask('GET', `/api/v1/releases/${guest.releases[0].id}`);
  assert.deepEqual(
    release.trackList.map((t: { recording: { title: string } }) => t.recording.title),
    ['Track 1', 'Track 2', 'Track 3'],
  );
  assert.deepEqual([release.gtin, release.gtinValid, release.tracks], ['731453000000', false, 3]);
  assert.equal(
    (await ask('GET', `/api/v1/recordings?artistId=${artists.items[0].id}`)).body.items.length,
    1,
  );
});

test('an edit needs the permission, is kept over the next import, and leaves what stood there', async () => {
  const id = await addOne({
    title: 'Before',
    artist: 'Wrong',
    release: { title: 'Edits', artist: 'Wrong', track: 1 },
  });
  assert.equal(
    (await ask('PATCH', `/api/v1/recordings/${id}`, `artist ${someone()}`, { title: 'After' }))
      .status,
    403,
  );
  const { body } = await ask('PATCH', `/api/v1/recordings/${id}`, admin, {
    title: 'After',
    artistName: 'Right',
    isrc: 'rw-aaa-24-1',
    year: 2021,
  });
  assert.deepEqual(
    [body.title, body.artistName, body.isrc, body.isrcValid, body.year],
    ['After', 'Right', 'RWAAA241', false, 2021],
  );
  assert.deepEqual(
    body.artists.map((a: { name: string }) => a.name),
    ['Right'],
  );
  assert.deepEqual(
    body.splits[0].shares.map((s: { name: string }) => s.name),
    ['Right'],
    'what was only assumed follows',
  );
  await db.tx((tx) =>
    addRecordings(tx, [
      {
        title: 'Before',
        artist: 'Wrong',
        provenance: 'import',
        again: id,
        release: { title: 'Edits', artist: 'Wrong', track: 1 },
      },
    ]),
  );
  const { body: later } = await ask('GET', `/api/v1/recordings/${id}`, admin);
  assert.deepEqual([later.title, later.artistName], ['After', 'Right']);
  const { body: changes } = await ask('GET', `/api/v1/recordings/${id}/changes`, admin);
  assert.equal(changes.items[0].change.before.title, 'Before');
});

test('an edit of what is not there, or of nothing, changes nothing', async () => {
  assert.equal(
    (await ask('PATCH', `/api/v1/recordings/${newId()}`, admin, { title: 'x' })).status,
    404,
  );
  const id = await addOne({ title: 'Same' });
  assert.equal(
    (await ask('PATCH', `/api/v1/recordings/${id}`, admin, { title: 'Same' })).status,
    200,
  );
  assert.deepEqual((await ask('GET', `/api/v1/recordings/${id}/changes`, admin)).body.items, []);
  assert.equal(
    (await ask('PATCH', `/api/v1/recordings/${id}`, admin, { title: '\u0000' })).status,
    400,
  );
});

test('splits are 10,000 basis points exactly, dated and versioned', async () => {
  const id = await addOne({ title: 'Shared' });
  const [a, b] = [await partyOf('Aline'), await partyOf('Bosco')];
  const put = (shares: readonly [string, number][], more = {}) =>
    ask('PUT', `/api/v1/recordings/${id}/splits`, admin, {
      right: 'master',
      validFrom: '2026-12-01',
      shares: shares.map(([partyId, basisPoints]) => ({ partyId, basisPoints })),
      ...more,
    });
  assert.equal(
    (
      await put([
        [a, 5_000],
        [b, 4_999],
      ])
    ).body.error.code,
    'SPLIT_NOT_WHOLE',
  );
  assert.equal(
    (
      await put([
        [a, 5_000],
        [a, 5_000],
      ])
    ).body.error.code,
    'VALIDATION_FAILED',
  );
  assert.equal((await put([[newId(), 10_000]])).body.error.code, 'VALIDATION_FAILED');
  assert.equal(
    (await put([[a, 10_000]], { validFrom: '2026-02-30' })).body.error.code,
    'VALIDATION_FAILED',
  );
  const second = await put([
    [a, 7_000],
    [b, 3_000],
  ]);
  assert.deepEqual(
    [second.status, second.body.version, second.body.validFrom],
    [200, 2, '2026-12-01'],
  );
  assert.equal(
    (
      await put([
        [b, 3_000],
        [a, 7_000],
      ])
    ).body.version,
    2,
    'the same again is no new version',
  );
  assert.equal((await put([[b, 10_000]], { afterVersion: 1 })).body.error.code, 'CONFLICT');
  assert.equal(
    (await put([[b, 10_000]], { territory: 'NG' })).body.version,
    1,
    'a territory counts its own versions',
  );
  const { body } = await ask('GET', `/api/v1/recordings/${id}/splits`, admin);
  assert.equal(body.items.length, 3);
});

test('an owner sees the splits and gives only what is theirs; a stranger neither', async () => {
  const [me, other, stranger] = [someone(), someone(), someone()];
  const id = await addOne({ title: 'Owned', artist: 'Owner of it' });
  const [mine, theirs] = [await partyOf('Mine', me), await partyOf('Theirs', other)];
  const put = (who: string, shares: readonly [string, number][], validFrom = '2026-11-20') =>
    ask('PUT', `/api/v1/recordings/${id}/splits`, who, {
      right: 'master',
      validFrom,
      shares: shares.map(([partyId, basisPoints]) => ({ partyId, basisPoints })),
    });
  await put(
    admin,
    [
      [mine, 6_000],
      [theirs, 4_000],
    ],
    '2026-01-01',
  );
  assert.equal((await ask('GET', `/api/v1/recordings/${id}`)).body.splits, null);
  assert.equal(
    (await ask('GET', `/api/v1/recordings/${id}/splits`, `artist ${stranger}`)).status,
    403,
  );
  assert.equal((await ask('GET', `/api/v1/recordings/${id}/splits`, `artist ${me}`)).status, 200);
  assert.equal((await put(`artist ${stranger}`, [[mine, 10_000]])).status, 403);
  assert.equal(
    (
      await put(`artist ${me}`, [
        [mine, 6_001],
        [theirs, 3_999],
      ])
    ).body.error.code,
    'SHARE_OF_OTHERS',
  );
  assert.equal(
    (
      await put(
        `artist ${me}`,
        [
          [mine, 5_000],
          [theirs, 5_000],
        ],
        '2026-11-19',
      )
    ).body.error.code,
    'FORBIDDEN',
  );
  assert.equal(
    (
      await put(`artist ${me}`, [
        [mine, 5_000],
        [theirs, 5_000],
      ])
    ).status,
    200,
  );
  assert.deepEqual(titles(await ask('GET', '/api/v1/recordings?mine=true', `artist ${other}`)), [
    'Owned',
  ]);
  assert.equal((await ask('GET', '/api/v1/recordings?mine=true')).status, 401);
});

test('a split for later cannot be undone around its owner by an earlier one', async () => {
  const [me, other] = [someone(), someone()];
  const id = await addOne({ title: 'Scheduled' });
  const [mine, theirs] = [await partyOf('Mine too', me), await partyOf('Theirs too', other)];
  const put = (who: string, shares: readonly [string, number][], validFrom: string) =>
    ask('PUT', `/api/v1/recordings/${id}/splits`, who, {
      right: 'master',
      validFrom,
      shares: shares.map(([partyId, basisPoints]) => ({ partyId, basisPoints })),
    });
  await put(admin, [[mine, 10_000]], '2026-01-01');
  await put(
    admin,
    [
      [mine, 1_000],
      [theirs, 9_000],
    ],
    '2027-01-01',
  );
  assert.equal(
    (await put(`artist ${me}`, [[mine, 10_000]], '2026-12-01')).body.error.code,
    'SHARE_OF_OTHERS',
  );
});

test('a merged recording leads to the one that stays, and whoever counts is told', async () => {
  const stays = await addOne({
    title: 'Stays',
    artist: 'M',
    release: { title: 'One', artist: 'M', track: 1 },
  });
  const goes = await addOne({
    title: 'Goes',
    artist: 'M',
    isrc: 'RWAAA2400555',
    release: { title: 'Two', artist: 'M', track: 1 },
  });
  await db.pool.query('delete from platform.outbox');
  const merged = await ask('POST', `/api/v1/recordings/${stays}/merge`, admin, { fromId: goes });
  assert.deepEqual(
    [merged.status, merged.body.isrc, merged.body.releases.length],
    [200, 'RWAAA2400555', 2],
  );
  assert.equal((await ask('GET', `/api/v1/recordings/${goes}`)).body.id, stays);
  assert.equal(
    (await ask('POST', `/api/v1/recordings/${stays}/merge`, admin, { fromId: goes })).status,
    200,
    'again is the same',
  );
  assert.equal(
    (await ask('POST', `/api/v1/recordings/${goes}/merge`, admin, { fromId: stays })).status,
    409,
  );
  assert.equal(
    (await ask('POST', `/api/v1/recordings/${stays}/merge`, admin, { fromId: stays })).status,
    400,
  );
  const [again] = await db.tx((tx) =>
    addRecordings(tx, [
      {
        title: 'Goes',
        artist: 'M',
        provenance: 'import',
        release: { title: 'Two', artist: 'M', track: 1 },
      },
    ]),
  );
  assert.equal(again!.recordingId, stays, 'an import finds the one that stays');
  const { rows } = await db.pool.query(
    `select topic, payload from platform.outbox where topic = 'catalog.recordingsMerged'`,
  );
  assert.deepEqual(rows, [
    { topic: 'catalog.recordingsMerged', payload: { fromId: goes, intoId: stays } },
  ]);
  assert.deepEqual(titles(await ask('GET', '/api/v1/recordings?query=goes')), []);
});

test('a merged artist is paid as the one that stays, and two people are not merged into one', async () => {
  const recording = await addOne({ title: 'By two names', artist: 'Spelt Wrng' });
  await addOne({ title: 'By one name', artist: 'Spelt Wrong' });
  const idOf = async (name: string) =>
    (await ask('GET', `/api/v1/artists?query=${encodeURIComponent(name)}`)).body.items[0]
      .id as string;
  const [goes, stays] = [await idOf('Spelt Wrng'), await idOf('Spelt Wrong')];
  const { body } = await ask('POST', `/api/v1/artists/${stays}/merge`, admin, { fromId: goes });
  assert.equal(body.recordings, 2);
  const { rows } = await db.pool.query(
    'select party_name, basis_points from catalog.public_split where recording_id = $1',
    [recording],
  );
  assert.deepEqual(rows, [{ party_name: 'Spelt Wrong', basis_points: 10_000 }]);
  await addOne({ title: 'x', artist: 'Claimed One' });
  await addOne({ title: 'y', artist: 'Claimed Two' });
  const ids = [await idOf('Claimed One'), await idOf('Claimed Two')];
  for (const id of ids) {
    const { partyId } = (await ask('GET', `/api/v1/artists/${id}`)).body;
    await ask('POST', `/api/v1/parties/${partyId}/claim`, admin, { userId: someone() });
  }
  assert.equal(
    (await ask('POST', `/api/v1/artists/${ids[0]}/merge`, admin, { fromId: ids[1] })).status,
    409,
  );
});

test('parties show their numbers with flags, to editors all and to others their own', async () => {
  const me = someone();
  await partyOf('Only mine', me);
  const made = await ask('POST', '/api/v1/parties', admin, {
    name: 'Pablo',
    kind: 'person',
    ipi: '00014107338',
    isni: '0000000109201182',
  });
  assert.deepEqual([made.status, made.body.ipiValid, made.body.isniValid], [201, true, false]);
  const { body } = await ask('GET', '/api/v1/parties', `artist ${me}`);
  assert.deepEqual(
    body.items.map((p: { name: string }) => p.name),
    ['Only mine'],
  );
  assert.ok((await ask('GET', '/api/v1/parties?query=pablo', admin)).body.items.length > 0);
});

test('genres are counted, the commonest first', async () => {
  await addOne({ title: 'g1', genres: ['Rare'] });
  const { body } = await ask('GET', '/api/v1/genres');
  assert.equal(body.items[0].name, 'Paging');
  assert.ok(
    body.items.some(
      (g: { name: string; recordings: number }) => g.name === 'Rare' && g.recordings === 1,
    ),
  );
});
