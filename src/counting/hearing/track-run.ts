import type { RecordingId } from '#foundation/kernel/ids.ts';
import * as bounds from './bounds.ts';
import { partMs, type Preset } from './bounds.ts';
import type { Hit, Name } from './heard.ts';

// A run: the hits of one recording on one line, offset against time. Plain data, so that it survives as JSON.

type Point = { readonly atMs: number; readonly offsetMs: number };

export type TrackRun = {
  readonly recordingId: RecordingId;
  readonly name: Name | null;
  isOpen: boolean;
  /** When the first of its windows begins; it may itself have begun later. */
  sinceMs: number;
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
  /** Of these, in how many it was named before every other name of the sound. */
  firsts: number;
  marginSeconds: number;
  hinted: boolean;
  /** When it was heard, [from, to), in order and apart. */
  heard: [number, number][];
  parts: number[];
  /** Its hits as they are hashed, in order. */
  hits: string[];
  /** In how many of the windows another recording was the same audio. */
  same: Record<RecordingId, number>;
  sameAudio: RecordingId[];
};

/** What the rest of the window says of a hit. */
export type Circumstance = {
  readonly isStrongest: boolean;
  readonly isFirst: boolean;
  readonly rivalSeconds: number;
  readonly isHinted: boolean;
  readonly proof: string | undefined;
  /** When the window begins, where it says so. */
  readonly fromMs: number | undefined;
};

export function startRun(hit: Hit, atMs: number, how: Circumstance): TrackRun {
  const { fromMs, toMs } = stretchOf(hit, atMs);
  const run: TrackRun = {
    recordingId: hit.recordingId,
    name: hit.name ?? null,
    isOpen: false,
    sinceMs: how.fromMs ?? fromMs,
    firstMs: fromMs,
    lastMs: toMs,
    firstOffsetMs: hit.offsetMs - (atMs - fromMs) * hit.speed,
    lastOffsetMs: hit.offsetMs,
    anchor: { atMs, offsetMs: hit.offsetMs },
    former: [],
    speed: hit.speed,
    confidence: hit.confidence,
    windows: 0,
    wins: 0,
    firsts: 0,
    marginSeconds: 0,
    hinted: false,
    heard: [],
    parts: [],
    hits: [],
    same: {},
    sameAudio: [],
  };
  addHit(run, hit, atMs, how);
  return run;
}

function stretchOf(hit: Hit, atMs: number): { fromMs: number; toMs: number } {
  const toMs = Math.min(atMs, hit.toMs ?? atMs);
  return { fromMs: Math.max(0, Math.min(toMs, hit.fromMs ?? atMs - hit.seconds * 1000)), toMs };
}

export function expectedOffset(run: TrackRun, atMs: number): number {
  return run.anchor.offsetMs + (atMs - run.anchor.atMs) * run.speed;
}

export function isOnLine(run: TrackRun, hit: Hit, atMs: number, preset: Preset): boolean {
  const sinceMs = Math.abs(atMs - run.anchor.atMs);
  const { afterGapToleranceMs, looseGapMs } = preset;
  const isAfterGap = afterGapToleranceMs !== null && atMs - run.anchor.atMs > looseGapMs;
  const allowedMs = isAfterGap ? afterGapToleranceMs : toleranceMs(sinceMs);
  return (
    Math.abs(hit.offsetMs - expectedOffset(run, atMs)) <= allowedMs ||
    run.former.some((point) => isThrough(point, run.speed, hit, atMs))
  );
}

function isThrough(point: Point, speed: number, hit: Hit, atMs: number): boolean {
  const sinceMs = atMs - point.atMs;
  const offMs = hit.offsetMs - point.offsetMs - sinceMs * speed;
  return sinceMs <= bounds.formerMs && Math.abs(offMs) <= toleranceMs(sinceMs);
}

function toleranceMs(sinceMs: number): number {
  return bounds.lineToleranceMs + bounds.driftShare * sinceMs;
}

export function addHit(run: TrackRun, hit: Hit, atMs: number, how: Circumstance): void {
  const { fromMs, toMs } = stretchOf(hit, atMs);
  run.windows += 1;
  if (how.isStrongest) run.wins += 1;
  if (how.isFirst) run.firsts += 1;
  run.marginSeconds += hit.seconds - how.rivalSeconds;
  run.hinted ||= how.isHinted;
  for (const id of hit.sameAs ?? []) run.same[id] = (run.same[id] ?? 0) + 1;
  run.confidence = Math.max(run.confidence, hit.confidence);
  // The mean of many windows knows the speed better than the last one.
  run.speed += (hit.speed - run.speed) / Math.min(run.windows, 10);
  const anchor = { atMs, offsetMs: hit.offsetMs };
  // Back on a line it had left: the one in between may come back too.
  if (run.former.length > 0 && !isThrough(run.anchor, run.speed, hit, atMs))
    run.former = [...run.former, run.anchor].slice(-bounds.formerMax);
  run.anchor = anchor;
  if (fromMs < run.firstMs) {
    run.firstMs = fromMs;
    run.firstOffsetMs = hit.offsetMs - (atMs - fromMs) * hit.speed;
  }
  run.lastMs = Math.max(run.lastMs, toMs);
  run.lastOffsetMs = hit.offsetMs - (atMs - toMs) * hit.speed;
  run.heard = withStretch(run.heard, fromMs, toMs);
  const startOffset = hit.offsetMs - (atMs - fromMs) * hit.speed;
  addParts(run, startOffset, run.lastOffsetMs);
  if (run.hits.length < bounds.hitsMax) run.hits.push(how.proof ?? lineOf(hit, atMs));
}

