import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Match } from './listener.ts';

// A run: the matches of one recording on one line, offset against stream time. Plain data, so that it survives as JSON.

/** Coverage is kept in parts of a recording of this length. */
export const partMs = 5_000;
const partsMax = 8_192;
const toleranceMs = 350;
/** A deck drifts, and a speed is known to about a per cent. */
const driftShare = 0.012;
/** After a reconnection the line is a few seconds off: the server sends again what it had kept. */
const afterGapToleranceMs = 5_000;
const gapMs = 20_000;
const reachMs = 2_000;
/** A day of one recording; beyond that the evidence is complete enough. */
const hitsMax = 45_000;
const stretchesMax = 2_000;
const formerMs = 90_000;
const formerMax = 4;

type Point = { readonly atMs: number; readonly offsetMs: number };

export type TrackRun = {
  readonly recordingId: RecordingId;
  isOpen: boolean;
  firstMs: number;
  lastMs: number;
  firstOffsetMs: number;
  lastOffsetMs: number;
  /** The line goes through here. */
  anchor: Point;
  /** Lines left a moment ago: parts of a recording are alike, and the engine may take one for the other and come back. */
  former: Point[];
  speed: number;
  confidence: number;
  windows: number;
  /** Windows in which nothing was stronger. */
  wins: number;
  marginSeconds: number;
  hinted: boolean;
  /** When it was heard, [from, to), in order and apart. */
  heard: [number, number][];
  parts: number[];
  hits: string[];
  /** In how many of the windows another recording was the same audio. */
  same: Record<RecordingId, number>;
  sameAudio: RecordingId[];
};

type Circumstance = {
  readonly isStrongest: boolean;
  readonly rivalSeconds: number;
  readonly isHinted: boolean;
};

export function startRun(match: Match, atMs: number, how: Circumstance): TrackRun {
  const { fromMs, toMs } = stretchOf(match, atMs);
  const run: TrackRun = {
    recordingId: match.recordingId,
    isOpen: false,
    firstMs: fromMs,
    lastMs: toMs,
    firstOffsetMs: match.offsetMs - (atMs - fromMs) * match.speed,
    lastOffsetMs: match.offsetMs,
    anchor: { atMs, offsetMs: match.offsetMs },
    former: [],
    speed: match.speed,
    confidence: match.confidence,
    windows: 0,
    wins: 0,
    marginSeconds: 0,
    hinted: false,
    heard: [],
    parts: [],
    hits: [],
    same: {},
    sameAudio: [],
  };
  addHit(run, match, atMs, how);
  return run;
}

function stretchOf(match: Match, atMs: number): { fromMs: number; toMs: number } {
  const toMs = Math.min(atMs, match.toMs ?? atMs);
  return { fromMs: Math.max(0, Math.min(toMs, match.fromMs ?? atMs - match.seconds * 1000)), toMs };
}

export function expectedOffset(run: TrackRun, atMs: number): number {
  return run.anchor.offsetMs + (atMs - run.anchor.atMs) * run.speed;
}

export function isOnLine(run: TrackRun, match: Match, atMs: number): boolean {
  const sinceMs = atMs - run.anchor.atMs;
  const allowed =
    sinceMs > gapMs ? afterGapToleranceMs : toleranceMs + driftShare * Math.abs(sinceMs);
  return (
    Math.abs(match.offsetMs - expectedOffset(run, atMs)) <= allowed ||
    run.former.some((point) => isThrough(point, run.speed, match, atMs))
  );
}

function isThrough(point: Point, speed: number, match: Match, atMs: number): boolean {
  const sinceMs = atMs - point.atMs;
  const off = match.offsetMs - point.offsetMs - sinceMs * speed;
  return sinceMs <= formerMs && Math.abs(off) <= toleranceMs + driftShare * sinceMs;
}

export function addHit(run: TrackRun, match: Match, atMs: number, how: Circumstance): void {
  const { fromMs, toMs } = stretchOf(match, atMs);
  run.windows += 1;
  if (how.isStrongest) run.wins += 1;
  run.marginSeconds += match.seconds - how.rivalSeconds;
  run.hinted ||= how.isHinted;
  for (const id of match.sameAs ?? []) run.same[id] = (run.same[id] ?? 0) + 1;
  run.confidence = Math.max(run.confidence, match.confidence);
  // The mean of many windows knows the speed better than the last one.
  run.speed += (match.speed - run.speed) / Math.min(run.windows, 10);
  const anchor = { atMs, offsetMs: match.offsetMs };
  // Back on a line it had left: the one in between may come back too.
  if (run.former.length > 0 && !isThrough(run.anchor, run.speed, match, atMs))
    run.former = [...run.former, run.anchor].slice(-formerMax);
  run.anchor = anchor;
  if (fromMs < run.firstMs) {
    run.firstMs = fromMs;
    run.firstOffsetMs = match.offsetMs - (atMs - fromMs) * match.speed;
  }
  run.lastMs = Math.max(run.lastMs, toMs);
  run.lastOffsetMs = match.offsetMs - (atMs - toMs) * match.speed;
  run.heard = withStretch(run.heard, fromMs, toMs);
  const startOffset = match.offsetMs - (atMs - fromMs) * match.speed;
  addParts(run, startOffset, run.lastOffsetMs);
  if (run.hits.length < hitsMax) run.hits.push(lineOf(match, atMs));
}

