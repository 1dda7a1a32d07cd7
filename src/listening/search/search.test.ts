import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { addRecordings, mergeRecordings, type RecordingDraft } from '#catalogue/catalog/index.ts';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { editPlaylist, makePlaylist } from '#listening/playlists/index.ts';
import type { SearchOut } from './contract.ts';
import { evaluateSearch } from './evaluate-search.ts';
import { openNames } from './keep-names.ts';
import { kinds } from './hits.ts';
import { NameIndex } from './name-index.ts';
import { openSearch } from './room.ts';
import { wordsOf } from './words-of.ts';

const { db } = await testDatabase({ after });
const log = createLog('silent');
/** What is heard together is another room's: here everything of Wizkid is like City Boys. */
const similarTo = async (): Promise<readonly string[]> => [cityBoys!, amahoro!];
const room = openSearch({ db, log, demo: false, similarTo });
const gatekeeper: Gatekeeper = {
  permits: () => false,
  identify: async ({ headers: { authorization = '' } }) =>
    authorization === ''
      ? { kind: 'anonymous' }
      : { kind: 'user', userId: authorization as UserId, roles: [], sessionId: null },
};
const app = await createWebServer({
  log,
  metrics: createMetrics('test'),
  corsOrigins: [],
  trustProxy: null,
  https: null,
  version: 'test',
});
room.serve!({ app, gatekeeper });
after(() => app.close());

async function add(
  ...drafts: readonly (Partial<RecordingDraft> & { title: string; artist: string })[]
): Promise<readonly RecordingId[]> {
  const added = await db.tx((tx) =>
    addRecordings(
      tx,
      drafts.map((draft) => ({ durationMs: 180_000, provenance: 'import', ...draft })),
    ),
  );
  return added.map(({ recordingId }) => recordingId);
}

async function find(query: Record<string, string | number>, who = ''): Promise<SearchOut> {
  const response = await app.inject({
    url: `/api/v1/search?${new URLSearchParams(query as Record<string, string>)}`,
    headers: who === '' ? {} : { authorization: who },
  });
  assert.equal(response.statusCode, 200, response.body);
  return response.json();
}

/** Names in the order found. */
function names(found: SearchOut): readonly string[] {
  const all = [...found.artists, ...found.labels, ...found.playlists].map(
    ({ id, name }) => [id as string, name] as const,
  );
  const titled = [...found.recordings, ...found.releases].map(
    ({ id, title }) => [id as string, title] as const,
  );
  const byId = new Map([...all, ...titled]);
  return found.order.map(({ id }) => byId.get(id)!);
}

const [essence, , , , cityBoys, amahoro] = await add(
  { title: 'Essence', artist: 'Wizkid', isrc: 'QZES72000001', genres: ['Afrobeats'], year: 2020 },
  { title: 'Ọlọ́run Ti Dá', artist: 'Adékúnlé Gold', genres: ['Afropop'], year: 2021 },
  { title: 'Loi', artist: 'Koffi Olomidé', genres: ['Ndombolo'], year: 1997 },
  { title: 'Bank Alert', artist: 'P-Square', genres: ['Afropop'], year: 2016 },
  { title: 'City Boys', artist: 'Burna Boy', genres: ['Afrobeats'], year: 2023 },
  {
    title: 'Amahoro',
    artist: 'Kigali Voices',
    release: {
      title: 'Imisozi',
      artist: 'Kigali Voices',
      label: 'Thousand Hills Records',
      gtin: '0602435087252',
    },
    genres: ['Gakondo'],
    year: 2022,
  },
  { title: 'Ndagukunda', artist: 'Bruce Melodie', genres: ['Afropop'], year: 2022 },
  { title: 'Ni Forever', artist: 'The Ben', genres: ['R&B'], year: 2023 },
  { title: 'Fire', artist: "D'banj", genres: ['Afropop'], year: 2012 },
);
await room.search.names.renew();

test('a name is found unfinished, misspelt, without its accents, in any order and written together or apart', async () => {
  for (const [typed, wanted] of [
    ['wizkid', 'Wizkid'],
    ['Wiz Kid', 'Wizkid'],
    ['wizk', 'Wizkid'],
    ['wixkid', 'Wizkid'],
    ['burna boi', 'Burna Boy'],
    ['boy burna', 'Burna Boy'],
    ['brna bouy', 'Burna Boy'],
    ['koffi olomide', 'Koffi Olomidé'],
    ['Kofi Olomidé', 'Koffi Olomidé'],
    ['adekunle', 'Adékúnlé Gold'],
    ['Ọlọ́run', 'Ọlọ́run Ti Dá'],
    ['olorun', 'Ọlọ́run Ti Dá'],
    ['psquare', 'P-Square'],
    ['p square', 'P-Square'],
    ['dbanj', "D'banj"],
    ['d banj', "D'banj"],
    ['the ben', 'The Ben'],
    ['bruce melody', 'Bruce Melodie'],
    ['essence wizkid', 'Essence'],
    ['wiz kid essence', 'Essence'],
    ['essense', 'Essence'],
    ['thousand hills', 'Thousand Hills Records'],
    ['imisozi', 'Imisozi'],
  ] as const) {
    assert.equal(names(await find({ q: typed }))[0], wanted, typed);
  }
});

