import { framesPerSecond, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { placesOf } from './segment.ts';
import type { Alignment } from './weigh-candidate.ts';

const nearFrames = 2;
const nearSteps = 3;
/** Fewer peaks than this in a second say nothing about it. */
const secondPeaksMin = 5;
const secondSharedPart = 0.5;
const sameSeconds = 0.9;
/** So many seconds on end, and so much of their peaks, no two recordings have that only share a part. */
const stretchMin = 24;
const stretchSharedPart = 0.75;

/** A speed is known this well from a few seconds; over minutes that is a second. */
const ratioUnsure = 0.01;
/** In the middle of a query alignments are best known. */
const middleFrames = 5 * framesPerSecond;

/**
 * Whether two recordings that both fit one query, at these alignments, are the same audio: as far as the shorter goes, or for
 * longer around the query than a loop, a sample or an intro, as where something was cut out of the middle.
 */
export function isSameAudio(one: Alignment, other: Alignment): boolean {
  const a = placesOf(one.segment, one.recording);
  const b = placesOf(other.segment, other.recording);
  const [short, long, shorter, longer] =
    a.length <= b.length ? [a, b, one, other] : [b, a, other, one];
  const ratio = longer.tempo / shorter.tempo;
  const heard = [shorter.offset, shorter.offset + 2 * shorter.tempo * middleFrames] as const;
  if (isShared(short, long, ratio, longer.offset - shorter.offset * ratio, heard)) return true;
  // What was cut out, or encoded again, is as fast as it was.
  return (
    ratio !== 1 &&
    Math.abs(ratio - 1) < ratioUnsure &&
    isShared(short, long, 1, middleOf(longer) - middleOf(shorter), heard)
  );
}

function middleOf({ offset, tempo }: Alignment): number {
  return offset + tempo * middleFrames;
}

/**
 * Whether a recording's peaks are also the other's, later by `shift` frames and `ratio` times as far apart: nearly all, or those of
 * a long stretch about the frames that are `heard`.
 */
function isShared(
  short: Uint32Array,
  long: Uint32Array,
  ratio: number,
  shift: number,
  heard: readonly [number, number],
): boolean {
  const seconds = Math.ceil(((short.at(-1) ?? 0) >>> 10) / framesPerSecond) + 1;
  const had = new Uint32Array(seconds);
  const found = new Uint32Array(seconds);
  let from = 0;
  for (const place of short) {
    const frame = place >>> 10;
    const at = Math.round(shift + ratio * frame);
    const step = place & (stepsMax - 1);
    const second = Math.floor(frame / framesPerSecond);
    had[second] = had[second]! + 1;
    while (from < long.length && long[from]! >>> 10 < at - nearFrames) from += 1;
    for (let i = from; i < long.length && long[i]! >>> 10 <= at + nearFrames; i++) {
      if (Math.abs((long[i]! & (stepsMax - 1)) - step) > nearSteps) continue;
      found[second] = found[second]! + 1;
      break;
    }
  }
  let counted = 0;
  let shared = 0;
  /** Of the stretch that goes on: where it begins, and its peaks. */
  let stretch = { begins: 0, had: 0, found: 0 };
  for (let s = 0; s < seconds; s++) {
    if (had[s]! < secondPeaksMin) continue;
    counted += 1;
    if (found[s]! < secondSharedPart * had[s]!) {
      stretch = { begins: s + 1, had: 0, found: 0 };
      continue;
    }
    shared += 1;
    stretch.had += had[s]!;
    stretch.found += found[s]!;
    if (
      s - stretch.begins >= stretchMin &&
      stretch.found >= stretchSharedPart * stretch.had &&
      stretch.begins * framesPerSecond <= heard[1] &&
      s * framesPerSecond >= heard[0]
    )
      return true;
  }
  return counted > 0 && shared >= sameSeconds * counted;
}