/** The run turns out to have begun earlier, where it could not be named for sure; its line and its windows stay. */
export function beginEarlier(run: TrackRun, match: Match, atMs: number): void {
  const { fromMs, toMs } = stretchOf(match, atMs);
  const startOffset = match.offsetMs - (atMs - fromMs) * match.speed;
  if (fromMs < run.firstMs) {
    run.firstMs = fromMs;
    run.firstOffsetMs = startOffset;
  }
  run.heard = withStretch(run.heard, fromMs, toMs);
  addParts(run, startOffset, match.offsetMs - (atMs - toMs) * match.speed);
  run.hits.unshift(lineOf(match, atMs));
}

/** Whether a window's stretch reaches to where the run begins. */
export function reachesTo(run: TrackRun, match: Match, atMs: number): boolean {
  return stretchOf(match, atMs).toMs >= run.firstMs - reachMs;
}

/** One hit as it is hashed: stream time, recording, offset, speed, confidence, seconds. */
function lineOf(match: Match, atMs: number): string {
  const { recordingId, offsetMs, speed, confidence, seconds } = match;
  return `${Math.round(atMs)} ${recordingId} ${Math.round(offsetMs)} ${speed.toFixed(4)} ${confidence.toFixed(3)} ${seconds.toFixed(1)}`;
}

/** The same play goes on elsewhere in the recording: an edit, a loop, a stutter. */
export function goOnWith(run: TrackRun, next: TrackRun): void {
  run.lastMs = Math.max(run.lastMs, next.lastMs);
  run.lastOffsetMs = next.lastOffsetMs;
  run.former = [...run.former, run.anchor].slice(-formerMax);
  run.anchor = next.anchor;
  run.speed = next.speed;
  run.confidence = Math.max(run.confidence, next.confidence);
  run.windows += next.windows;
  run.wins += next.wins;
  run.marginSeconds += next.marginSeconds;
  run.hinted ||= next.hinted;
  for (const [id, windows] of Object.entries(next.same) as [RecordingId, number][])
    run.same[id] = (run.same[id] ?? 0) + windows;
  for (const [from, to] of next.heard) run.heard = withStretch(run.heard, from, to);
  for (const part of next.parts) addPart(run, part * partMs);
  run.hits = [...run.hits, ...next.hits].slice(0, hitsMax);
}

function addParts(run: TrackRun, fromMs: number, toMs: number): void {
  for (let at = fromMs; at < toMs; at += partMs) addPart(run, at);
  addPart(run, toMs);
}

function addPart(run: TrackRun, offsetMs: number): void {
  const part = Math.floor(Math.max(0, offsetMs) / partMs);
  if (part < partsMax && !run.parts.includes(part)) run.parts.push(part);
}

export function bitsOf(parts: readonly number[]): string {
  let bits = 0n;
  for (const part of parts) bits |= 1n << BigInt(part);
  return bits.toString(16);
}

function withStretch(heard: [number, number][], from: number, to: number): [number, number][] {
  const apart = heard.filter(([a, b]) => b < from || a > to);
  const touching = heard.filter(([a, b]) => b >= from && a <= to);
  const joined: [number, number] = [
    Math.min(from, ...touching.map(([a]) => a)),
    Math.max(to, ...touching.map(([, b]) => b)),
  ];
  return [...apart, joined].sort((x, y) => x[0] - y[0]).slice(-stretchesMax);
}

/** Milliseconds it was heard; gaps up to `bridgedMs` count as heard. */
export function heardMsOf(run: TrackRun, bridgedMs = 0): number {
  let sum = 0;
  run.heard.forEach(([from, to], i) => {
    const gap = i === 0 ? Infinity : from - run.heard[i - 1]![1];
    sum += to - from + (gap <= bridgedMs ? gap : 0);
  });
  return Math.round(sum);
}

/** Whether what was heard of a run was mostly also the other recording: an edit of it, or the same under another entry. */
export function isSameSound(run: TrackRun, other: TrackRun): boolean {
  return 2 * (run.same[other.recordingId] ?? 0) >= run.windows;
}

/** Which of two simultaneous runs is the one that plays. Total and without chance: ties go by id. */
export function isStronger(a: TrackRun, b: TrackRun): boolean {
  const order =
    a.wins - b.wins ||
    heardMsOf(a) - heardMsOf(b) ||
    a.windows - b.windows ||
    a.confidence - b.confidence;
  return order > 0 || (order === 0 && a.recordingId < b.recordingId);
}
