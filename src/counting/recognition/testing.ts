import type { Heard, SoundMatcher } from '#counting/hearing/index.ts';
import { hopMs, windowAt, type Item } from '#counting/hearing/testing.ts';

// What tests of recognising and hearing share: an engine with a script, and sound that is like nothing else.

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
