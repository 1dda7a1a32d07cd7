import type { Instant } from '#foundation/kernel/time.ts';
import { isOnePlace, type Position } from './place.ts';
import { isPersonal, sourceRank } from './sources.ts';

// One sound heard by several reporters is one play. Which evidence belongs together is a pure function of the
// set of evidence, never of the order in which it arrived: that is what makes late and concurrent delivery exact.

export type Evidence = {
  readonly deviceId: string;
  readonly key: string;
  readonly startedAt: Instant;
  readonly playedMs: number;
  readonly source: number;
  readonly recordingId: string;
  readonly listenerId: string | null;
  readonly position: Position | null;
};

/** How long two pieces of evidence sounded at the same time, in milliseconds; 0 when they did not. */
export function overlapMs(a: Evidence, b: Evidence): number {
  const end = Math.min(a.startedAt + a.playedMs, b.startedAt + b.playedMs);
  return Math.max(0, end - Math.max(a.startedAt, b.startedAt));
}

/** Whether most of the shorter of two overlaps the other: nobody starts a recording again before it could have ended. */
function overlapsMostly(a: Evidence, b: Evidence): boolean {
  return 2 * overlapMs(a, b) > Math.min(a.playedMs, b.playedMs);
}

/**
 * Whether two pieces of evidence can be one sound: by one listener or at one place. What one listener tells twice through one door
 * is one play only where most of it overlaps; a real repeat begins after the end. What a machine hears twice are two plays.
 */
export function canBeOne(a: Evidence, b: Evidence): boolean {
  if (a.recordingId !== b.recordingId || overlapMs(a, b) === 0) return false;
  if (a.listenerId !== null && a.listenerId === b.listenerId)
    return a.source !== b.source || overlapsMostly(a, b);
  if (a.position === null || b.position === null) return false;
  if (a.source === b.source && (a.deviceId === b.deviceId || isPersonal(a.source))) return false;
  return isOnePlace(a.position, b.position);
}

/** Pieces connected by `canBeOne`, directly or through others; each group is judged by itself. */
export function connectedGroups<E extends Evidence>(
  evidence: readonly E[],
): readonly (readonly E[])[] {
  const sorted = [...evidence].sort((a, b) => a.startedAt - b.startedAt);
  const group = sorted.map((_, i) => i);
  function root(i: number): number {
    while (group[i] !== i) i = group[i] = group[group[i]!]!;
    return i;
  }
  sorted.forEach((a, i) => {
    for (let j = i + 1; j < sorted.length && sorted[j]!.startedAt < a.startedAt + a.playedMs; j++) {
      if (canBeOne(a, sorted[j]!)) group[root(j)] = root(i);
    }
  });
  const groups = new Map<number, E[]>();
  sorted.forEach((e, i) => {
    const r = root(i);
    const members = groups.get(r);
    if (members === undefined) groups.set(r, [e]);
    else members.push(e);
  });
  return [...groups.values()];
}

/** A play and the evidence for it; the first piece speaks for the play. */
export type Merged<E extends Evidence> = { readonly speaker: E; readonly members: readonly E[] };

/**
 * Divides one connected group into plays. The most trusted evidence opens a play; every other piece joins the play
 * whose speaker it overlaps longest, unless that play already has other evidence of the same device and source: a device that hears twice means two plays, which is what keeps a song on repeat from collapsing into one.
 */
export function mergeGroup<E extends Evidence>(group: readonly E[]): readonly Merged<E>[] {
  const plays: { speaker: E; members: E[] }[] = [];
  const near = openIndex<(typeof plays)[number]>(group);
  for (const e of [...group].sort(bySpeakingOrder)) {
    let best: { speaker: E; members: E[] } | undefined;
    for (const play of near.around(e)) {
      if (!canBeOne(play.speaker, e)) continue;
      if (play.members.some((m) => isApart(m, e))) continue;
      if (best === undefined || isBetter(play.speaker, best.speaker, e)) best = play;
    }
    if (best !== undefined) best.members.push(e);
    else {
      const play = { speaker: e, members: [e] };
      plays.push(play);
      near.add(e, play);
    }
  }
  return plays;
}

/** One device, one source, and yet two sounds. */
function isApart(a: Evidence, b: Evidence): boolean {
  if (a.deviceId !== b.deviceId || a.source !== b.source) return false;
  return a.listenerId === null || a.listenerId !== b.listenerId || !overlapsMostly(a, b);
}

/** The longer overlap; the one that speaks first where both are as long. */
function isBetter(a: Evidence, b: Evidence, e: Evidence): boolean {
  const [one, other] = [overlapMs(a, e), overlapMs(b, e)];
  return one > other || (one === other && bySpeakingOrder(a, b) < 0);
}

/** What is spoken for, by stretches of time as long as the longest piece, so that a long chain is not compared with itself whole. */
function openIndex<P>(group: readonly Evidence[]) {
  const longest = group.reduce((max, e) => Math.max(max, e.playedMs), 1);
  const stretches = new Map<number, P[]>();
  return {
    add(e: Evidence, play: P): void {
      const at = Math.floor(e.startedAt / longest);
      const list = stretches.get(at);
      if (list === undefined) stretches.set(at, [play]);
      else list.push(play);
    },
    around(e: Evidence): readonly P[] {
      const at = Math.floor(e.startedAt / longest);
      return [at - 1, at, at + 1].flatMap((i) => stretches.get(i) ?? []);
    },
  };
}

function bySpeakingOrder(a: Evidence, b: Evidence): number {
  return (
    sourceRank(a.source) - sourceRank(b.source) ||
    a.startedAt - b.startedAt ||
    compareText(a.deviceId, b.deviceId) ||
    compareText(a.key, b.key)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
