import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { normaliseArtist, normaliseTitle } from './match-text.ts';
import { existingRecordings, resolveRecordings } from './resolve-recordings.ts';

const { db } = await testDatabase({ after });

async function addRecording(
  title: string,
  artist: string,
  isrc: string | null,
  durationMs: number | null = null,
  mergedInto: string | null = null,
): Promise<RecordingId> {
  const id = newId<'recording'>();
  await db.pool.query(
    `insert into catalog.recording (id, title, artist_name, match_title, match_artist, isrc, duration_ms, merged_into, provenance)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'import')`,
    [
      id,
      title,
      artist,
      normaliseTitle(title),
      normaliseArtist(artist),
      isrc,
      durationMs,
      mergedInto,
    ],
  );
  return id;
}

test('an ISRC decides before title and artist do', async () => {
  const wanted = await addRecording('Kigali', 'Ada', 'RWAAA2400001');
  const other = await addRecording('Goma', 'Ada', null);
  const found = await resolveRecordings(db, [
    { isrc: 'rw-aaa-24-00001', title: 'Goma', artist: 'Ada' },
    { isrc: 'RWAAA2499999', title: 'goma', artist: 'ADA' },
    { isrc: 'RWAAA2499999' },
    {},
  ]);
  assert.deepEqual(found, [wanted, other, null, null]);
});

test('an ISRC that two recordings claim decides nothing, so title and artist may', async () => {
  const a = await addRecording('Ituri', 'Bo', 'RWAAA2400002');
  await addRecording('Uvira', 'Bo', 'RWAAA2400002');
  assert.deepEqual(
    await resolveRecordings(db, [
      { isrc: 'RWAAA2400002' },
      { isrc: 'RWAAA2400002', title: 'Ituri', artist: 'Bo' },
    ]),
    [null, a],
  );
});

test('of two recordings of one title the duration chooses, within 7 s or 5 %; without one it is ambiguous', async () => {
  const short = await addRecording('Lagos', 'Cee', null, 180_000);
  const long = await addRecording('Lagos', 'Cee', null, 400_000);
  const found = await resolveRecordings(db, [
    { title: 'Lagos', artist: 'Cee', durationMs: 189_000 },
    { title: 'Lagos', artist: 'Cee', durationMs: 190_000 },
    { title: 'Lagos', artist: 'Cee', durationMs: 381_000 },
    { title: 'Lagos', artist: 'Cee' },
  ]);
  assert.deepEqual(found, [short, null, long, null]);
});

test('a merged recording answers as the one it was merged into', async () => {
  const stays = await addRecording('Jos', 'Dee', 'NGAAA2400001');
  await addRecording('Jos (Live)', 'Dee', 'NGAAA2400002', null, stays);
  assert.deepEqual(
    await resolveRecordings(db, [{ isrc: 'NGAAA2400002' }, { title: 'jos live', artist: 'dee' }]),
    [stays, stays],
  );
});

test('ten thousand references cost two queries and well under a second', async () => {
  await db.pool.query(
    `insert into catalog.recording (id, title, artist_name, match_title, match_artist, provenance)
     select gen_random_uuid(), 'Bulk ' || n, 'Crowd', 'bulk ' || n, 'crowd', 'import' from generate_series(1, 20000) n`,
  );
  const refs = Array.from({ length: 10_000 }, (_, i) => ({
    title: `Bulk ${i + 1}`,
    artist: 'Crowd',
    isrc: `USAAA24${String(i).padStart(5, '0')}`,
  }));
  const began = performance.now();
  const found = await resolveRecordings(db, refs);
  assert.ok(found.every((id) => id !== null));
  assert.ok(performance.now() - began < 3_000, `${performance.now() - began} ms`);
});

test('only ids of recordings exist', async () => {
  const known = await addRecording('Ede', 'Eve', null);
  assert.deepEqual([...(await existingRecordings(db, [known, newId<'recording'>()]))], [known]);
});
