import { frameMs, highest, lowest, stepsMax, stepsPerBin } from '#foundation/dsp/find-peaks.ts';
import type { Playing } from './find-candidates.ts';
import { evidenceUnit, type SoundQuery } from './hear.ts';
import { identify, type Answer, type Match, type Searching, type Shard } from './identify.ts';
import type { Segment } from './segment.ts';
import { eachPeakHeard } from './weigh-candidate.ts';

// In a crossfade two recordings sound. The louder one is named; what it explains is taken out of the window, and what is
// left is asked about like a window of its own, by the same thresholds. A recording that only shares a loop or a sample
// with the first is loud where the window is not, and is contradicted.

const nearFrames = 2;
const nearBins = 1;
/** Of the strongest peaks of a window, the part that one recording alone explains. */
const explainedAlone = 0.5;
const strongRanks = 2;
/** What is left of a window tells less than a whole one, and mostly there is nothing beside. */
const besideConfidenceMin = 0.98;

/** What a window of a broadcast is: an answer, and what sounds beside its match. */
export type WindowAnswer = Answer & { readonly beside: Match | null };

export function identifyWindow(
  search: Searching,
  shards: readonly Shard[],
  query: SoundQuery,
  expected: Playing | null = null,
): WindowAnswer {
  // What is missed now is in the next three windows too.
  const answer = identify(search, shards, query, 'speeds', expected);
  const { match, sameAudio, alternatives } = answer;
  if (match !== null)
    return { ...answer, beside: lookBeside(search, shards, query, match, sameAudio) };
  // As loud as each other, two recordings hide one another: each must be found where the other is taken out.
  const first = alternatives[0];
  const second = first === undefined ? null : lookBeside(search, shards, query, first);
  const again = second === null ? null : lookBeside(search, shards, query, second);
  return again !== null && again.recordingId === first?.recordingId
    ? { match: again, sameAudio: [], alternatives: [], doubtful: null, beside: second }
    : { ...answer, beside: null };
}

/** What else sounds in a window of which one recording is known. */
function lookBeside(
  search: Searching,
  shards: readonly Shard[],
  query: SoundQuery,
  known: Match,
  sameAudio: Answer['sameAudio'] = [],
): Match | null {
  const rest = withoutMatch(shards, query, known);
  if (rest === null) return null;
  const named = new Set([known, ...sameAudio].map(({ recordingId }) => recordingId));
  const others = shards.map(({ segment, isLive }) => ({
    segment,
    isLive: (at: number) => !named.has(segment.recordings[at]!.recordingId) && isLive(at),
  }));
  const { match } = identify(search, others, rest, 'plain');
  return match !== null && match.confidence >= besideConfidenceMin ? match : null;
}

/** The window with the places of the match's peaks as if nothing spoke for or against them; null when little else is there. */
function withoutMatch(
  shards: readonly Shard[],
  query: SoundQuery,
  match: Match,
): SoundQuery | null {
  const found = findRecording(shards, match.recordingId);
  if (found === null) return null;
  const { frames, places, ranks } = query;
  const evidence = query.evidence.slice();
  const isExplained = new Uint8Array(evidence.length);
  const at = {
    ...found,
    offset: match.offsetMs / frameMs,
    tempo: match.speed,
    pitch: 2 ** (match.pitchCents / 1_200),
  };
  eachPeakHeard(query, at, (t, bin) => {
    for (let b = Math.max(lowest, bin - nearBins); b <= Math.min(highest - 1, bin + nearBins); b++)
      for (let f = Math.max(0, t - nearFrames); f <= Math.min(frames - 1, t + nearFrames); f++) {
        const cell = (b - lowest) * frames + f;
        isExplained[cell] = 1;
        evidence[cell] = evidenceUnit;
      }
  });
  const isOther = Array.from(places, (place) => {
    const bin = Math.round((place % stepsMax) / stepsPerBin);
    const cell = (Math.min(highest - 1, Math.max(lowest, bin)) - lowest) * frames;
    return isExplained[cell + Math.floor(place / stepsMax)] === 0;
  });
  const strong = Array.from(ranks, (rank) => rank < strongRanks);
  const others = strong.filter((is, i) => is && isOther[i]!).length;
  if (others < (1 - explainedAlone) * strong.filter(Boolean).length) return null;
  return {
    ...query,
    evidence,
    places: places.filter((_, i) => isOther[i]!),
    ranks: ranks.filter((_, i) => isOther[i]!),
  };
}

function findRecording(
  shards: readonly Shard[],
  recordingId: string,
): { readonly segment: Segment; readonly recording: number } | null {
  for (const { segment, isLive } of shards) {
    const recording = segment.recordings.findIndex(
      (listed, at) => listed.recordingId === recordingId && isLive(at),
    );
    if (recording >= 0) return { segment, recording };
  }
  return null;
}