/** The run turns out to have begun earlier, where it could not be named for sure; its line and its windows stay. */
export function beginEarlier(run: TrackRun, hit: Hit, atMs: number): void {
  const { fromMs, toMs } = stretchOf(hit, atMs);
  const startOffset = hit.offsetMs - (atMs - fromMs) * hit.speed;
  if (fromMs < run.firstMs) {
    run.firstMs = fromMs;
    run.firstOffsetMs = startOffset;
  }
  run.heard = withStretch(run.heard, fromMs, toMs);
  addParts(run, startOffset, hit.offsetMs - (atMs - toMs) * hit.speed);
  run.hits.unshift(lineOf(hit, atMs));
}

/** Whether a window's stretch reaches to where the run begins. */
export function reachesTo(run: TrackRun, hit: Hit, atMs: number): boolean {
  return stretchOf(hit, atMs).toMs >= run.firstMs - bounds.reachMs;
}

/** One hit as it is hashed: stream time, recording, offset, speed, confidence, seconds. */
function lineOf(hit: Hit, atMs: number): string {
  const { recordingId, offsetMs, speed, confidence, seconds } = hit;
  return `${Math.round(atMs)} ${recordingId} ${Math.round(offsetMs)} ${speed.toFixed(4)} ${confidence.toFixed(3)} ${seconds.toFixed(1)}`;
}

/** The same play goes on elsewhere in the recording: an edit, a loop, a stutter. */
export function goOnWith(run: TrackRun, next: TrackRun): void {
  run.lastMs = Math.max(run.lastMs, next.lastMs);
  run.lastOffsetMs = next.lastOffsetMs;
  run.former = [...run.former, run.anchor].slice(-bounds.formerMax);
  run.anchor = next.anchor;
  run.speed = next.speed;
  run.confidence = Math.max(run.confidence, next.confidence);
  run.windows += next.windows;
  run.wins += next.wins;
  run.firsts += next.firsts;
  run.marginSeconds += next.marginSeconds;
  run.hinted ||= next.hinted;
  for (const [id, windows] of Object.entries(next.same) as [RecordingId, number][])
    run.same[id] = (run.same[id] ?? 0) + windows;
  for (const [from, to] of next.heard) run.heard = withStretch(run.heard, from, to);
  for (const part of next.parts) addPart(run, part * partMs);
  run.hits = [...run.hits, ...next.hits].slice(0, bounds.hitsMax);
}

function addParts(run: TrackRun, fromMs: number, toMs: number): void {
  for (let at = fromMs; at < toMs; at += partMs) addPart(run, at);
  addPart(run, toMs);
}

function addPart(run: TrackRun, offsetMs: number): void {
  const part = Math.floor(Math.max(0, offsetMs) / partMs);
  if (part < bounds.partsMax && !run.parts.includes(part)) run.parts.push(part);
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
  return [...apart, joined].sort((x, y) => x[0] - y[0]).slice(-bounds.stretchesMax);
}

/** Milliseconds in which it was really heard. */
export function heardMsOf(run: TrackRun): number {
  return Math.round(run.heard.reduce((sum, [from, to]) => sum + to - from, 0));
}

/** The same with the gaps that count, up to `countedGapMs` of each. */
export function playedMsOf(run: TrackRun, { countsLongGaps }: Preset): number {
  const gaps = run.heard.slice(1).map(([from], i) => from - run.heard[i]![1]);
  const counted = gaps.map((gapMs) =>
    gapMs <= bounds.countedGapMs ? gapMs : countsLongGaps ? bounds.countedGapMs : 0,
  );
  return Math.round(counted.reduce((sum, ms) => sum + ms, 0)) + heardMsOf(run);
}

/** For how long both were heard at once. */
export function togetherMsOf(one: TrackRun, other: TrackRun): number {
  let sum = 0;
  for (let i = 0, j = 0; i < one.heard.length && j < other.heard.length;) {
    const [[a, b], [c, d]] = [one.heard[i]!, other.heard[j]!];
    sum += Math.max(0, Math.min(b, d) - Math.max(a, c));
    if (b < d) i += 1;
    else j += 1;
  }
  return sum;
}
