import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, minuteMs, secondMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { auditMerging } from './audit-merging.ts';
import { auditPlays } from './audit-plays.ts';
import { ensureOwnDevice } from './enrol-device.ts';
import type { Reporter } from './read-report.ts';
import { recordPlays } from './record-plays.ts';
import { aDevice, aRecording, playsContext, testNow } from './testing.ts';

// Merging is a function of the set of evidence, at any size of batch, in any order, through the real writer.

const { db } = await testDatabase({ after });
const ctx = playsContext(db);
const bar = { lat: -1.95, lon: 30.06, accuracyM: 10 };

type Told = {
  readonly by: number;
  readonly key: string;
  readonly startS: number;
  readonly playedS: number;
  readonly recording: number;
};

async function countWith(
  reporters: readonly Reporter[],
  recordings: readonly RecordingId[],
  told: readonly Told[],
  batchMax: number,
): Promise<readonly string[]> {
  // Batches of one reporter, as the wire has them, in the order in which they are given.
  let batch: Told[] = [];
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    const reporter = reporters[batch[0]!.by]!;
    await recordPlays(
      ctx,
      reporter,
      testNow,
      batch.map((t) => ({
        key: t.key,
        startedAt: toIso((testNow - 20 * dayMs + t.startS * secondMs) as Instant),
        playedMs: t.playedS * secondMs,
        source: t.by === 0 ? 'venue' : 'phone',
        recording: { id: recordings[t.recording]! },
        place: bar,
      })),
    );
    batch = [];
  };
  for (const one of told) {
    if (batch.length > 0 && (batch[0]!.by !== one.by || batch.length >= batchMax)) await send();
    batch.push(one);
  }
  await send();
  const { rows } = await db.pool.query<{ key: string }>(
    'select key from plays.play where state = 0 and recording_id = any($1) order by key',
    [recordings],
  );
  return rows.map((row) => row.key);
}

async function house(count: number) {
  const reporters: Reporter[] = [];
  for (let i = 0; i < count; i++)
    reporters.push(
      await aDevice(db, {
        kind: i === 0 ? 'venue' : 'phone',
        place: bar,
      }),
    );
  return { reporters, recordings: [await aRecording(db), await aRecording(db)] };
}

const toldBy = (by: number): fc.Arbitrary<Omit<Told, 'key'>> =>
  fc.record(
    {
      by: fc.constant(by),
      startS: fc.integer({ min: 0, max: 1_200 }),
      playedS: fc.integer({ min: 20, max: 260 }),
      recording: fc.nat(1),
    },
    { noNullPrototype: true },
  );

test('one set of evidence counts the same in batches of any size and any order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(toldBy(0), toldBy(1), toldBy(2)), { minLength: 2, maxLength: 14 }),
      fc.integer({ min: 1, max: 14 }),
      fc.nat(),
      async (drawn, batchMax, seed) => {
        const told = drawn.map((one, i) => ({
          ...one,
          key: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
        }));
        const shuffled = told.toSorted((a, b) => hash(a.key, seed) - hash(b.key, seed));
        const [first, second] = [await house(3), await house(3)];
        const once = await countWith(first.reporters, first.recordings, told, 1_000);
        const again = await countWith(second.reporters, second.recordings, shuffled, batchMax);
        // Ties between devices are decided by their ids, which differ between the two houses: how many there are does not.
        assert.equal(again.length, once.length);
      },
    ),
    { numRuns: 25 },
  );
  assert.deepEqual(await auditMerging(db), []);
  assert.deepEqual((await auditPlays(db)).differences, []);
});

function hash(key: string, seed: number): number {
  let h = seed >>> 0;
  for (const letter of key) h = Math.imul(h ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return h;
}

test('a chain of overlaps is decided as a whole: a second phone never turns four plays into five', async () => {
  const { reporters, recordings } = await house(3);
  const tell = (by: number, startS: number, playedS: number): Told => ({
    by,
    key: newId(),
    startS: 1_000 + startS,
    playedS,
    recording: 0,
  });
  const boxes = [0, 100, 200, 300].map((s) => tell(0, s, 100));
  const phones = [-20, 80, 180, 280].map((s) => tell(1, s, 100));
  assert.equal((await countWith(reporters, recordings, [...boxes, ...phones], 100)).length, 4);
  assert.equal((await countWith(reporters, recordings, [tell(2, 0, 60)], 100)).length, 4);
  assert.deepEqual(await auditMerging(db), []);
});

test('a mix of five hours is one play, whichever of two reporters arrives first', async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const { reporters, recordings } = await house(2);
    const mix: readonly Told[] = [
      { by: 0, key: newId(), startS: 0, playedS: (5 * hourMs) / secondMs, recording: 0 },
      {
        by: 1,
        key: newId(),
        startS: (4 * hourMs) / secondMs,
        playedS: (30 * minuteMs) / secondMs,
        recording: 0,
      },
    ];
    const counted = await countWith(
      reporters,
      recordings,
      order.map((i) => mix[i!]!),
      10,
    );
    assert.equal(counted.length, 1);
  }
});

test('what one listener tells twice seconds apart is one play through one door or two; a repeat after the end is two', async () => {
  const listener = newId<'user'>() as UserId;
  const doors = {
    stream: await ensureOwnDevice(db, listener, 'player'),
    scrobble: await ensureOwnDevice(db, listener, 'scrobbler'),
  };
  const recordingId = await aRecording(db);
  const tell = async (source: 'stream' | 'scrobble', startS: number): Promise<number> => {
    await recordPlays(ctx, doors[source], testNow, [
      {
        key: newId(),
        startedAt: toIso((testNow - dayMs + startS * secondMs) as Instant),
        playedMs: 180_000,
        source,
        recording: { id: recordingId },
      },
    ]);
    const { rows } = await db.pool.query<{ n: number }>(
      'select count(*)::int as n from plays.play where state = 0 and recording_id = $1',
      [recordingId],
    );
    return rows[0]!.n;
  };
  assert.equal(await tell('scrobble', 0), 1);
  assert.equal(await tell('scrobble', 3), 1);
  assert.equal(await tell('stream', 10), 1);
  assert.equal(await tell('stream', 1), 1);
  assert.equal(await tell('stream', 195), 2);
  assert.deepEqual(await auditMerging(db), []);
});
