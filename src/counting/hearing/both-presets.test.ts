import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { sampled, type Preset } from './bounds.ts';
import { countFromSound, playsIn, type SoundCounter, type SoundPlay } from './count-from-sound.ts';
import type { Heard } from './heard.ts';
import {
  programme,
  recording,
  stretchesFor,
  windowsOf,
  type Item,
  type Programmed,
} from './testing.ts';

// A monitor hears a programme without a pause; a box asks about ten seconds after ten seconds; a phone leaves out two of
// three while it knows what plays. All three must tell the same plays.

const stretchMs = 10_000;
const runs = { numRuns: 100 };

function count(windows: readonly Heard[], preset?: Preset): readonly SoundPlay[] {
  const counter = countFromSound(preset === undefined ? {} : { preset });
  return inOrder(playsIn([...counter.hear(windows), ...counter.end()]));
}

/** As a phone does: it asks about every stretch until it knows what plays. */
function countAsPhone(stretches: readonly Heard[]): readonly SoundPlay[] {
  const counter: SoundCounter = countFromSound({ preset: sampled });
  let left = 0;
  const events = stretches.flatMap((stretch) => {
    left = counter.nowPlaying().length > 0 ? (left + 1) % 3 : 0;
    return left === 0 ? counter.hear([stretch]) : [];
  });
  return inOrder(playsIn([...events, ...counter.end()]));
}

function inOrder(plays: readonly SoundPlay[]): readonly SoundPlay[] {
  return plays.toSorted((a, b) => a.firstHeardMs - b.firstHeardMs);
}

const ids = (plays: readonly SoundPlay[]): readonly RecordingId[] =>
  plays.map(({ recordingId }) => recordingId);
const endOf = (items: readonly Item[]): number => items.at(-1)!.toMs + 100_000;

function assertAlike(one: readonly SoundPlay[], other: readonly SoundPlay[]): void {
  one.forEach((play, i) => {
    const [from, to, played] = (['firstHeardMs', 'lastHeardMs', 'playedMs'] as const).map((name) =>
      Math.abs(play[name] - other[i]![name]),
    );
    assert.ok(from! <= stretchMs && to! <= stretchMs, `${i}: ${from} and ${to} ms apart`);
    assert.ok(played! <= 2 * stretchMs, `${i}: ${played} ms longer`);
  });
}

test('of any programme, a monitor and a box tell the same plays, whoever talks over it', () => {
  fc.assert(
    fc.property(programme, (items) => {
      const played = items.map(({ recordingId }) => recordingId);
      for (const version of [items, items.map(({ talked }) => talked)]) {
        const monitor = count(windowsOf(version, endOf(items)));
        const box = count(stretchesFor(version, endOf(items)), sampled);
        assert.deepEqual(ids(monitor), played);
        assert.deepEqual(ids(box), played);
        assertAlike(monitor, box);
      }
    }),
    runs,
  );
});

test('a phone that leaves out two of three stretches tells every song of two minutes that a monitor tells, and no other', () => {
  const long = programme.map((items) => spread(items, 120_000));
  fc.assert(
    fc.property(long, (items) => {
      const monitor = count(windowsOf(items, endOf(items)));
      assert.deepEqual(ids(countAsPhone(stretchesFor(items, endOf(items)))), ids(monitor));
    }),
    runs,
  );
});

/** Each song lasts at least so long, and the programme as much longer. */
function spread(items: readonly Programmed[], leastMs: number): readonly Item[] {
  let laterMs = 0;
  return items.map((item) => {
    const moreMs = Math.max(0, leastMs - (item.toMs - item.fromMs));
    const fromMs = item.fromMs + laterMs;
    laterMs += moreMs;
    return { ...item, fromMs, toMs: item.toMs + laterMs };
  });
}

test('a song that is repeated counts as often for each of them', () => {
  const id = recording();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 120, max: 240 }),
      (times, pauseS, lengthS) => {
        const items = Array.from({ length: times }, (_, i): Item => {
          const fromMs = i * (lengthS + pauseS) * 1_000;
          return { recordingId: id, fromMs, toMs: fromMs + lengthS * 1_000 };
        });
        const stretches = stretchesFor(items, endOf(items));
        assert.equal(count(windowsOf(items, endOf(items))).length, times);
        assert.equal(count(stretches, sampled).length, times);
        assert.equal(countAsPhone(stretches).length, times);
      },
    ),
    runs,
  );
});

test('stamped up to a third of a second late, each stretch by another amount, a song is still one play', () => {
  const late = fc.array(fc.integer({ min: 0, max: 330 }), { minLength: 20, maxLength: 40 });
  fc.assert(
    fc.property(programme, late, (items, by) => {
      const long = spread(items, 120_000);
      const stretches = stretchesFor(long, endOf(long)).map((stretch, i) =>
        later(stretch, by[i % by.length]!),
      );
      const played = long.map(({ recordingId }) => recordingId);
      assert.deepEqual(ids(count(stretches, sampled)), played);
      assert.deepEqual(ids(countAsPhone(stretches)), played);
    }),
    runs,
  );
});

function later({ fromMs = 0, atMs, hits, ...rest }: Heard, ms: number): Heard {
  const moved = hits.map((hit) => ({ ...hit, fromMs: hit.fromMs! + ms, toMs: hit.toMs! + ms }));
  return { ...rest, fromMs: fromMs + ms, atMs: atMs + ms, hits: moved };
}

test('a clock that is set back costs no play: what was open is over, and what comes is counted', () => {
  const [first, second] = [recording(), recording()];
  const songs = [first, second].map((recordingId, i): Item => {
    const fromMs = i * 120_000;
    return { recordingId, fromMs, toMs: fromMs + 120_000 };
  });
  const stretches = stretchesFor(songs, 240_000);
  const setBack = stretches.map((one, i) => (i < 12 ? later(one, 1_800_000) : one));
  const counter = countFromSound({ preset: sampled });
  const plays = playsIn([...counter.hear(setBack), ...counter.end()]);
  assert.deepEqual(
    plays.map(({ recordingId, playedMs }) => [recordingId, playedMs]),
    [
      [first, 120_000],
      [second, 120_000],
    ],
  );
});

test('wherever a box loses power, what it kept tells the same plays, with the same beginnings', () => {
  fc.assert(
    fc.property(programme, fc.double({ min: 0, max: 1, noNaN: true }), (items, share) => {
      const stretches = stretchesFor(items, endOf(items));
      const lost = Math.floor(share * stretches.length);
      const before = countFromSound({ preset: sampled });
      const told = playsIn(before.hear(stretches.slice(0, lost)));
      const openMs = before.openFromMs();
      const kept = stretches.filter(
        ({ fromMs }, i) => i >= lost || (openMs !== null && fromMs! >= openMs - 1),
      );
      const all = [...told, ...count(kept, sampled)];
      const key = ({ recordingId, hits }: SoundPlay): string => `${recordingId} ${hits[0]}`;
      assert.deepEqual(
        [...new Set(all.map(key))].toSorted(),
        count(stretches, sampled).map(key).toSorted(),
      );
    }),
    runs,
  );
});
