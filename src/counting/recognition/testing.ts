import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import type { Heard, SoundMatcher } from './listener.ts';

// What tests of counting share: a programme as it was really played, and what a good engine would say of it.

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
  const matches = items
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
  return { atMs, matches, music: matches.length > 0 ? 'music' : 'unknown' };
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

/** An engine that knows the programme by heart: it counts the samples it is fed and answers when it is time. */
export function scriptedMatcher(
  items: readonly Item[],
): SoundMatcher & { readonly fedMs: () => number } {
  let samples = 0;
  let answeredMs = 0;
  const fedMs = (): number => samples / 16;
  return {
    fedMs,
    hear(pcm) {
      samples += pcm.length;
      const windows: Heard[] = [];
      while (answeredMs + hopMs <= fedMs()) {
        answeredMs += hopMs;
        windows.push(windowAt(items, answeredMs));
      }
      return windows;
    },
  };
}

const rate = 16_000;

/** Notes at irregular times, other ones for every seed: as unlike each other as songs, and as talk. */
export function melody(seed: number, seconds: number): Float32Array {
  let state = seed * 2_654_435_761;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const sound = new Float32Array(seconds * rate);
  for (let start = 0; start < sound.length; start += Math.round(rate * (0.1 + 0.3 * random()))) {
    for (let voice = 0; voice < 4; voice++) {
      const hz = 150 * 2 ** (random() * 5);
      for (let i = 0; i < rate / 2 && start + i < sound.length; i++)
        sound[start + i] =
          sound[start + i]! + 0.1 * Math.exp(-i / 3_000) * Math.sin((2 * Math.PI * hz * i) / rate);
    }
  }
  return sound;
}
