import fc from 'fast-check';
import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import type { Heard } from './heard.ts';
import { windowOfStretch } from './stretch.ts';

// What tests of counting share: a programme as it was really played, and what a good engine or server would say of it.

export type Item = {
  readonly recordingId: RecordingId;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where in the recording it starts. */
  readonly offsetMs?: number;
  readonly speed?: number;
  /** Where somebody talks over it and nothing is recognised. */
  readonly hidden?: readonly (readonly [number, number])[];
};

export const hopMs = 2_000;
export const windowMs = 6_000;
const recognisedMs = 2_500;

export function recording(): RecordingId {
  return newId<'recording'>();
}

/** The windows an engine answers for a programme: the most audible first. */
export function windowsOf(items: readonly Item[], untilMs: number): Heard[] {
  const windows: Heard[] = [];
  for (let atMs = hopMs; atMs <= untilMs; atMs += hopMs) windows.push(windowAt(items, atMs));
  return windows;
}

export function windowAt(items: readonly Item[], atMs: number): Heard {
  const hits = items
    .flatMap((item) => {
      const audible = stretchesOf(item).map(
        ([from, to]) => [Math.max(from, atMs - windowMs), Math.min(to, atMs)] as const,
      );
      const heard = audible.filter(([from, to]) => to > from);
      const ms = heard.reduce((sum, [from, to]) => sum + to - from, 0);
      if (ms < recognisedMs) return [];
      const speed = item.speed ?? 1;
      return [
        {
          recordingId: item.recordingId,
          offsetMs: (item.offsetMs ?? 0) + (atMs - item.fromMs) * speed,
          speed,
          confidence: 0.9,
          seconds: ms / 1000,
          fromMs: heard[0]![0],
          toMs: heard.at(-1)![1],
        },
      ];
    })
    .sort((a, b) => b.seconds - a.seconds);
  return { atMs, hits, music: hits.length > 0 ? 'music' : 'unknown' };
}

function stretchesOf(item: Item): [number, number][] {
  let from = item.fromMs;
  const stretches: [number, number][] = [];
  for (const [a, b] of [...(item.hidden ?? [])].sort((x, y) => x[0] - y[0])) {
    if (a > from) stretches.push([from, Math.min(a, item.toMs)]);
    from = Math.max(from, b);
  }
  if (from < item.toMs) stretches.push([from, item.toMs]);
  return stretches;
}

const stretchMs = 10_000;
const answeredMs = 4_000;

/** The stretches a phone or a box asks about, with what a server answers: of what sounds in one, the most audible. */
export function stretchesFor(items: readonly Item[], untilMs: number): Heard[] {
  const stretches: Heard[] = [];
  for (let fromMs = 0; fromMs + stretchMs <= untilMs; fromMs += stretchMs)
    stretches.push(stretchAt(items, fromMs));
  return stretches;
}

function stretchAt(items: readonly Item[], fromMs: number): Heard {
  const toMs = fromMs + stretchMs;
  const [loudest] = items
    .map((item) => ({
      item,
      ms: stretchesOf(item).reduce(
        (sum, [from, to]) => sum + Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs)),
        0,
      ),
    }))
    .filter(({ ms }) => ms >= answeredMs)
    .sort((a, b) => b.ms - a.ms);
  if (loudest === undefined) return windowOfStretch({ fromMs, toMs }, null, `${fromMs}`);
  const { recordingId, fromMs: begunMs, offsetMs = 0, speed = 1 } = loudest.item;
  const named = {
    recordingId,
    title: recordingId,
    artist: '',
    offsetMs: offsetMs + (fromMs - begunMs) * speed,
    speed,
    confidence: 0.9,
  };
  return windowOfStretch({ fromMs, toMs }, named, `${fromMs}`);
}

/** A song of a programme, and the same with somebody talking over it. */
export type Programmed = Item & { readonly talked: Item };

/** A programme: songs after each other or crossfaded, with talk between; no song twice within the hour. */
export const programme: fc.Arbitrary<readonly Programmed[]> = fc
  .array(
    fc.record({
      lengthS: fc.integer({ min: 60, max: 240 }),
      pauseS: fc.integer({ min: -8, max: 60 }),
      offsetS: fc.integer({ min: 0, max: 20 }),
      speed: fc.constantFrom(0.94, 0.98, 1, 1.03, 1.08),
      talkAtS: fc.integer({ min: 14, max: 30 }),
      talkS: fc.integer({ min: 0, max: 18 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((songs) => {
    let at = 5_000;
    return songs.map((song): Programmed => {
      const fromMs = Math.max(5_000, at + song.pauseS * 1_000);
      at = fromMs + song.lengthS * 1_000;
      const item = {
        recordingId: recording(),
        fromMs,
        toMs: at,
        offsetMs: song.offsetS * 1_000,
        speed: song.speed,
      };
      const talkFrom = fromMs + song.talkAtS * 1_000;
      return { ...item, talked: { ...item, hidden: [[talkFrom, talkFrom + song.talkS * 1_000]] } };
    });
  });