test('an ISRC and a GTIN are found as they are written, with hyphens, spaces and leading zeros', async () => {
  for (const q of ['QZES72000001', 'qz-es7-20-00001', 'ISRC QZES72000001'])
    assert.deepEqual((await find({ q })).order[0], { kind: 'recording', id: essence }, q);
  for (const q of ['0602435087252', '602435087252', '0 602435 087252'])
    assert.equal(names(await find({ q }))[0], 'Imisozi', q);
});

test('what matches equally is in the order of counted plays, and a name itself comes before those that it begins', async () => {
  const [quiet, loud] = await add(
    { title: 'Umunsi', artist: 'Quiet One' },
    { title: 'Umunsi', artist: 'Loud One' },
    { title: 'Umunsi Mukuru', artist: 'Loudest One' },
  );
  await db.pool.query(
    `insert into plays.hourly (recording_id, hour, source, territory, provenance, plays, played_ms)
     values ($1, '2026-11-20T10:00Z', 0, 'RW', 3, 5000, 1)`,
    [loud],
  );
  await room.search.names.renew();
  const { recordings } = await find({ q: 'umunsi' });
  assert.deepEqual(
    recordings.map(({ id, title }) => (id === loud ? 'loud' : id === quiet ? 'quiet' : title)),
    ['loud', 'quiet', 'Umunsi Mukuru'],
  );
});

test('kinds, genre and year narrow what is found, and each facet counts what its other values would find', async () => {
  const found = await find({ q: 'a', limit: 50, genre: 'Afropop', kinds: 'recording' });
  assert.ok(found.recordings.length > 0);
  assert.ok(found.recordings.every(({ genres }) => genres.includes('Afropop')));
  assert.deepEqual([found.artists, found.releases, found.labels], [[], [], []]);
  assert.ok(found.facets.genres.some(({ value }) => value === 'Gakondo'));
  assert.ok(found.facets.kinds.some(({ value }) => value === 'artist'));
  const in2023 = await find({ q: 'ni forever', year: 2023 });
  assert.equal(names(in2023)[0], 'Ni Forever');
  assert.deepEqual(names(await find({ q: 'ni forever', year: 2001 })), []);
});

test('what the catalogue learns, renames or merges is found so after its event, and after a restart', async () => {
  const [fresh, twin] = await add(
    { title: 'Inzovu', artist: 'Newcomer' },
    { title: 'Inzovu Nini', artist: 'Newcomer' },
  );
  assert.deepEqual(names(await find({ q: 'inzovu' })), []);
  await room.search.names.follow([fresh!, twin!]);
  assert.deepEqual(names(await find({ q: 'inzovu' })), ['Inzovu', 'Inzovu Nini']);
  assert.equal(names(await find({ q: 'newcomer' }))[0], 'Newcomer');

  const ctx = { db, now: () => 0 as Instant, permits: () => true };
  await mergeRecordings(ctx, { fromId: twin!, intoId: fresh! }, newId<'user'>());
  // Before its event too: memory finds it, the database no longer shows it.
  assert.deepEqual(names(await find({ q: 'inzovu', kinds: 'recording' })), ['Inzovu']);
  await room.search.names.follow([twin!, fresh!]);
  assert.deepEqual(names(await find({ q: 'inzovu', kinds: 'recording' })), ['Inzovu']);

  const restarted = openNames({ db, log, demo: false });
  const { index, isComplete } = await restarted.current();
  assert.equal(isComplete, true);
  assert.equal(index.size, (await room.search.names.current()).index.size);
});

test("a playlist that is somebody's own is found by that person alone and counts for nobody else", async () => {
  const [owner, stranger] = [newId<'user'>(), newId<'user'>()];
  const id = await makePlaylist({ db }, owner, 'Zahabu ya nijoro', [essence!, cityBoys!]);
  assert.equal(typeof id, 'string');
  await room.search.names.renew();
  assert.deepEqual(names(await find({ q: 'zahabu' }, owner)), ['Zahabu ya nijoro']);
  for (const who of ['', stranger]) {
    const found = await find({ q: 'zahabu' }, who);
    assert.deepEqual([found.order, found.playlists, found.facets.kinds], [[], [], []]);
    assert.deepEqual(found.nearest, []);
  }
  await editPlaylist({ db }, owner, id as never, { isPublic: true });
  await room.search.names.renew();
  const [seen] = (await find({ q: 'zahabu' }, stranger)).playlists;
  assert.deepEqual([seen?.name, seen?.isMine, seen?.entries], ['Zahabu ya nijoro', false, 2]);
  // Hidden again, and memory does not know it yet.
  await editPlaylist({ db }, owner, id as never, { isPublic: false });
  assert.deepEqual((await find({ q: 'zahabu' }, stranger)).order, []);
});

test('where nothing is found the nearest names are said', async () => {
  const found = await find({ q: 'kigalivxcs' });
  assert.deepEqual(found.order, []);
  assert.deepEqual(found.nearest, ['Kigali Voices']);
});

