import { blockFrames, bandCount, quotaGroupOf, stepsMax } from '#foundation/dsp/find-peaks.ts';

/** The peaks of one band and block of a stretch, which shared a quota on the device. */
export type PeakGroup = {
  readonly band: number;
  /** Frames of the query. */
  readonly from: number;
  readonly to: number;
  /** The loudest first. */
  readonly members: readonly number[];
};

/** Blocks count from where their stretch begins, so a query that was joined of several has a grid for each. */
export function groupPeaks(
  hashes: readonly number[],
  levels: readonly number[],
  seams: readonly number[],
  frames: number,
): readonly PeakGroup[] {
  const groups: PeakGroup[] = [];
  const starts = [0, ...seams];
  let i = 0;
  starts.forEach((start, n) => {
    const end = starts[n + 1] ?? frames;
    const members = new Map<number, number[]>();
    for (; i < hashes.length && hashes[i]! < end * stepsMax; i++) {
      const group = quotaGroupOf(hashes[i]! - start * stepsMax);
      const found = members.get(group);
      if (found === undefined) members.set(group, [i]);
      else found.push(i);
    }
    for (const [group, found] of members) {
      const from = start + Math.floor(group / bandCount) * blockFrames;
      found.sort((a, b) => levels[b]! - levels[a]! || a - b);
      groups.push({
        band: group % bandCount,
        from,
        to: Math.min(from + blockFrames, end, frames),
        members: found,
      });
    }
  });
  return groups;
}
