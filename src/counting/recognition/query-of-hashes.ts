import { framesPerSecond, levelUnknown, stepsMax } from '#foundation/dsp/find-peaks.ts';
import type { HashedSound } from '#foundation/dsp/hash-sound.ts';
import { boundLevels } from './bound-levels.ts';
import { groupPeaks } from './group-peaks.ts';
import type { SoundQuery } from './hear.ts';
import { weighMeetings } from './weigh-meetings.ts';

// What a phone or a box sends instead of sound: its peaks, and how loud each is. From that, evidence is made again, and a
// bound of how loud the sound was between them.

/** A minute at the density of a query, with room. */
export const hashesMax = 20_000;
export const hashesSecondsMax = 60;
/** Stretches of ten seconds, joined to a minute. */
const seamsMax = 6;

/** Reads what came from outside; null when it is not ascending, not whole, too long, or the levels do not fit it. */
export function queryOfHashes(
  hashes: HashedSound['hashes'],
  levels?: HashedSound['levels'],
  seams: readonly number[] = [],
): SoundQuery | null {
  const framesMax = hashesSecondsMax * framesPerSecond;
  if (hashes.length > hashesMax || seams.length > seamsMax) return null;
  if (!isAscending(hashes, framesMax * stepsMax) || !isAscending(seams, framesMax)) return null;
  const last = hashes.at(-1);
  const frames = last === undefined ? 0 : (last >>> 10) + 1;
  const places = Uint32Array.from(hashes);
  const ranks = new Uint8Array(hashes.length);
  if (levels === undefined)
    return { frames, places, ranks, evidence: weighMeetings(hashes, ranks, frames) };

  if (levels.length !== hashes.length || !levels.every(isLevel)) return null;
  const groups = groupPeaks(hashes, levels, seams, frames);
  for (const { members } of groups)
    members.forEach((member, rank) => {
      ranks[member] = Math.min(rank, 255);
    });
  return {
    frames,
    places,
    ranks,
    evidence: weighMeetings(hashes, ranks, frames),
    levels: boundLevels(hashes, levels, groups, frames),
    levelsAreBounds: true,
  };
}

function isAscending(numbers: readonly number[], below: number): boolean {
  let last = -1;
  for (const number of numbers) {
    if (!Number.isInteger(number) || number <= last || number >= below) return false;
    last = number;
  }
  return true;
}

function isLevel(level: number): boolean {
  return Number.isInteger(level) && level >= 0 && level < levelUnknown;
}