test('what is asked beyond the bounds is refused by its field', async () => {
  for (const query of [
    'q=',
    `q=${'a'.repeat(201)}`,
    'q=a&kinds=song',
    'q=a&limit=101',
    'q=a&year=12',
    '',
  ]) {
    const response = await app.inject({ url: `/api/v1/search?${query}` });
    assert.equal(response.statusCode, 400, query);
  }
  for (const q of ['%', '!!!', '" or 1=1 --', '\u{1f941}', 'a '.repeat(100), '٣٣٣', '᠎ x'])
    assert.equal(
      (await app.inject({ url: `/api/v1/search?q=${encodeURIComponent(q)}` })).statusCode,
      200,
      q,
    );
});

test('any one error in a name of eight letters or more still finds it, and no text makes the search fail', () => {
  const index = new NameIndex();
  const known = [
    'Bruce Melodie',
    'Yemi Alade',
    'Fally Ipupa',
    'Tiwa Savage',
    'Burna Boy',
    'Innoss B',
  ];
  for (const name of known)
    index.add({
      kind: 'artist',
      id: name,
      names: [name],
      by: [],
      plays: 0,
      genres: [],
      year: null,
      tempo: null,
      owner: null,
    });
  const search = (q: string) =>
    index.search({
      words: wordsOf(q),
      kinds: new Set(kinds),
      genre: null,
      year: null,
      asker: null,
      limit: 5,
    }).hits;
  fc.assert(
    fc.property(
      fc.constantFrom(...known.filter((name) => name.length >= 8)),
      fc.nat(),
      fc.constantFrom('drop', 'add', 'change', 'swap'),
      fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
      (name, where, how, letter) => {
        const at = where % name.length;
        const rest = name.slice(at + 1);
        const typed = {
          drop: name.slice(0, at) + rest,
          add: name.slice(0, at) + letter + name.slice(at),
          change: name.slice(0, at) + letter + rest,
          swap: name.slice(0, at) + rest.slice(0, 1) + name[at]! + rest.slice(1),
        }[how]!;
        assert.equal(search(typed)[0]?.id, name, typed);
      },
    ),
    { numRuns: 400 },
  );
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (q) => void search(q)));
});

test('the search is judged by questions whose answers are known', async () => {
  const quality = await evaluateSearch(room.search, [
    { q: 'wizkd', expect: 'Wizkid' },
    { q: 'amahoro', expect: amahoro! },
    { q: 'qqqqqqq', expect: 'Wizkid' },
    { q: 'boy', expect: 'City Boys' },
  ]);
  assert.equal(quality.questions, 4);
  assert.equal(quality.hit1, 0.5);
  assert.ok(quality.mrr > 0.5 && quality.mrr < 1);
  assert.deepEqual(
    quality.missed.map(({ got }) => got),
    [null, 'burna boy'],
  );
});

test('words of mood, genre and time find recordings that fit, and a name is never taken for them', async () => {
  const fitting = async (q: string): Promise<readonly string[] | null> =>
    (await find({ q })).context?.recordings.map(({ title }) => title) ?? null;
  assert.deepEqual(await fitting('ndombolo for a party'), ['Loi']);
  assert.deepEqual(await fitting('slow ndombolo'), null); // none is slow
  assert.deepEqual(await fitting('ndombolo 90s'), ['Loi']);
  assert.deepEqual(await fitting('gakondo du dimanche'), ['Amahoro']);
  assert.deepEqual(await fitting('Afrobeats 2020'), ['Essence']);
  assert.deepEqual(await fitting('like wizkd'), ['City Boys', 'Amahoro']);
  assert.deepEqual(await fitting('like Wizkid but slower'), ['Amahoro']);
  assert.equal((await find({ q: 'comme wizkid mais plus lent' })).context?.like, 'Wizkid');
  for (const name of ['wizkid', 'fire', 'city boys', 'ni forever', 'the ben', 'slow wizkid'])
    assert.equal((await find({ q: name })).context, null, name);
});

test('a name in Ethiopic, Arabic, Cyrillic or Greek letters is found by Latin ones, and the other way round', async () => {
  const ids = await add(
    { title: 'ጥቁር ሰው', artist: 'ቴዲ አፍሮ' },
    { title: 'نسم علينا الهوى', artist: 'فيروز' },
    { title: 'Группа крови', artist: 'Кино' },
    { title: 'Ζορμπάς', artist: 'Μίκης Θεοδωράκης' },
  );
  await room.search.names.follow(ids);
  for (const [typed, wanted] of [
    ['teddy afro', 'ቴዲ አፍሮ'],
    ['ቴዲ', 'ቴዲ አፍሮ'],
    ['fairuz', 'فيروز'],
    ['gruppa krovi', 'Группа крови'],
    ['kino', 'Кино'],
    ['mikis theodorakis', 'Μίκης Θεοδωράκης'],
    ['визкид', 'Wizkid'],
  ] as const)
    assert.equal(names(await find({ q: typed }))[0], wanted, typed);
});
