import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  playStateName,
  playStates,
  provenanceName,
  provenances,
  sourceName,
  sources,
} from '#foundation/kernel/counting.ts';
import { newId } from '#foundation/kernel/ids.ts';
import { hourMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { recordPlays } from './record-plays.ts';
import { aDevice, aRecording, playsContext, testNow } from './testing.ts';

// kernel/counting.ts and the SQL say the same words, and no number without a word is taken for one.

const { db } = await testDatabase({ after });
const numbers = Array.from({ length: 20 }, (_, n) => n - 5);

test('SQL calls every stored number as the kernel does, and numbers without a word by none', async () => {
  for (const [name, words] of [
    ['source_name', sources],
    ['state_name', playStates],
    ['provenance_name', provenances],
  ] as const) {
    const { rows } = await db.pool.query<{ n: number; word: string | null }>(
      `select n, plays.${name}(n::smallint) as word from unnest($1::int[]) as n order by n`,
      [numbers],
    );
    assert.equal(rows.length, numbers.length);
    for (const { n, word } of rows) assert.equal(word, words[n] ?? null, `${name}(${n})`);
  }
});

test('a number without a word is unknown, and never counted', () => {
  for (const n of [-1, 99, Number.NaN]) {
    assert.equal(playStateName(n), 'unknown');
    assert.equal(sourceName(n), 'unknown');
    assert.equal(provenanceName(n), 'unknown');
  }
});

async function insertPlay(source: number, state: number, provenance: number): Promise<string> {
  const key = newId();
  await db.pool.query(
    `insert into plays.play (device_id, key, started_at, recording_id, played_ms, source, state, provenance, received_at)
     values ($1, $2, '2026-10-15T12:00:00Z', $3, 1000, $4, $5, $6, now())`,
    [newId(), key, newId(), source, state, provenance],
  );
  return key;
}

test('the tables of plays take the words the kernel has and no other number', async () => {
  await db.pool.query("select plays.make_month('2026-10-01')");
  for (const [n] of sources.entries()) await insertPlay(n, 0, 3);
  for (const [n] of playStates.entries()) await insertPlay(0, n, 3);
  for (const [n] of provenances.entries()) await insertPlay(0, 0, n);
  for (const wrong of [
    [sources.length, 0, 3],
    [0, playStates.length, 3],
    [0, 0, provenances.length],
    [-1, 0, 3],
  ])
    await assert.rejects(insertPlay(wrong[0]!, wrong[1]!, wrong[2]!), /violates check constraint/);
  const bucket = (source: number, provenance: number) =>
    db.pool.query(
      `insert into plays.hourly (recording_id, hour, source, territory, provenance, plays, played_ms) values ($1, now(), $2, '', $3, 1, 1)`,
      [newId(), source, provenance],
    );
  await bucket(0, 0);
  await assert.rejects(bucket(sources.length, 0), /violates check constraint/);
  await assert.rejects(bucket(0, provenances.length), /violates check constraint/);
});

test('only counted plays are published as counted', async () => {
  const before = await db.pool.query<{ n: number }>(
    'select count(*)::int as n from plays.public_counted',
  );
  for (const [n] of playStates.entries()) await insertPlay(0, n, 3);
  const { rows } = await db.pool.query<{ n: number }>(
    'select count(*)::int as n from plays.public_counted',
  );
  assert.equal(rows[0]!.n, before.rows[0]!.n + 1);
});

test('every provenance kept as text is held to the words of the kernel', async () => {
  const { rows } = await db.pool.query<{ place: string; checks: string[] }>(
    `select n.nspname || '.' || c.relname as place,
       array(select pg_get_constraintdef(k.oid) from pg_constraint k
         where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]) as checks
     from pg_attribute a
     join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
     join pg_namespace n on n.oid = c.relnamespace
     where a.attname = 'provenance' and a.atttypid = 'text'::regtype
     order by 1`,
  );
  assert.ok(rows.length > 12, `${rows.length} tables`);
  for (const { place, checks } of rows) {
    const words = checks.flatMap((check) => [...check.matchAll(/'(\w+)'::text/g)].map((m) => m[1]));
    assert.ok(words.length > 0, `${place} has no check of its provenance`);
    const foreign = words.filter((word) => !(provenances as readonly unknown[]).includes(word));
    assert.deepEqual(foreign, [], place);
  }
});

test('plays.public_hourly shows each bucket in words, and adds up to the counted plays', async () => {
  const ctx = playsContext(db);
  const recordingId = await aRecording(db);
  const reporter = await aDevice(db, { territory: 'RW' });
  const report = (hour: number, source: string) => ({
    key: newId(),
    startedAt: toIso((testNow - hour * hourMs) as Instant),
    playedMs: 30_000,
    source,
    recording: { id: recordingId },
  });
  await recordPlays(ctx, reporter, null, [
    report(30, 'venue'),
    report(30, 'venue'),
    report(50, 'radio'),
  ]);
  const { rows } = await db.pool.query(
    'select source, territory, provenance, plays::int, played_ms::int from plays.public_hourly where recording_id = $1 order by source',
    [recordingId],
  );
  const same = { territory: 'RW', provenance: 'counted' };
  assert.deepEqual(rows, [
    { ...same, source: 'radio', plays: 1, played_ms: 30_000 },
    { ...same, source: 'venue', plays: 2, played_ms: 60_000 },
  ]);
});

test('every column of plays.public_hourly is documented', async () => {
  const { rows } = await db.pool.query<{ name: string; about: string | null }>(
    `select attname as name, col_description(attrelid, attnum) as about
     from pg_attribute where attrelid = 'plays.public_hourly'::regclass and attnum > 0`,
  );
  assert.equal(rows.length, 7);
  for (const { name, about } of rows) assert.ok(about, name);
});

test('one file writes plays.hourly', async () => {
  const src = path.resolve(import.meta.dirname, '../..');
  const writers: string[] = [];
  let files = 0;
  for (const file of await readdir(src, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    files += 1;
    const text = await readFile(path.join(src, file), 'utf8');
    if (/(insert\s+into|update|delete\s+from|merge\s+into|truncate)\s+plays\.hourly/i.test(text))
      writers.push(file);
  }
  assert.ok(files > 200, `${files} files`);
  assert.deepEqual(writers, ['counting/plays/move-hourly.ts']);
});
