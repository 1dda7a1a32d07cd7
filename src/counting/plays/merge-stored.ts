import { playStateNumber } from '#foundation/kernel/counting.ts';
import { dayMs, hourMs, type Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { canBeOne, connectedGroups, mergeGroup, type Evidence } from './merge-evidence.ts';
import { cellsAround } from './place.ts';
import { playIdBytes, type PlayId } from './play-id.ts';
import * as queries from './merge-queries.ts';

/** Most evidence is shorter than this; the few mixes that are longer have an index of their own. */
const lookBackMs = hourMs;
/** Nothing sounds longer. */
const longestMs = dayMs;

type Stored = Evidence & {
  readonly state: number;
  readonly playId: Buffer | null;
  readonly receivedAt: Instant;
};

/**
 * Merges evidence that was just inserted with what sounded at the same place and time, and moves the rollups by
 * what changed. Answers, by `identity`, the play that new evidence joined where it is not the first of its play.
 */
export async function mergeStored(
  tx: Db,
  fresh: readonly Evidence[],
): Promise<ReadonlyMap<string, PlayId>> {
  return settle(tx, fresh, new Set(fresh.map(identity)));
}

/** Merges evidence that was stored long ago and can overlap other evidence since its recording was merged. */
export async function mergeAgain(tx: Db, stored: readonly Evidence[]): Promise<void> {
  await settle(tx, stored, new Set());
}

async function settle(
  tx: Db,
  moved: readonly Evidence[],
  freshIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, PlayId>> {
  const joined = new Map<string, PlayId>();
  if (moved.length === 0) return joined;
  const around = await gather(tx, moved);
  if (around.length === moved.length && around.length === 1) return joined; // nobody else was there

  const movedIds = new Set(moved.map(identity));
  const changes: { evidence: Stored; state: number; playId: Buffer | null }[] = [];
  for (const group of connectedGroups(around)) {
    if (!group.some((e) => movedIds.has(identity(e)))) continue;
    for (const play of mergeGroup(group)) {
      const founder = founderOf(play.members, freshIds);
      const address = play.members.length === 1 ? null : playIdBytes(founder);
      for (const e of play.members) {
        const state = playStateNumber(e === play.speaker ? 'counted' : 'merged');
        if (state !== e.state || !sameBytes(address, e.playId))
          changes.push({ evidence: e, state, playId: address });
        if (e !== founder && freshIds.has(identity(e)))
          joined.set(identity(e), address!.toString('base64url') as PlayId);
      }
    }
  }
  if (changes.length > 0) await tx.run(queries.changeStates, toColumns(changes));
  return joined;
}

/**
 * The new evidence and everything connected to it, found in rounds: each asks around what the last one found. There is no limit to
 * how far this goes, because the last piece of a chain can decide how the first is counted; what is not connected is let go at
 * once, so that a popular song does not drag along what everybody else heard of it.
 */
async function gather(tx: Db, fresh: readonly Evidence[]): Promise<readonly Stored[]> {
  const known = new Map<string, Stored>();
  const asked = new Set<string>();
  let frontier: readonly Evidence[] = fresh;
  while (frontier.length > 0) {
    for (const e of frontier) asked.add(identity(e));
    const found = [...(await nearby(tx, frontier)), ...(await ofListeners(tx, frontier))];
    const candidates = new Map<string, Stored>();
    for (const row of found) {
      const id = identity(row);
      if (!known.has(id)) candidates.set(id, toStored(row));
    }
    const next: Stored[] = [];
    for (const e of connectedTo([...candidates.values()], frontier)) {
      known.set(identity(e), e);
      if (!asked.has(identity(e))) next.push(e);
    }
    frontier = next;
  }
  return [...known.values()];
}

/** Those of the candidates that are among `around` or can be one sound with one of them. */
function connectedTo(
  candidates: readonly Stored[],
  around: readonly Evidence[],
): readonly Stored[] {
  const own = new Set(around.map(identity));
  const byRecording = Map.groupBy(around, (e) => e.recordingId);
  for (const list of byRecording.values()) list.sort((a, b) => a.startedAt - b.startedAt);
  const longest = new Map(
    [...byRecording].map(([id, list]) => [id, Math.max(...list.map((e) => e.playedMs))]),
  );
  return candidates.filter((candidate) => {
    if (own.has(identity(candidate))) return true;
    const list = byRecording.get(candidate.recordingId);
    if (list === undefined) return false;
    const until = candidate.startedAt + candidate.playedMs;
    const from = candidate.startedAt - longest.get(candidate.recordingId)!;
    for (let i = firstAfter(list, from); i < list.length && list[i]!.startedAt < until; i++)
      if (canBeOne(candidate, list[i]!)) return true;
    return false;
  });
}

/** The first that began after an instant; the list is in order. */
function firstAfter(list: readonly Evidence[], instant: number): number {
  let [lo, hi] = [0, list.length];
  while (lo < hi) {
    const middle = (lo + hi) >> 1;
    if (list[middle]!.startedAt > instant) hi = middle;
    else lo = middle + 1;
  }
  return lo;
}

async function nearby(
  tx: Db,
  around: readonly Evidence[],
): Promise<readonly queries.StoredEvidence[]> {
  const located = around.filter((e) => e.position !== null);
  if (located.length === 0) return [];
  const probes = joinTimes(
    located.flatMap((e) =>
      cellsAround(e.position!.lat, e.position!.lon).map((cell) => ({
        recordingId: e.recordingId,
        where: String(cell),
        ...timesOf(e),
      })),
    ),
  );
  return tx.all(queries.findNearby, {
    recordingIds: probes.map((p) => p.recordingId),
    cells: probes.map((p) => Number(p.where)),
    froms: probes.map((p) => p.from),
    tos: probes.map((p) => p.to),
    ...partitionsOf(located),
    lookBackMs,
    longestMs,
  });
}

async function ofListeners(
  tx: Db,
  around: readonly Evidence[],
): Promise<readonly queries.StoredEvidence[]> {
  const known = around.filter((e) => e.listenerId !== null);
  if (known.length === 0) return [];
  const probes = joinTimes(
    known.map((e) => ({ recordingId: e.recordingId, where: e.listenerId!, ...timesOf(e) })),
  );
  return tx.all(queries.findOfListeners, {
    listenerIds: probes.map((p) => p.where),
    recordingIds: probes.map((p) => p.recordingId),
    froms: probes.map((p) => p.from),
    tos: probes.map((p) => p.to),
    ...partitionsOf(known),
    lookBackMs,
    longestMs,
  });
}

type Probe = {
  readonly recordingId: string;
  /** A cell or a listener. */
  readonly where: string;
  readonly from: number;
  readonly to: number;
};

function timesOf(e: Evidence): { readonly from: number; readonly to: number } {
  return { from: e.startedAt, to: e.startedAt + Math.max(1, e.playedMs) };
}

/** Probes of one recording at one place whose times touch are one probe: a thousand repeats are asked for once. */
function joinTimes(probes: readonly Probe[]): readonly Probe[] {
  const joined: { recordingId: string; where: string; from: number; to: number }[] = [];
  const groups = Map.groupBy(probes, (p) => `${p.recordingId} ${p.where}`);
  for (const group of groups.values()) {
    const first = joined.length;
    for (const probe of group.toSorted((a, b) => a.from - b.from)) {
      const last = joined.length > first ? joined.at(-1)! : undefined;
      if (last !== undefined && probe.from <= last.to + lookBackMs)
        last.to = Math.max(last.to, probe.to);
      else joined.push({ ...probe });
    }
  }
  return joined;
}

function partitionsOf(evidence: readonly Evidence[]): { lo: number; hi: number } {
  let lo = Infinity;
  let hi = -Infinity;
  for (const e of evidence) {
    lo = Math.min(lo, e.startedAt - longestMs);
    hi = Math.max(hi, e.startedAt + e.playedMs + 1);
  }
  return { lo, hi };
}

export function toStored(row: queries.StoredEvidence): Stored {
  return {
    ...row,
    position:
      row.cell === null ? null : { lat: row.lat!, lon: row.lon!, accuracyM: row.accuracyM ?? 0 },
  };
}

export function identity(e: {
  readonly deviceId: string;
  readonly key: string;
  readonly startedAt: Instant;
}): string {
  return `${e.deviceId} ${e.key} ${e.startedAt}`;
}

/**
 * The evidence that gives the play its address: the one whose address was already answered to somebody, else the one
 * that arrived first. Arrival decides only the name of a play, never how many there are.
 */
function founderOf(members: readonly Stored[], freshIds: ReadonlySet<string>): Stored {
  const named = new Set(
    members.flatMap((e) => (e.playId === null ? [] : [e.playId.toString('hex')])),
  );
  function rank(e: Stored): number {
    if (freshIds.has(identity(e))) return 2;
    return named.has(playIdBytes(e).toString('hex')) ? 0 : 1;
  }
  return members.reduce((a, b) => {
    const order =
      rank(a) - rank(b) || a.receivedAt - b.receivedAt || (identity(a) < identity(b) ? -1 : 1);
    return order <= 0 ? a : b;
  });
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

function toColumns(
  changes: readonly { evidence: Stored; state: number; playId: Buffer | null }[],
): queries.StateChanges {
  const times: readonly number[] = changes.map((c) => c.evidence.startedAt);
  return {
    deviceIds: changes.map((c) => c.evidence.deviceId),
    keys: changes.map((c) => c.evidence.key),
    startedAts: times,
    states: changes.map((c) => c.state),
    playIds: changes.map((c) => c.playId),
    lo: times.reduce((a, b) => Math.min(a, b)),
    hi: times.reduce((a, b) => Math.max(a, b)) + 1,
  };
}
