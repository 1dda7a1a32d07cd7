// Sound that comes in segments, chosen by what the line can carry. The session's answer holds all there is to know, so the first
// sound needs three round trips: the session, the initialisation, the first segment.

export type Rung = {
  readonly name: string;
  readonly codecs: string;
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  readonly seconds: readonly number[];
};

export type Adaptive = { readonly url: string; readonly rungs: readonly Rung[] };

/** `saver`: the least that can be listened to. `auto`: what the line carries. `best`: the most, whatever it costs. */
export type Quality = 'saver' | 'auto' | 'best';

/** Opus first for a saver, where the browser can play it in segments; else AAC, lowest first. FLAC is for `best` alone. */
export function rungsFor(
  rungs: readonly Rung[],
  quality: Quality,
  canPlay: (codecs: string) => boolean,
): readonly Rung[] {
  const of = (prefix: string): readonly Rung[] =>
    rungs
      .filter((rung) => rung.name.startsWith(prefix) && canPlay(rung.codecs))
      .toSorted((a, b) => a.averageBandwidth - b.averageBandwidth);
  const [aac, opus, flac] = [of('aac-'), of('opus-'), of('flac')];
  if (quality === 'saver') return (opus.length > 0 ? opus : aac).slice(0, 1);
  if (quality === 'best') return flac.length > 0 ? flac : aac.slice(-1);
  return aac.length > 0 ? aac : opus;
}

/** A line that is measured twice as fast again is trusted with this much of it: a stall costs more than a size. */
const trustedShare = 0.7;

/** The largest rung that the line carries; the smallest while nothing is known of the line, so that sound begins soon. */
export function chooseRung(rungs: readonly Rung[], bitsPerS: number | null): Rung {
  const fits = rungs.filter(
    ({ bandwidth }) => bitsPerS !== null && bandwidth <= bitsPerS * trustedShare,
  );
  return fits.at(-1) ?? rungs[0]!;
}

/** Which segment sounds at a time, by their lengths. */
export function segmentAt(seconds: readonly number[], timeS: number): number {
  let end = 0;
  for (const [index, length] of seconds.entries()) {
    end += length;
    if (timeS < end) return index;
  }
  return seconds.length - 1;
}

/** Half of what is remembered of the line after so many seconds of fetching. */
const halfLifeS = 4;

/** What the line carries, from segments that came: newer ones weigh more (exponential, by time spent fetching). */
export function createLineMeter() {
  let weight = 0;
  let bits = 0;
  return {
    came(bytes: number, ms: number): void {
      const seconds = Math.max(ms, 1) / 1000;
      const keep = 0.5 ** (seconds / halfLifeS);
      bits = bits * keep + (8 * bytes * (1 - keep)) / seconds;
      weight = weight * keep + (1 - keep);
    },
    bitsPerS: (): number | null => (weight === 0 ? null : bits / weight),
  };
}
