import { hourMs, type Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { connectedGroups, mergeGroup, type Evidence } from './merge-evidence.ts';
import { cellsAround } from './place.ts';
import { playIdBytes, type PlayId } from './play-id.ts';
import * as queries from './merge-queries.ts';
import { states } from './sources.ts';

/** Evidence that began longer ago than this is not looked at for an overlap; longer mixes exist, longer songs do not. */
const lookBackMs = 3 * hourMs;
/** A group that is larger than this is a stadium or an attack; what lies beyond is not merged and stays counted. */
const neighboursMax = 20_000;
const roundsMax = 6;

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
  const reporters = new Set(around.map((e) => `${e.deviceId} ${e.source}`));
  if (reporters.size === 1) return joined; // nobody else was there

  const movedIds = new Set(moved.map(identity));
  const changes: { evidence: Stored; state: number; playId: Buffer | null }[] = [];
  for (const group of connectedGroups(around)) {
    if (!group.some((e) => movedIds.has(identity(e)))) continue;
    for (const play of mergeGroup(group)) {
      const founder = founderOf(play.members, freshIds);
      const address = play.members.length === 1 ? null : playIdBytes(founder);
      for (const e of play.members) {
        const state = e === play.speaker ? states.counted : states.merged;
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

/** The new evidence and everything connected to it, found in rounds: each asks around what the last one found. */
async function gather(tx: Db, fresh: readonly Evidence[]): Promise<readonly Stored[]> {
  const known = new Map<string, Stored>();
  let frontier: readonly Evidence[] = fresh;
  for (
    let round = 0;
    round < roundsMax && frontier.length > 0 && known.size < neighboursMax;
    round++
  ) {
    const found = [...(await nearby(tx, frontier)), ...(await ofListeners(tx, frontier))];
    const next: Stored[] = [];
    for (const row of found) {
      const id = identity(row);
      if (known.has(id)) continue;
      const stored = toStored(row);
      known.set(id, stored);
      next.push(stored);
    }
    const asked = new Set(frontier.map(identity));
    frontier = next.filter((e) => !asked.has(identity(e)));
  }
  return [...known.values()];
}

async function nearby(
  tx: Db,
  around: readonly Evidence[],
): Promise<readonly queries.StoredEvidence[]> {
  const located = around.filter((e) => e.position !== null);
  if (located.length === 0) return [];
  const probes = located.flatMap((e) =>
    cellsAround(e.position!.lat, e.position!.lon).map((cell) => ({ e, cell })),
  );
  return tx.all(queries.findNearby, {
    recordingIds: probes.map((p) => p.e.recordingId),
    cells: probes.map((p) => p.cell),
    froms: probes.map((p) => p.e.startedAt - lookBackMs),
    tos: probes.map((p) => p.e.startedAt + Math.max(1, p.e.playedMs)),
    ...partitionsOf(located),
    limit: neighboursMax,
  });
}

async function ofListeners(
  tx: Db,
  around: readonly Evidence[],
): Promise<readonly queries.StoredEvidence[]> {
  const known = around.filter((e) => e.listenerId !== null);
  if (known.length === 0) return [];
  return tx.all(queries.findOfListeners, {
    listenerIds: known.map((e) => e.listenerId!),
    recordingIds: known.map((e) => e.recordingId),
    froms: known.map((e) => e.startedAt - lookBackMs),
    tos: known.map((e) => e.startedAt + Math.max(1, e.playedMs)),
    ...partitionsOf(known),
    limit: neighboursMax,
  });
}

function partitionsOf(evidence: readonly Evidence[]): { lo: number; hi: number } {
  let lo = Infinity;
  let hi = -Infinity;
  for (const e of evidence) {
    lo = Math.min(lo, e.startedAt - lookBackMs);
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
