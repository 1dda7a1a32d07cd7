import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { hourMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { auditPlays } from './audit-plays.ts';
import { followMerge } from './move-recording.ts';
import { recordPlays } from './record-plays.ts';
import { aDevice, aRecording, playsContext, testNow } from './testing.ts';

const { db } = await testDatabase({ after });
const bar = { lat: -1.9441, lon: 30.0619, accuracyM: 20 };

const pointTo = command({
  name: 'test.pointTo',
  sample: { fromId: '', intoId: '' },
  text: (p: { fromId: string; intoId: string }) => sql`
    update catalog.recording set merged_into = ${p.intoId} where id = ${p.fromId} or merged_into = ${p.fromId}`,
});
const totals = query({
  name: 'test.totals',
  columns: { recordingId: column.uuid<RecordingId>(), plays: column.int8 },
  sample: { ids: [''] },
  text: (p: { ids: readonly string[] }) => sql`
    select recording_id, sum(plays)::bigint as plays from plays.hourly
    where recording_id = any (${p.ids}::uuid[]) group by 1 having sum(plays) <> 0 order by 1`,
});

function play(id: string, minutesAgo: number, source = 'venue') {
  return {
    key: crypto.randomUUID(),
    startedAt: toIso((testNow - hourMs - minutesAgo * 60_000) as Instant),
    playedMs: 60_000,
    source,
    recording: { id },
  };
}

async function countsOf(...ids: readonly RecordingId[]): Promise<readonly number[]> {
  const rows = await db.all(totals, { ids });
  return ids.map((id) => Number(rows.find((row) => row.recordingId === id)?.plays ?? 0));
}

test('plays that name a recording merged into another count on the one that stays, before, while and after', async () => {
  const ctx = playsContext(db);
  const [goes, stays] = [await aRecording(db), await aRecording(db)];
  const device = await aDevice(db);
  await recordPlays(ctx, device, testNow, [play(goes, 0), play(goes, 5), play(stays, 10)]);
  await db.run(pointTo, { fromId: goes, intoId: stays });
  const [warm] = await recordPlays(ctx, device, testNow, [play(goes, 15)]);
  assert.equal(warm!.kind, 'counted');
  await followMerge(db, { fromId: goes, intoId: stays });
  await recordPlays(ctx, device, testNow, [play(goes, 20)]);
  await recordPlays(playsContext(db), device, testNow, [play(goes, 25)]);
  assert.deepEqual(await countsOf(goes, stays), [0, 6]);
  assert.deepEqual((await auditPlays(db)).differences, []);
});

test('a play that looked its recording up before the merge and is written after it is not left behind', async () => {
  const [goes, stays] = [await aRecording(db), await aRecording(db)];
  const device = await aDevice(db);
  const ctx = playsContext(db);
  const reports = Array.from({ length: 30 }, (_, n) =>
    recordPlays(ctx, device, testNow, [play(goes, n * 2)]),
  );
  await db.run(pointTo, { fromId: goes, intoId: stays });
  await followMerge(db, { fromId: goes, intoId: stays });
  await Promise.all(reports);
  assert.deepEqual(await countsOf(goes, stays), [0, 30]);
});

test('a late attempt at an old merge moves plays to where the chain of merges ends', async () => {
  const [a, b, c] = [await aRecording(db), await aRecording(db), await aRecording(db)];
  const device = await aDevice(db);
  await recordPlays(playsContext(db), device, testNow, [play(a, 0)]);
  await db.run(pointTo, { fromId: a, intoId: b });
  await db.run(pointTo, { fromId: b, intoId: c });
  await followMerge(db, { fromId: b, intoId: c });
  await followMerge(db, { fromId: a, intoId: b });
  assert.deepEqual(await countsOf(a, b, c), [0, 0, 1]);
});

test('two reports of one sound under two entries of the catalogue become one play when the entries are merged', async () => {
  const ctx = playsContext(db);
  const [goes, stays] = [await aRecording(db), await aRecording(db)];
  const phone = await aDevice(db, { place: bar });
  const box = await aDevice(db, { kind: 'venue', place: bar });
  const late = play(goes, 0, 'phone');
  const [first] = await recordPlays(ctx, phone, testNow, [late]);
  const [second] = await recordPlays(ctx, box, testNow, [play(stays, 0)]);
  assert.deepEqual([first!.kind, second!.kind], ['counted', 'counted']);
  await db.run(pointTo, { fromId: goes, intoId: stays });
  const merge = { fromId: goes, intoId: stays };
  await followMerge(db, merge);
  await followMerge(db, merge);
  assert.deepEqual(await countsOf(goes, stays), [0, 1]);
  const [again] = await recordPlays(ctx, phone, testNow, [late]);
  assert.equal(again!.kind, 'duplicate');
  assert.deepEqual((await auditPlays(db)).differences, []);
});
