import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { auditPlays } from './audit-plays.ts';
import { matchKeptEvidence } from './match-kept-evidence.ts';
import { playsByDay, playsBySource } from './read-queries.ts';
import { recordPlays, type PlayOutcome } from './record-plays.ts';
import { aDevice, aRecording, playsContext, testNow } from './testing.ts';

const { db } = await testDatabase({ after });

const uuid = (): string => crypto.randomUUID();
const kinds = (outcomes: readonly PlayOutcome[]): string[] =>
  outcomes.map((o) => (o.kind === 'refused' ? o.code : o.kind));
const bar = { lat: -1.9441, lon: 30.0619, accuracyM: 20 };

function play(
  recordingId: RecordingId,
  change: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    key: uuid(),
    seq: 1,
    startedAt: toIso((testNow - hourMs) as Instant),
    playedMs: 180_000,
    source: 'phone',
    recording: { id: recordingId },
    ...change,
  };
}

async function countOf(recordingId: RecordingId): Promise<number> {
  const rows = await db.all(playsByDay, { recordingId, from: null, to: null, demo: true });
  return rows.reduce((sum, row) => sum + Number(row.plays), 0);
}

test('a play is counted, and the same play sent again is a duplicate with the same address', async () => {
  const ctx = playsContext(db);
  const device = await aDevice(db);
  const recordingId = await aRecording(db);
  const report = play(recordingId);
  const [first] = await recordPlays(ctx, device, testNow, [report]);
  const [again] = await recordPlays(ctx, device, testNow, [report]);
  assert.equal(first!.kind, 'counted');
  assert.equal(again!.kind, 'duplicate');
  assert.equal((again as { playId: string }).playId, (first as { playId: string }).playId);
  assert.equal(await countOf(recordingId), 1);
});

test('the same key with another time is refused, in one batch, in the next, and when both arrive at once', async () => {
  const ctx = playsContext(db);
  const device = await aDevice(db);
  const recordingId = await aRecording(db);
  const report = play(recordingId);
  const moved = { ...report, startedAt: toIso((testNow - 2 * hourMs) as Instant) };
  assert.deepEqual(kinds(await recordPlays(ctx, device, testNow, [report, moved])), [
    'counted',
    'KEY_REUSED',
  ]);
  assert.deepEqual(kinds(await recordPlays(ctx, device, testNow, [moved])), ['KEY_REUSED']);
  const other = play(recordingId);
  const racing = await Promise.all(
    [0, 1, 2, 3].map((n) =>
      recordPlays(ctx, device, testNow, [
        { ...other, startedAt: toIso((testNow - n * dayMs) as Instant) },
      ]),
    ),
  );
  assert.deepEqual(racing.flatMap(kinds).sort(), [
    'KEY_REUSED',
    'KEY_REUSED',
    'KEY_REUSED',
    'counted',
  ]);
  assert.equal(await countOf(recordingId), 2);
});

test('a key may name another play more than 60 days away, in one batch as in two', async () => {
  const ctx = playsContext(db);
  const device = await aDevice(db);
  const recordingId = await aRecording(db);
  const at = (days: number, key: string) =>
    play(recordingId, {
      key,
      source: 'import',
      startedAt: toIso((testNow - 200 * dayMs + days * dayMs) as Instant),
    });
  const key = uuid();
  const outcomes = await recordPlays(ctx, device, testNow, [at(0, key), at(61, key), at(59, key)]);
  assert.deepEqual(kinds(outcomes), ['counted', 'counted', 'KEY_REUSED']);
  const again = await recordPlays(ctx, device, testNow, [at(0, key), at(61, key)]);
  assert.deepEqual(kinds(again), ['duplicate', 'duplicate']);
  assert.deepEqual(
    again.map((o) => (o as { playId: string }).playId),
    outcomes.slice(0, 2).map((o) => (o as { playId: string }).playId),
  );
});

