import { framesPerSecond, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { placesOf } from './segment.ts';
import type { Alignment } from './weigh-candidate.ts';

const nearFrames = 2;
const nearSteps = 3;
/** Fewer peaks than this in a second say nothing about it. */
const secondPeaksMin = 5;
const secondSharedPart = 0.5;
const sameSeconds = 0.9;

/** A speed is known this well from a few seconds; over minutes that is a second. */
const ratioUnsure = 0.01;
/** In the middle of a query alignments are best known. */
const middleFrames = 5 * framesPerSecond;

/** Whether two recordings that both fit one query, at these alignments, are the same audio as far as the shorter goes. */
export function isSameAudio(one: Alignment, other: Alignment): boolean {
  const a = placesOf(one.segment, one.recording);
  const b = placesOf(other.segment, other.recording);
  const [short, long, shorter, longer] =
    a.length <= b.length ? [a, b, one, other] : [b, a, other, one];
  const ratio = longer.tempo / shorter.tempo;
  if (isContained(short, long, ratio, longer.offset - shorter.offset * ratio)) return true;
  // What was cut out, or encoded again, is as fast as it was.
  return (
    ratio !== 1 &&
    Math.abs(ratio - 1) < ratioUnsure &&
    isContained(short, long, 1, middleOf(longer) - middleOf(shorter))
  );
}

function middleOf({ offset, tempo }: Alignment): number {
  return offset + tempo * middleFrames;
}

/** Whether a recording's peaks are also the other's, later by `shift` frames and `ratio` times as far apart. */
function isContained(short: Uint32Array, long: Uint32Array, ratio: number, shift: number): boolean {
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
  for (let s = 0; s < seconds; s++) {
    if (had[s]! < secondPeaksMin) continue;
    counted += 1;
    if (found[s]! >= secondSharedPart * had[s]!) shared += 1;
  }
  return counted > 0 && shared >= sameSeconds * counted;
}
