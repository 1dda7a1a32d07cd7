import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  countFromSound,
  type CounterOptions,
  type CountEvent,
  type SoundPlay,
} from './count-from-sound.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Heard, Hit } from './heard.ts';
import { programme, recording, windowsOf, type Item } from './testing.ts';

const [a, b, c] = [recording(), recording(), recording()];

function count(windows: readonly Heard[], options: CounterOptions = {}): CountEvent[] {
  const counter = countFromSound(options);
  return [...counter.hear(windows), ...counter.end()];
}

function playsOf(events: readonly CountEvent[]): SoundPlay[] {
  return events
    .flatMap((event) => (event.kind === 'closed' ? [event.play] : []))
    .sort((x, y) => x.firstHeardMs - y.firstHeardMs);
}

function playsIn(items: readonly Item[], options: CounterOptions = {}): SoundPlay[] {
  const until = Math.max(0, ...items.map((i) => i.toMs)) + 20_000;
  return playsOf(count(windowsOf(items, until), options));
}

const ids = (plays: readonly SoundPlay[]) => plays.map((p) => p.recordingId);

test('a song that is played once is one play, with where it began, how long it was heard and how fast', () => {
  const [play, ...more] = playsIn(
    [{ recordingId: a, fromMs: 30_000, toMs: 210_000, offsetMs: 0, speed: 1.04 }],
    { durationOf: () => 187_200 },
  );
  assert.equal(more.length, 0);
  assert.ok(Math.abs(play!.firstHeardMs - 30_000) <= 500, `${play!.firstHeardMs}`);
  assert.ok(Math.abs(play!.lastHeardMs - 210_000) <= 500, `${play!.lastHeardMs}`);
  assert.ok(Math.abs(play!.heardMs - 180_000) <= 1_000, `${play!.heardMs}`);
  assert.ok(Math.abs(play!.speed - 1.04) < 1e-6 && play!.coverage! > 0.95);
  assert.equal(BigInt(`0x${play!.coverageBits}`), (1n << 38n) - 1n);
});

test('talk over a song leaves one play; what was talked over for up to 20 s still played, but was not heard', () => {
  const [play, ...more] = playsIn([
    {
      recordingId: a,
      fromMs: 0,
      toMs: 240_000,
      hidden: [
        [60_000, 75_000],
        [100_000, 170_000],
      ],
    },
  ]);
  assert.equal(more.length, 0);
  assert.ok(Math.abs(play!.heardMs - 155_000) <= 2_000, `heard ${play!.heardMs}`);
  assert.ok(Math.abs(play!.playedMs - 170_000) <= 2_000, `played ${play!.playedMs}`);
});

/** As an engine answers that is not sure of some windows. */
function doubting(
  windows: readonly Heard[],
  isDoubted: (atMs: number) => boolean,
  change: (hit: Hit) => Hit = (hit) => hit,
): Heard[] {
  return windows.map(({ hits, ...window }) => {
    const [hit] = hits;
    return hit === undefined || !isDoubted(window.atMs)
      ? { ...window, hits }
      : { ...window, hits: [], doubtful: change({ ...hit, confidence: 0.4 }) };
  });
}

test('what is not sure by itself lengthens the play on whose line it lies, at either end and within, and opens none', () => {
  const windows = windowsOf([{ recordingId: a, fromMs: 30_000, toMs: 210_000 }], 230_000);
  const [sure] = playsOf(count(windows));
  const isDoubted = (atMs: number): boolean =>
    atMs < 48_000 || (atMs > 90_000 && atMs < 110_000) || atMs > 190_000;
  const [play, ...more] = playsOf(count(doubting(windows, isDoubted)));
  assert.equal(more.length, 0);
  const spans = ({
    firstHeardMs,
    lastHeardMs,
    heardMs,
    firstOffsetMs,
    coverageBits,
  }: SoundPlay) => ({
    firstHeardMs,
    lastHeardMs,
    heardMs,
    firstOffsetMs,
    coverageBits,
  });
  assert.deepEqual(spans(play!), spans(sure!));
  assert.deepEqual(
    play!.hits.map((hit) => Number(hit.split(' ')[0])),
    sure!.hits.map((hit) => Number(hit.split(' ')[0])),
    'in their order',
  );
  assert.deepEqual(playsOf(count(doubting(windows, () => true))), []);

  const elsewhere = (hit: Hit): Hit => ({ ...hit, offsetMs: hit.offsetMs + 40_000 });
  const [short] = playsOf(count(doubting(windows, isDoubted, elsewhere)));
  assert.ok(short!.firstHeardMs > 38_000 && short!.lastHeardMs < 192_000);
  const other = (hit: Hit): Hit => ({ ...hit, recordingId: b });
  assert.deepEqual(ids(playsOf(count(doubting(windows, isDoubted, other)))), [a]);
});