test('one bad play in a batch is refused by the name of its field and costs its neighbours nothing', async () => {
  const ctx = playsContext(db);
  const device = await aDevice(db);
  const id = await aRecording(db);
  const outcomes = await recordPlays(ctx, device, testNow, [
    play(id),
    play(id, { key: 'nonsense' }),
    play(id, { playedMs: -1 }),
    play(id, { playedMs: 1.5 }),
    play(id, { source: 'rumour' }),
    play(id, { startedAt: '2026-11-20T10:00:00' }),
    play(id, { startedAt: toIso((testNow + 6 * 60_000) as Instant) }),
    play(id, { startedAt: toIso((testNow - 31 * dayMs) as Instant) }),
    play(id, { recording: { title: ' ', artist: 'x' } }),
    play(id, { recording: null }),
    play(id, { territory: 'rw' }),
    play(id, { place: { lat: 91, lon: 0 } }),
    play(id, { confidence: 2 }),
    play(id, { place: { id: uuid() } }),
    null,
    7,
    [],
    play(id),
  ]);
  assert.deepEqual(
    outcomes.map((o) => (o.kind === 'refused' ? `${o.code} ${o.field}` : o.kind)),
    [
      'counted',
      'VALIDATION_FAILED key',
      'VALIDATION_FAILED playedMs',
      'VALIDATION_FAILED playedMs',
      'VALIDATION_FAILED source',
      'VALIDATION_FAILED startedAt',
      'CLOCK_AHEAD startedAt',
      'TOO_OLD startedAt',
      'VALIDATION_FAILED recording.title',
      'VALIDATION_FAILED recording',
      'VALIDATION_FAILED territory',
      'VALIDATION_FAILED place',
      'VALIDATION_FAILED confidence',
      'UNKNOWN_PLACE place.id',
      'VALIDATION_FAILED play',
      'VALIDATION_FAILED play',
      'VALIDATION_FAILED play',
      'counted',
    ],
  );
  assert.deepEqual(
    outcomes.map((o) => o.index),
    outcomes.map((_, i) => i),
  );
});

test('a scrobble of any age counts, as an import', async () => {
  const ctx = playsContext(db);
  const device = await aDevice(db);
  const id = await aRecording(db);
  const startedAt = toIso(Date.UTC(2009, 3, 5) as Instant);
  assert.deepEqual(
    kinds(
      await recordPlays(ctx, device, testNow, [
        play(id, { startedAt, source: 'scrobble' }),
        play(id, { startedAt, source: 'phone' }),
      ]),
    ),
    ['counted', 'TOO_OLD'],
  );
  const rows = await db.all(playsBySource, { recordingId: id, from: null, to: null, demo: true });
  assert.deepEqual(
    rows.map((r) => [r.key, r.plays]),
    [['7', 1n]],
  );
});

test('a play reported by two devices in one bar counts once, for the more trusted source, whichever came first', async () => {
  for (const venueFirst of [true, false]) {
    const ctx = playsContext(db);
    const id = await aRecording(db);
    const phone = await aDevice(db);
    const box = await aDevice(db, { kind: 'venue', place: bar });
    const near = { lat: bar.lat + 0.0003, lon: bar.lon, accuracyM: 10 }; // 33 m north
    const heardByBox = () => recordPlays(ctx, box, testNow, [play(id, { source: 'venue' })]);
    const heardByPhone = () =>
      recordPlays(ctx, phone, testNow, [
        play(id, {
          place: near,
          startedAt: toIso((testNow - hourMs + 20_000) as Instant),
          playedMs: 60_000,
        }),
      ]);
    const first = await (venueFirst ? heardByBox() : heardByPhone());
    const second = await (venueFirst ? heardByPhone() : heardByBox());
    assert.deepEqual([kinds(first), kinds(second)], [['counted'], ['duplicate']]);
    assert.equal(
      (second[0] as { playId: string }).playId,
      (first[0] as { playId: string }).playId,
      'the answer names the play it joined',
    );
    const rows = await db.all(playsBySource, { recordingId: id, from: null, to: null, demo: true });
    assert.deepEqual(
      rows.map((r) => [r.key, r.plays, r.playedMs]),
      [['2', 1n, 180_000n]],
    );
  }
});

test('one device that hears a sound through two sources reports one play; through one source, two', async () => {
  const ctx = playsContext(db);
  const recordingId = await aRecording(db);
  const device = await aDevice(db, { place: bar });
  const outcomes = await recordPlays(ctx, device, testNow, [
    play(recordingId),
    play(recordingId, { source: 'radio' }),
  ]);
  assert.deepEqual(kinds(outcomes).sort(), ['counted', 'duplicate']);
  assert.equal(await countOf(recordingId), 1);
  await recordPlays(ctx, device, testNow, [play(recordingId)]);
  assert.equal(await countOf(recordingId), 2);
});

