import type { RecordingId } from '#foundation/kernel/ids.ts';
import { edgeMs, togetherMaxMs, togetherShare, winsMin, type Preset } from './bounds.ts';
import { heardMsOf, playedMsOf, togetherMsOf, type TrackRun } from './track-run.ts';

// Which of several recordings that are heard at once is the one that plays: one sound may be in the catalogue twice, be an
// edit of another or a sample in it. Total and without chance, so that the same windows always give the same plays.

export type DurationOf = (recordingId: RecordingId) => number | null;
export type Judging = { readonly preset: Preset; readonly durationOf: DurationOf };

/**
 * Whether `run` is only another name for what `other` plays: it sounds only while the other does, is the weaker of the
 * two, and for longer than a crossfade, or from the same beginning to the same end, or was never the strongest.
 */
export function hides(other: TrackRun, run: TrackRun, judging: Judging): boolean {
  if (other.recordingId === run.recordingId) return false;
  if (isSameSound(run, other)) return isNamedBy(other, run, judging);
  if (!isStronger(other, run)) return false;
  const togetherMs = togetherMsOf(other, run);
  if (togetherMs < togetherShare * heardMsOf(run)) return false;
  const sameEdges =
    Math.abs(other.firstMs - run.firstMs) <= edgeMs &&
    Math.abs(other.lastMs - run.lastMs) <= edgeMs;
  return togetherMs > togetherMaxMs || sameEdges || run.wins < winsMin;
}

/**
 * One audio under two entries, or an edit: it is the one that was heard longer, else the one that was heard from its own beginning
 * to its own end, else the stronger one.
 */
export function isNamedBy(other: TrackRun, run: TrackRun, judging: Judging): boolean {
  if (!isSameSound(run, other)) return false;
  const bothMs = Math.min(other.lastMs, run.lastMs) - Math.max(other.firstMs, run.firstMs);
  if (bothMs < togetherShare * (run.lastMs - run.firstMs)) return false;
  const moreMs = playedMsOf(other, judging.preset) - playedMsOf(run, judging.preset);
  if (Math.abs(moreMs) > edgeMs) return moreMs > 0;
  const [isWhole, isRunWhole] = [isHeardWhole(other, judging), isHeardWhole(run, judging)];
  return isWhole === isRunWhole ? isStronger(other, run) : isWhole;
}

/** Whether what was heard of a run was mostly also the other recording: an edit of it, or the same under another entry. */
export function isSameSound(run: TrackRun, other: TrackRun): boolean {
  return 2 * (run.same[other.recordingId] ?? 0) >= run.windows;
}

/** Which of two simultaneous runs is the one that plays: strongest, then named first, in more windows; ties go by id. */
function isStronger(a: TrackRun, b: TrackRun): boolean {
  const order =
    a.wins - b.wins ||
    a.firsts - b.firsts ||
    heardMsOf(a) - heardMsOf(b) ||
    a.windows - b.windows ||
    a.confidence - b.confidence;
  return order > 0 || (order === 0 && a.recordingId < b.recordingId);
}

/** From its own beginning to its own end. */
function isHeardWhole(run: TrackRun, { durationOf }: Judging): boolean {
  const durationMs = durationOf(run.recordingId);
  return (
    durationMs !== null && run.firstOffsetMs <= edgeMs && run.lastOffsetMs >= durationMs - edgeMs
  );
}