test('the same song again after its end counts twice', () => {
  const twice: Item[] = [
    { recordingId: a, fromMs: 0, toMs: 180_000 },
    { recordingId: a, fromMs: 180_000, toMs: 360_000 },
  ];
  assert.equal(playsIn(twice).length, 2, 'at once');
  const later = [twice[0]!, { ...twice[1]!, fromMs: 240_000, toMs: 420_000 }];
  assert.equal(playsIn(later).length, 2, 'a minute later');
});

test('a jingle of 20 s played twice in a row counts twice, because its length is known', () => {
  const twice: Item[] = [0, 20_000].map((fromMs) => ({
    recordingId: a,
    fromMs,
    toMs: fromMs + 20_000,
  }));
  assert.equal(playsIn(twice, { durationOf: () => 20_000 }).length, 2);
});

test('a jump back of the offset by more than 30 s is a second play; a loop of bars and an edit are not', () => {
  const jump = (toOffsetMs: number): Item[] => [
    { recordingId: a, fromMs: 0, toMs: 100_000 },
    { recordingId: a, fromMs: 100_000, toMs: 200_000, offsetMs: toOffsetMs },
  ];
  assert.equal(playsIn(jump(20_000)).length, 2, 'back by 80 s');
  assert.equal(playsIn(jump(84_000)).length, 1, 'a loop of 16 s');
  assert.equal(playsIn(jump(130_000)).length, 1, 'a verse left out');
});

test('parts of a recording that are alike do not make a second play', () => {
  const windows = windowsOf([{ recordingId: a, fromMs: 0, toMs: 200_000 }], 220_000).map((w) =>
    // For ten seconds the engine takes the last chorus for the first.
    w.atMs > 120_000 && w.atMs <= 130_000
      ? { ...w, hits: w.hits.map((m) => ({ ...m, offsetMs: m.offsetMs - 60_000 })) }
      : w,
  );
  const plays = playsOf(count(windows));
  assert.equal(plays.length, 1);
  assert.ok(plays[0]!.lastHeardMs > 199_000);
});

test('an engine that takes one chorus for the next and comes back makes no second play', () => {
  const windows = windowsOf([{ recordingId: a, fromMs: 0, toMs: 200_000 }], 220_000).map((w) => {
    // Forward for two windows, right again, back for three, right again.
    const wrongMs = [60, 62, 120, 122].includes(w.atMs / 1000)
      ? 64_000
      : [80, 82, 84].includes(w.atMs / 1000)
        ? -51_000
        : 0;
    return { ...w, hits: w.hits.map((m) => ({ ...m, offsetMs: m.offsetMs + wrongMs })) };
  });
  const plays = playsOf(count(windows));
  assert.equal(plays.length, 1);
  assert.ok(plays[0]!.heardMs > 190_000);
});

test('in a crossfade the next song opens before the last one closes, and both are plays', () => {
  const items = [
    { recordingId: a, fromMs: 0, toMs: 120_000 },
    { recordingId: b, fromMs: 108_000, toMs: 240_000 },
  ];
  const events = count(windowsOf(items, 360_000), { durationOf: () => 125_000 });
  const opens = events.findIndex((e) => e.kind === 'opened' && e.recordingId === b);
  const closes = events.findIndex((e) => e.kind === 'closed' && e.play.recordingId === a);
  assert.ok(opens >= 0 && opens < closes, `${opens} ${closes}`);
  assert.deepEqual(ids(playsOf(events)), [a, b]);
});

