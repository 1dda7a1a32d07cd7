import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { addRecordings } from './add-recordings.ts';
import type { RecordingDraft } from './draft.ts';

const { db } = await testDatabase({ after });
const add = (...drafts: RecordingDraft[]) => db.tx((tx) => addRecordings(tx, drafts));
const rows = async <T>(text: string, ...values: unknown[]): Promise<T[]> =>
  (await db.pool.query(text, values)).rows as T[];

const draft = (over: Partial<RecordingDraft> & { title: string }): RecordingDraft => ({
  artist: 'Amara',
  durationMs: 180_000,
  provenance: 'import',
  ...over,
});
const album = (title: string, track: number | null, artist: string | null = 'Amara') => ({
  title,
  artist,
  track,
});

test('a recording arrives with its artists, party, label, release, track, work, credit and split', async () => {
  const [added] = await add(
    draft({
      title: 'Ndi Hano',
      artist: 'Amara feat. Bisi',
      isrc: 'RW-AAA-24-00011',
      genres: ['Afrobeat', 'Afrobeat'],
      release: {
        title: 'First',
        artist: 'Amara',
        label: 'Drum House',
        gtin: '825646846917',
        track: 3,
        disc: 1,
      },
      credits: [{ name: 'Chidi Obi', role: 'composer' }],
      works: [{ title: 'Ndi Hano', iswc: 'T-034.524.680-1' }],
    }),
  );
  assert.equal(added!.outcome, 'added');
  const [row] = await rows<Record<string, unknown>>(
    `select r.title, r.isrc, r.isrc_valid, r.genres, rel.title as release, rel.gtin_valid, l.name as label, t.position, w.iswc_valid, w.iswc,
       (select array_agg(a.name || ' ' || ra.role order by ra.position) from catalog.recording_artist ra join catalog.artist a on a.id = ra.artist_id where ra.recording_id = r.id) as artists,
       (select array_agg(p.name || ' ' || c.role) from catalog.credit c join catalog.party p on p.id = c.party_id where c.recording_id = r.id) as credits,
       (select array_agg(s.party_name || ' ' || s.basis_points || ' ' || s."right" || ' ' || s.valid_from) from catalog.public_split s where s.recording_id = r.id) as splits
     from catalog.recording r join catalog.release_track t on t.recording_id = r.id join catalog.release rel on rel.id = t.release_id
     join catalog.label l on l.id = rel.label_id join catalog.recording_work rw on rw.recording_id = r.id join catalog.work w on w.id = rw.work_id
     where r.id = $1`,
    added!.recordingId,
  );
  assert.deepEqual(row, {
    title: 'Ndi Hano',
    isrc: 'RWAAA2400011',
    isrc_valid: true,
    genres: ['Afrobeat'],
    release: 'First',
    gtin_valid: true,
    label: 'Drum House',
    position: 3,
    iswc_valid: true,
    iswc: 'T0345246801',
    artists: ['Amara main', 'Bisi featured'],
    credits: ['Chidi Obi composer'],
    splits: ['Amara 10000 master 1970-01-01'],
  });
});

test('the same draft twice, in one batch or two, is one recording', async () => {
  const d = draft({ title: 'Twice', release: album('First', 4) });
  const [a, b] = await add(d, d);
  const [c] = await add(d);
  assert.equal(a!.recordingId, b!.recordingId);
  assert.equal(a!.recordingId, c!.recordingId);
  assert.deepEqual([a!.outcome, b!.outcome, c!.outcome], ['added', 'known', 'known']);
});

test('other tags of one file: less is the recording that says more, and more that which said less', async () => {
  const [rich] = await add(draft({ title: 'Umuganda', release: album('Second', 1) }));
  const [poor] = await add(draft({ title: 'umuganda', durationMs: 181_500 }));
  assert.equal(poor!.recordingId, rich!.recordingId);
  const [first] = await add(draft({ title: 'Igare' }));
  const [then] = await add(
    draft({ title: 'Igare', release: album('Second', 2), durationMs: 179_000 }),
  );
  assert.equal(then!.recordingId, first!.recordingId);
  const [{ n }] = (await rows<{ n: number }>(
    'select count(*)::int as n from catalog.release_track where recording_id = $1',
    first!.recordingId,
  )) as [{ n: number }];
  assert.equal(n, 1);
});

test('an album whose tracks all carry one ISRC stays an album', async () => {
  const added = await add(
    ...[1, 2, 3].map((track) =>
      draft({
        title: `Part ${track}`,
        isrc: 'RWAAA2400077',
        durationMs: track * 100_000,
        release: album('Careless', track),
      }),
    ),
  );
  assert.equal(new Set(added.map((a) => a.recordingId)).size, 3);
});

test('one ISRC with other words is one recording when the length agrees', async () => {
  const [a] = await add(draft({ title: 'Kwa Heri', isrc: 'KEAAA2400001' }));
  const [b] = await add(
    draft({
      title: 'Kwaheri (Goodbye)',
      artist: 'Amara Music',
      isrc: 'KEAAA2400001',
      durationMs: 182_000,
    }),
  );
  assert.equal(a!.recordingId, b!.recordingId);
});

test('two lengths of one title without a release are two recordings, found again by their lengths', async () => {
  const short = draft({ title: 'Solo', durationMs: 120_000 });
  const long = draft({ title: 'Solo', durationMs: 300_000 });
  const first = await add(short, long);
  const second = await add(long, short);
  assert.notEqual(first[0]!.recordingId, first[1]!.recordingId);
  assert.deepEqual(
    [second[1]!.recordingId, second[0]!.recordingId],
    first.map((a) => a.recordingId),
  );
});

