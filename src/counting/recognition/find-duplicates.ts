import { framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import type { FindingKind } from './catalogue-queries.ts';
import { heardOfHashes } from './heard-of-hashes.ts';
import type { Answer, Match } from './identify.ts';
import type { Searcher } from './search-thread.ts';

// Is this upload something we had? It is asked as a listener would: stretches of it are looked up, and what the answers say of
// pace, place and how many agree tells a copy from an edit, a faster copy, or a sample.

export type Finding = {
  readonly otherId: string;
  readonly kind: FindingKind;
  readonly speed: number;
  readonly pitchCents: number;
  readonly confidence: number;
  readonly windowsMatched: number;
  readonly windowsAsked: number;
};

const windowFrames = 10 * framesPerSecond;
const windowsMax = 5;
/** Paces further from 1 than this are no encoder's rounding. */
const respeedMin = 0.006;
const respeedCentsMin = 15;
/** Offsets that agree within this are one alignment. */
const sameAlignmentMs = 400;

export async function findDuplicates(
  searcher: Searcher,
  places: Uint32Array,
): Promise<readonly Finding[]> {
  const framesTotal = (places.at(-1) ?? 0) >>> 10;
  const count = Math.max(1, Math.min(windowsMax, Math.floor(framesTotal / windowFrames)));
  const found = new Map<string, { match: Match; startMs: number }[]>();
  for (let n = 0; n < count; n++) {
    const start = Math.floor(((framesTotal - windowFrames) * (n + 0.5)) / count);
    const { match, sameAudio } = await lookUp(searcher, places, Math.max(0, start));
    if (match === null) continue;
    for (const otherId of [match.recordingId, ...sameAudio.map((same) => same.recordingId)]) {
      const hits = found.get(otherId) ?? [];
      hits.push({ match, startMs: (Math.max(0, start) * 1_000) / framesPerSecond });
      found.set(otherId, hits);
    }
  }
  return [...found].map(([otherId, hits]) => ({
    otherId,
    windowsAsked: count,
    windowsMatched: hits.length,
    ...judge(hits, count),
  }));
}

async function lookUp(searcher: Searcher, places: Uint32Array, start: number): Promise<Answer> {
  const window: number[] = [];
  for (const place of places) {
    const frame = place >>> 10;
    if (frame >= start + windowFrames) break;
    if (frame >= start) window.push(place - start * 1_024);
  }
  return searcher.search(heardOfHashes(window)!);
}

function judge(hits: readonly { match: Match; startMs: number }[], asked: number) {
  const middle = hits[Math.floor(hits.length / 2)]!;
  const { speed, pitchCents } = middle.match;
  const confidence = Math.max(...hits.map((hit) => hit.match.confidence));
  const most = hits.length * 2 > asked;
  const shifts = hits.map((hit) => hit.match.offsetMs - hit.startMs * hit.match.speed);
  const aligned = Math.max(...shifts) - Math.min(...shifts) <= sameAlignmentMs;
  const kind: FindingKind = !most
    ? 'sample'
    : Math.abs(speed - 1) > respeedMin || Math.abs(pitchCents) > respeedCentsMin
      ? 'respeed'
      : aligned && hits.length === asked
        ? 'same'
        : 'edit';
  return { kind, speed, pitchCents, confidence };
}