test('one sound in two catalogue entries is one play that names the other', () => {
  const together = [a, b].map((recordingId) => ({ recordingId, fromMs: 10_000, toMs: 130_000 }));
  const plays = playsIn(together);
  assert.equal(plays.length, 1);
  assert.deepEqual([plays[0]!.recordingId, ...plays[0]!.sameAudio].sort(), [a, b].sort());
});

/** What an engine says that cannot tell `one` from `other` where both fit. */
function sameSound(windows: readonly Heard[], one: RecordingId, other: RecordingId): Heard[] {
  return windows.map((window) => {
    const both = window.hits.length === 2;
    const hits = window.hits.map((hit) => ({
      ...hit,
      ...(both && { sameAs: [hit.recordingId === one ? other : one] }),
    }));
    // Which of them comes first is chance.
    return { ...window, hits: window.atMs % 6_000 === 0 ? hits.toReversed() : hits };
  });
}

test('an edit of what plays is no play beside it, and what sounds from where the edit begins to where it ends is the edit', () => {
  const durationOf = (id: RecordingId): number => (id === a ? 61_000 : 12_000);
  const edit = { recordingId: b, fromMs: 40_000, toMs: 52_000 };
  const [wholePlay, ...more] = playsOf(
    count(
      sameSound(windowsOf([{ recordingId: a, fromMs: 10_000, toMs: 71_000 }, edit], 300_000), a, b),
      { durationOf },
    ),
  );
  assert.deepEqual([wholePlay!.recordingId, wholePlay!.sameAudio, more.length], [a, [b], 0]);
  const alone = sameSound(
    windowsOf([{ ...edit, recordingId: a, offsetMs: 30_000 }, edit], 300_000),
    a,
    b,
  );
  const [editPlay, ...others] = playsOf(count(alone, { durationOf }));
  assert.deepEqual([editPlay!.recordingId, editPlay!.sameAudio, others.length], [b, [a], 0]);
});

test('an edit that ends where the voice over the whole begins is no play when the whole comes back', () => {
  const durationOf = (id: RecordingId): number => (id === a ? 120_000 : 40_000);
  const windows = windowsOf(
    [
      { recordingId: a, fromMs: 10_000, toMs: 130_000, hidden: [[50_000, 95_000]] },
      { recordingId: b, fromMs: 10_000, toMs: 50_000 },
    ],
    300_000,
  );
  const plays = playsOf(count(sameSound(windows, a, b), { durationOf }));
  assert.deepEqual(
    plays.map(({ recordingId, sameAudio }) => [recordingId, ...sameAudio]),
    [[a, b]],
  );
});

test('while an edit of what plays sounds, one recording is said to play', () => {
  const items = [
    { recordingId: a, fromMs: 0, toMs: 60_000 },
    { recordingId: b, fromMs: 20_000, toMs: 50_000 },
  ];
  const counter = countFromSound({ durationOf: () => null });
  counter.hear(sameSound(windowsOf(items, 40_000), a, b));
  assert.deepEqual(
    counter.nowPlaying().map(({ recordingId }) => recordingId),
    [a],
  );
});

test('a sample that sounds within a song is not a play; a jingle over it is', () => {
  const song = { recordingId: a, fromMs: 0, toMs: 180_000 };
  const sample = windowsOf([song], 200_000).map((w) =>
    w.hits.length === 0 || w.atMs < 60_000 || w.atMs > 72_000
      ? w
      : {
          ...w,
          hits: [
            ...w.hits,
            { ...w.hits[0]!, recordingId: c, seconds: 1.2, fromMs: w.atMs - 5_000 },
          ],
        },
  );
  assert.deepEqual(ids(playsOf(count(sample))), [a]);
  const jingle = windowsOf(
    [
      { ...song, hidden: [[90_000, 102_000]] },
      { recordingId: c, fromMs: 90_000, toMs: 102_000 },
    ],
    200_000,
  );
  assert.deepEqual(ids(playsOf(count(jingle))), [a, c]);
});