test('evidence from two places, of two recordings, or one after the other is not merged', async () => {
  const ctx = playsContext(db);
  const [id, other] = [await aRecording(db), await aRecording(db)];
  const box = await aDevice(db, { kind: 'venue', place: bar });
  const phone = await aDevice(db);
  await recordPlays(ctx, box, testNow, [play(id, { source: 'venue' })]);
  const outcomes = await recordPlays(ctx, phone, testNow, [
    play(id, { place: { lat: bar.lat + 0.001, lon: bar.lon, accuracyM: 10 } }), // 111 m away
    play(other, { place: bar }),
    play(id, { place: bar, startedAt: toIso((testNow - hourMs + 181_000) as Instant) }),
    play(id), // nobody knows where
  ]);
  assert.deepEqual(kinds(outcomes), ['counted', 'counted', 'counted', 'counted']);
  assert.equal(await countOf(id), 4);
});

test('a song on repeat heard by two clocks two seconds apart stays as many plays as were played', async () => {
  const ctx = playsContext(db);
  const id = await aRecording(db);
  const box = await aDevice(db, { kind: 'venue', place: bar });
  const phone = await aDevice(db);
  const repeats = Array.from({ length: 20 }, (_, n) => testNow - 6 * hourMs + n * 180_000);
  await recordPlays(
    ctx,
    phone,
    testNow,
    repeats.map((at) => play(id, { place: bar, startedAt: at + 2_000 })),
  );
  const late = await recordPlays(
    ctx,
    box,
    testNow,
    repeats.map((at) => play(id, { source: 'venue', startedAt: at })),
  );
  assert.ok(late.every((o) => o.kind === 'duplicate'));
  assert.equal(await countOf(id), 20);
});

test('one listener through two doors is one play; two listeners in one room are two', async () => {
  const ctx = playsContext(db);
  const id = await aRecording(db);
  const [player, scrobbler, otherPlayer] = [
    await aDevice(db),
    await aDevice(db),
    await aDevice(db),
  ];
  const [me, you] = [newId<'user'>(), newId<'user'>()];
  const streamed = await recordPlays(ctx, { ...player, listenerId: me }, testNow, [
    play(id, { source: 'stream', place: bar }),
  ]);
  const scrobbled = await recordPlays(ctx, { ...scrobbler, listenerId: me }, testNow, [
    play(id, { source: 'scrobble' }),
  ]);
  const neighbour = await recordPlays(ctx, { ...otherPlayer, listenerId: you }, testNow, [
    play(id, { source: 'stream', place: bar }),
  ]);
  assert.deepEqual([streamed, scrobbled, neighbour].flatMap(kinds), [
    'counted',
    'duplicate',
    'counted',
  ]);
  assert.equal(await countOf(id), 2);
});

test('evidence that matches nothing is kept, and counts when the catalogue learns the recording', async () => {
  const ctx = playsContext(db);
  const device = await aDevice(db);
  const box = await aDevice(db, { kind: 'venue', place: bar });
  const reports = [
    play(newId<'recording'>(), { recording: { isrc: 'rw-abc-26-00001' } }),
    play(newId<'recording'>(), { recording: { title: 'ikirenga', artist: 'nobody yet' } }),
    play(newId<'recording'>(), { recording: { title: 'Never Heard', artist: 'Nobody' } }),
  ];
  assert.deepEqual(kinds(await recordPlays(ctx, device, testNow, reports)), [
    'unmatched',
    'unmatched',
    'unmatched',
  ]);
  assert.deepEqual(kinds(await recordPlays(ctx, device, testNow, reports)), [
    'duplicate',
    'duplicate',
    'duplicate',
  ]);
  // Two reporters of one sound that nobody knew: they merge when it becomes known.
  const unknownId = newId<'recording'>();
  await recordPlays(ctx, device, testNow, [play(unknownId, { place: bar })]);
  await recordPlays(ctx, box, testNow, [play(unknownId, { source: 'venue' })]);

  const byIsrc = await aRecording(db, { isrc: 'RWABC2600001' });
  const byText = await aRecording(db, { title: 'ikirenga', artist: 'nobody yet' });
  assert.equal(await matchKeptEvidence(db, [byIsrc, byText]), 2);
  assert.equal(await matchKeptEvidence(db, [byIsrc, byText]), 0, 'told twice, counted once');
  assert.deepEqual([await countOf(byIsrc), await countOf(byText)], [1, 1]);
  await db.pool.query(
    'insert into catalog.recording (id, title, artist_name, match_title, match_artist, provenance) values ($1, $2, $2, $2, $2, $3)',
    [unknownId, 'x', 'import'],
  );
  assert.equal(await matchKeptEvidence(db, [unknownId]), 2);
  assert.equal(await countOf(unknownId), 1);
});

