import { highest, lowest, stepsMax, stepsPerBin } from '#foundation/dsp/find-peaks.ts';
import { bandsHeard } from './algorithm.ts';
import { evidenceUnit } from './hear.ts';

// A recording's peak that meets one of the query's is evidence for it, the more the louder that one is among its band and
// block, and the nearer they meet; one that meets none is a little evidence against. As with sound, only the order of the
// kinds of meeting counts: how rare each is in this query, bin by bin, says how much it weighs.

const nearFrames = 2;
const nearBins = 1;
const exactFrames = 1;

// Kinds by how much oftener a recording that sounds in noise meets its peak so than chance does (234 excerpts of composed
// recordings under nine conditions), the most telling first.
const exact = [0, 1, 2, 3, 4, 6] as const;
const near = [5, 7, 8, 9, 10, 11] as const;
const none = 12;
const kinds = none + 1;

/** By bin from `lowest`, then frame, as SoundQuery.evidence: mean and deviation of each bin are one unit. */
export function weighMeetings(
  hashes: readonly number[],
  ranks: Uint8Array,
  frames: number,
): Uint8Array {
  const kindOf = new Uint8Array(bandsHeard * frames).fill(none);
  hashes.forEach((hash, i) => {
    const frame = hash >>> 10;
    const own = Math.round((hash & (stepsMax - 1)) / stepsPerBin);
    const rank = Math.min(ranks[i]!, exact.length - 1);
    const from = Math.max(0, frame - nearFrames);
    const to = Math.min(frames - 1, frame + nearFrames);
    for (
      let bin = Math.max(lowest, own - nearBins);
      bin <= Math.min(highest - 1, own + nearBins);
      bin++
    )
      for (let t = from; t <= to; t++) {
        const isExact = bin === own && Math.abs(t - frame) <= exactFrames;
        const kind = isExact ? exact[rank]! : near[rank]!;
        const at = (bin - lowest) * frames + t;
        if (kind < kindOf[at]!) kindOf[at] = kind;
      }
  });
  for (let at = 0; at < kindOf.length; at += frames) weighBin(kindOf.subarray(at, at + frames));
  return kindOf;
}

/** Turns the kinds of one bin into evidence, in place. */
function weighBin(row: Uint8Array): void {
  const frames = row.length;
  const counts = new Uint32Array(kinds);
  for (const kind of row) counts[kind] = counts[kind]! + 1;
  const nats = new Float64Array(kinds);
  let before = 0;
  let squares = 0;
  for (let kind = 0; kind < kinds; kind++) {
    const count = counts[kind]!;
    if (count === 0) continue;
    // The mean of -ln of the ranks that share this place; over all of them it is 1.
    nats[kind] =
      1 - (frames * (entropy((before + count) / frames) - entropy(before / frames))) / count;
    squares += (count / frames) * nats[kind]! ** 2;
    before += count;
  }
  const deviation = Math.sqrt(Math.max(0, squares - 1));
  const weights = Uint8Array.from(nats, (value) => {
    const unit = deviation < 1e-6 ? 1 : 1 + (value - 1) / deviation;
    return Math.max(0, Math.min(255, Math.round(evidenceUnit * unit)));
  });
  for (let t = 0; t < frames; t++) row[t] = weights[row[t]!]!;
}

function entropy(share: number): number {
  return share <= 0 ? 0 : share * Math.log(share);
}