test('less than five seconds is no play, and what was opened is withdrawn', () => {
  const events = count(windowsOf([{ recordingId: a, fromMs: 0, toMs: 4_500 }], 120_000));
  assert.deepEqual(playsOf(events), []);
  const open = events.filter((e) => e.kind === 'opened').length;
  assert.equal(open, events.filter((e) => e.kind === 'withdrawn').length);
});

test('the station that names a song opens it a window earlier, and opens nothing that is not heard', () => {
  const windows = windowsOf([{ recordingId: a, fromMs: 0, toMs: 60_000 }], 4_000);
  const opened = (hint: typeof a | null): number => {
    const counter = countFromSound();
    counter.hint(hint);
    return counter.hear(windows).filter((e) => e.kind === 'opened').length;
  };
  assert.equal(windows.filter((w) => w.hits.length > 0).length, 1);
  assert.deepEqual([opened(a), opened(null), opened(b)], [1, 0, 0]);
});

const runs = { numRuns: 60 };
const endOf = (items: readonly Item[]): number => items.at(-1)!.toMs + 100_000;

test('every song of any programme is one play, whatever was talked over', () => {
  fc.assert(
    fc.property(programme, (items) => {
      const played = items.map((i) => i.recordingId);
      assert.deepEqual(ids(playsIn(items)), played);
      assert.deepEqual(ids(playsIn(items.map((i) => i.talked))), played);
    }),
    runs,
  );
});

test('however the windows are split, and wherever the counter is saved and restored, the plays are the same', () => {
  fc.assert(
    fc.property(
      programme,
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (items, cuts) => {
        const windows = windowsOf(items, endOf(items));
        let counter = countFromSound();
        const events: CountEvent[] = [];
        for (let at = 0, i = 0; at < windows.length; i++) {
          const next = at + cuts[i % cuts.length]!;
          events.push(...counter.hear(windows.slice(at, next)));
          counter = countFromSound({ saved: JSON.parse(JSON.stringify(counter.save())) });
          at = next;
        }
        events.push(...counter.end());
        assert.deepEqual(playsOf(events), playsOf(count(windows)));
      },
    ),
    runs,
  );
});

test('windows that are lost, up to four in a row, change no count', () => {
  const losses = fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 600 }), length: fc.integer({ min: 1, max: 4 }) }),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(programme, losses, (items, lost) => {
      const windows = windowsOf(items, endOf(items)).filter(
        (_, i) => !lost.some(({ at, length }, n) => i >= at + n * 30 && i < at + n * 30 + length),
      );
      assert.deepEqual(
        ids(playsOf(count(windows))),
        items.map((i) => i.recordingId),
      );
    }),
    runs,
  );
});

test('a song repeated any number of times counts that often', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 60, max: 200 }),
      (times, pauseS, lengthS) => {
        const items = Array.from({ length: times }, (_, i) => {
          const fromMs = i * (lengthS + pauseS) * 1_000;
          return { recordingId: a, fromMs, toMs: fromMs + lengthS * 1_000 };
        });
        assert.equal(playsIn(items).length, times);
      },
    ),
    runs,
  );
});

test('noise opens nothing: recordings at random, lines that do not hold, doubtful hits', () => {
  const noise = fc.array(
    fc.record({
      who: fc.integer({ min: 0, max: 30 }),
      offsetMs: fc.integer({ min: 0, max: 300_000 }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      seconds: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 50, maxLength: 300 },
  );
  const crowd = Array.from({ length: 31 }, recording);
  fc.assert(
    fc.property(noise, (hits) => {
      const windows = hits.map(({ who, ...m }, i): Heard => ({
        atMs: (i + 1) * 2_000,
        hits: [{ ...m, recordingId: crowd[who]!, speed: 1 }],
        music: 'music',
      }));
      assert.deepEqual(playsOf(count(windows)), []);
    }),
    { ...runs, seed: 20261120 },
  );
  const doubtful = windowsOf([{ recordingId: a, fromMs: 0, toMs: 60_000 }], 60_000).map((w) => ({
    ...w,
    hits: w.hits.map((m) => ({ ...m, confidence: 0.3 })),
  }));
  assert.deepEqual(count(doubtful), []);
});