test('without an artist nobody has a split, and only its place tells an untagged file from another', async () => {
  const [a, b, c] = await add(
    draft({ title: 'track01', artist: null, place: '/m/one' }),
    draft({ title: 'track01', artist: null, place: '/m/two' }),
    draft({ title: 'track01', artist: null, place: '/m/one' }),
  );
  assert.equal(a!.recordingId, c!.recordingId);
  assert.notEqual(a!.recordingId, b!.recordingId);
  assert.deepEqual(
    await rows('select 1 from catalog.split where recording_id = any($1)', [
      a!.recordingId,
      b!.recordingId,
    ]),
    [],
  );
});

test('described again, the words follow, what a person edited stays, and the assumed split follows the artist', async () => {
  const [a] = await add(
    draft({
      title: 'Wrng Title',
      artist: 'Wrong Artist',
      release: album('Third', 9, 'Wrong Artist'),
    }),
  );
  await rows(
    `update catalog.recording set year = 1999, edited = '{year}' where id = $1`,
    a!.recordingId,
  );
  const [again] = await add(
    draft({
      title: 'Right Title',
      artist: 'Right Artist',
      year: 2020,
      release: album('Third', 1, 'Right Artist'),
      again: a!.recordingId,
    }),
  );
  assert.deepEqual(again, { recordingId: a!.recordingId, outcome: 'described' });
  const [row] = await rows<Record<string, unknown>>(
    `select r.title, r.artist_name, r.match_title, r.year, t.position, rel.artist_name as release_artist
     from catalog.recording r join catalog.release_track t on t.recording_id = r.id join catalog.release rel on rel.id = t.release_id where r.id = $1`,
    a!.recordingId,
  );
  assert.deepEqual(row, {
    title: 'Right Title',
    artist_name: 'Right Artist',
    match_title: 'right title',
    year: 1999,
    position: 1,
    release_artist: 'Right Artist',
  });
  const splits = await rows<{ version: number; party_name: string }>(
    'select version, party_name from catalog.public_split where recording_id = $1 order by version',
    a!.recordingId,
  );
  assert.deepEqual(splits, [
    { version: 1, party_name: 'Wrong Artist' },
    { version: 2, party_name: 'Right Artist' },
  ]);
});

test('tracks of several artists in one folder without an album artist are a compilation', async () => {
  const added = await add(
    ...['Ada', 'Bola', 'Chi', 'Dayo'].map((artist, i) =>
      draft({
        title: `Song ${i}`,
        artist,
        place: '/m/mixtape',
        release: { title: 'Mixtape', artist: null, track: i + 1 },
      }),
    ),
  );
  const found = await rows<Record<string, unknown>>(
    'select distinct rel.kind, rel.artist_name, rel.artist_id from catalog.release rel join catalog.release_track t on t.release_id = rel.id where t.recording_id = any($1)',
    added.map((a) => a.recordingId),
  );
  assert.deepEqual(found, [
    { kind: 'compilation', artist_name: 'Various artists', artist_id: null },
  ]);
});

test('tracks without numbers keep their order after those that have one', async () => {
  const added = await add(
    ...['a', 'b', 'c'].map((title) =>
      draft({ title: `Unnumbered ${title}`, release: album('Loose', null) }),
    ),
  );
  const found = await rows<{ recording_id: RecordingId }>(
    'select t.recording_id from catalog.release_track t where t.recording_id = any($1) order by position',
    added.map((a) => a.recordingId),
  );
  assert.deepEqual(
    found.map((f) => f.recording_id),
    added.map((a) => a.recordingId),
  );
});

test('new and changed recordings are told to whoever waits for them, in the same transaction', async () => {
  await rows('delete from platform.outbox');
  await assert.rejects(
    db.tx(async (tx) => {
      await addRecordings(tx, [draft({ title: 'Never' })]);
      throw new Error('undone');
    }),
  );
  const [a] = await add(draft({ title: 'Told' }));
  await add(draft({ title: 'Told' }));
  const events = await rows<{ topic: string; payload: { recordingIds: string[] } }>(
    'select topic, payload from platform.outbox',
  );
  assert.deepEqual(events, [
    { topic: 'catalog.recordingsLearned', payload: { recordingIds: [a!.recordingId] } },
  ]);
});

test('hostile text is stored as readable text', async () => {
  const [a] = await add(
    draft({
      title: 'Zero\u0000byte \ud800 \u202e',
      artist: '\u0007Bell',
      isrc: '\u0000',
      release: album('\u0001', 1),
    }),
  );
  const [row] = await rows<{ title: string; artist_name: string; isrc: null }>(
    'select title, artist_name, isrc from catalog.recording where id = $1',
    a!.recordingId,
  );
  assert.equal(row!.artist_name, 'Bell');
  assert.equal(row!.isrc, null);
  assert.match(row!.title, /^Zero byte/);
});

test('five hundred recordings are added in well under two seconds', async () => {
  const drafts = Array.from({ length: 500 }, (_, i) =>
    draft({
      title: `Bulk ${i}`,
      artist: `Crowd ${i % 50}`,
      release: album(`Bulk album ${i % 40}`, i),
    }),
  );
  const began = performance.now();
  await add(...drafts);
  assert.ok(performance.now() - began < 2_000, `${performance.now() - began} ms`);
});