test('evidence whose recording the catalogue learns between looking up and writing down is not left waiting', async () => {
  const ctx = playsContext(db);
  const device = await aDevice(db);
  let learned: RecordingId | undefined;
  const writer: typeof ctx.writer = {
    async write(evidence) {
      learned = await aRecording(db, { isrc: 'RWA012600777' });
      await matchKeptEvidence(db, [learned]);
      return ctx.writer.write(evidence);
    },
  };
  const report = { ...play(uuid() as RecordingId), recording: { isrc: 'RW-A01-26-00777' } };
  await recordPlays({ ...ctx, writer }, device, testNow, [report]);
  assert.equal(await countOf(learned!), 1);
  assert.deepEqual((await auditPlays(db)).differences, []);
});

test('whatever is repeated, reordered, split, delivered late or at once, the plays and every bucket are the same', async () => {
  const clubs = [bar, { lat: bar.lat + 0.002, lon: bar.lon, accuracyM: 20 }];
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          device: fc.nat(5),
          recording: fc.nat(2),
          minute: fc.nat(40),
          seconds: fc.integer({ min: 1, max: 400 }),
          club: fc.nat(2),
        }),
        { minLength: 1, maxLength: 30 },
      ),
      fc.infiniteStream(fc.nat(1_000_000)),
      async (events, dice) => {
        const ctx = playsContext(db);
        const roll = (n: number): number => dice.next().value! % n;
        const tallies: string[] = [];
        for (let world = 0; world < 2; world++) {
          const devices = await Promise.all(
            ['phone', 'venue', 'phone', 'deck', 'phone', 'venue'].map(() => aDevice(db)),
          );
          const recordings = [await aRecording(db), await aRecording(db), await aRecording(db)];
          const sourceOf = ['phone', 'venue', 'phone', 'deck', 'stream', 'manual'];
          const reports = events.map((e) => ({
            device: e.device,
            report: play(recordings[e.recording]!, {
              source: sourceOf[e.device],
              startedAt: testNow - 3 * hourMs + e.minute * 60_000,
              playedMs: e.seconds * 1000,
              ...(e.club < 2 && { place: clubs[e.club] }),
            }),
          }));
          // The first world hears everything in order, one by one. The second hears it shuffled, doubled, in batches and at once.
          if (world === 0)
            for (const r of reports)
              await recordPlays(ctx, devices[r.device]!, testNow, [r.report]);
          else {
            const doubled = [...reports, ...reports]
              .map((r) => ({ r, at: roll(1_000_000) }))
              .sort((a, b) => a.at - b.at);
            const batches = devices.flatMap((device, d) => {
              const own = doubled.filter(({ r }) => r.device === d).map(({ r }) => r.report);
              const cut = own.length === 0 ? 0 : roll(own.length + 1);
              return [
                { device, plays: own.slice(0, cut) },
                { device, plays: own.slice(cut) },
              ];
            });
            await Promise.all(batches.map((b) => recordPlays(ctx, b.device, testNow, b.plays)));
          }
          const rows = await Promise.all(
            recordings.map((recordingId) =>
              db.all(playsBySource, { recordingId, from: null, to: null, demo: true }),
            ),
          );
          tallies.push(
            JSON.stringify(
              rows.map((r) => r.map((x) => [x.key, x.plays, x.playedMs])),
              (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v),
            ),
          );
        }
        assert.equal(tallies[1], tallies[0]);
      },
    ),
    { numRuns: 40 },
  );
  const audit = await auditPlays(db);
  assert.deepEqual(audit.differences, []);
  assert.ok(audit.merged > 0n, 'the property met no merge at all');
});
