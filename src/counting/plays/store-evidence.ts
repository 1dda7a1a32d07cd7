import {
  mergedAway,
  normaliseArtist,
  normaliseTitle,
  parseIsrc,
} from '#catalogue/catalog/index.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, type Instant } from '#foundation/kernel/time.ts';
import { plainArray, type Db } from '#foundation/platform/postgres.ts';
import { identity, mergeStored } from './merge-stored.ts';
import { addToHourly, type HourlyColumns } from './move-hourly.ts';
import { accuracyMaxM, cellOf } from './place.ts';
import { playIdOf, type PlayId } from './play-id.ts';
import * as queries from './queries.ts';
import type { Report, Reporter } from './read-report.ts';

/** A key may not name two times within this window, before or after. */
export const keyWindowMs = 60 * dayMs;

/** A report whose recording has been looked up. */
export type Evidence = Report & {
  readonly reporter: Reporter;
  readonly recordingId: RecordingId | null;
  readonly clockOffsetMs: number | null;
};

export type Stored =
  | { readonly kind: 'counted' | 'duplicate' | 'unmatched'; readonly playId: PlayId }
  | { readonly kind: 'reused' };

/**
 * Stores evidence of any number of devices in one transaction and says what became of each piece, in the order given.
 * Locks are taken in one order everywhere: devices, then recordings, then rows by key.
 */
export async function storeEvidence(
  tx: Db,
  looked: readonly Evidence[],
  now: Instant,
): Promise<readonly Stored[]> {
  await tx.run(queries.lockDevices, {
    deviceIds: [...new Set(looked.map((e) => e.reporter.deviceId))],
  });
  const given = await followMerges(tx, looked);
  const sorted = [...given].sort(byKey);
  const mergeable = sorted.filter(
    (e) => e.recordingId !== null && (e.reporter.listenerId !== null || isPlaced(e)),
  );
  if (mergeable.length > 0) {
    await tx.run(queries.lockRecordings, {
      recordingIds: [...new Set(mergeable.map((e) => e.recordingId as string))],
    });
  }

  const known = await findKnown(tx, sorted);
  const fresh = known.size === 0 ? sorted : sorted.filter((e) => !known.has(e));
  if (fresh.length > 0) {
    await tx.run(queries.insertEvidence, { receivedAt: now, evidence: toColumns(fresh) });
    await tx.run(addToHourly, toHourly(fresh));
  }
  const described = fresh.filter((e) => e.recordingId === null || e.recording.kind === 'text');
  if (described.length > 0) await tx.run(queries.keepReportedText, toReportedText(described));
  const joined = await mergeStored(tx, mergeable.filter((e) => !known.has(e)).map(toMergeable));

  return given.map((e): Stored => {
    const before = known.get(e);
    if (before !== undefined) return before;
    if (e.recordingId === null) return { kind: 'unmatched', playId: addressOf(e) };
    const play = joined.size === 0 ? undefined : joined.get(identity(toIdentity(e)));
    return play === undefined
      ? { kind: 'counted', playId: addressOf(e) }
      : { kind: 'duplicate', playId: play };
  });
}

/** What is to be said of evidence whose key is in use: the same evidence again, or a key that names another time. */
async function findKnown(
  tx: Db,
  sorted: readonly Evidence[],
): Promise<ReadonlyMap<Evidence, Stored>> {
  const known = new Map<Evidence, Stored>();
  const { lo, hi } = spanOf(sorted);
  const rows = await tx.all(queries.findKnown, {
    deviceIds: plainArray(sorted.map((e) => e.reporter.deviceId)),
    keys: plainArray(sorted.map((e) => e.key)),
    lo: lo - keyWindowMs,
    hi: hi + keyWindowMs + 1,
  });
  for (const { n, startedAt, playId } of rows) {
    const e = sorted[Number(n) - 1]!;
    if (startedAt === e.startedAt)
      known.set(e, {
        kind: 'duplicate',
        playId: (playId?.toString('base64url') as PlayId | undefined) ?? addressOf(e),
      });
    else if (Math.abs(startedAt - e.startedAt) <= keyWindowMs && !known.has(e))
      known.set(e, { kind: 'reused' });
  }
  return known;
}

/**
 * Evidence of a recording that was merged away meanwhile is evidence of the one that stays. Asked under the lock of
 * the writers, so that what `moveRecording` does not see is written under the new id.
 */
async function followMerges(tx: Db, evidence: readonly Evidence[]): Promise<readonly Evidence[]> {
  const into = await mergedAway(
    tx,
    evidence.flatMap((e) => e.recordingId ?? []),
  );
  if (into.size === 0) return evidence;
  return evidence.map((e) =>
    e.recordingId === null ? e : { ...e, recordingId: into.get(e.recordingId) ?? e.recordingId },
  );
}

function byKey(a: Evidence, b: Evidence): number {
  if (a.reporter.deviceId !== b.reporter.deviceId)
    return a.reporter.deviceId < b.reporter.deviceId ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

function spanOf(evidence: readonly Evidence[]): { lo: number; hi: number } {
  let lo = Infinity;
  let hi = -Infinity;
  for (const { startedAt } of evidence) {
    if (startedAt < lo) lo = startedAt;
    if (startedAt > hi) hi = startedAt;
  }
  return { lo, hi };
}

function isPlaced(e: Report): boolean {
  return e.position !== null && e.position.accuracyM <= accuracyMaxM;
}

function toIdentity(e: Evidence) {
  return { deviceId: e.reporter.deviceId, key: e.key, startedAt: e.startedAt };
}

function addressOf(e: Evidence): PlayId {
  return playIdOf(toIdentity(e));
}

function toMergeable(e: Evidence) {
  return {
    ...toIdentity(e),
    recordingId: e.recordingId!,
    playedMs: e.playedMs,
    source: e.source,
    listenerId: e.reporter.listenerId,
    position: isPlaced(e) ? e.position : null,
  };
}

function toColumns(evidence: readonly Evidence[]): queries.EvidenceColumns {
  const column = (of: (e: Evidence) => string | number | null): string | null =>
    plainArray(evidence.map(of));
  const hashes = evidence.map((e) => e.payloadHash);
  return {
    deviceIds: column((e) => e.reporter.deviceId),
    keys: column((e) => e.key),
    startedAts: column((e) => e.startedAt),
    recordingIds: column((e) => e.recordingId),
    listenerIds: column((e) => e.reporter.listenerId),
    playedMs: column((e) => e.playedMs),
    sources: column((e) => e.source),
    provenances: column((e) => e.provenance),
    territories: column((e) => e.territory),
    seqs: column((e) => e.seq),
    confidences: column((e) => e.confidence),
    lats: column((e) => e.position?.lat ?? null),
    lons: column((e) => e.position?.lon ?? null),
    accuracies: column((e) => e.position?.accuracyM ?? null),
    placeIds: column((e) => e.placeId),
    cells: column((e) => (isPlaced(e) ? cellOf(e.position!.lat, e.position!.lon) : null)),
    clockOffsets: column((e) => e.clockOffsetMs),
    payloadHashes: hashes.some((hash) => hash !== null) ? hashes : null,
  };
}

/** Adds the evidence up by bucket, in the order in which every writer takes buckets. */
function toHourly(evidence: readonly Evidence[]): HourlyColumns {
  const buckets = new Map<string, { e: Evidence; plays: number; playedMs: number }>();
  for (const e of evidence) {
    if (e.recordingId === null) continue;
    const hour = Math.floor(e.startedAt / hourMs);
    const key = `${e.recordingId} ${hour} ${e.source} ${e.territory ?? ''} ${e.provenance}`;
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, { e, plays: 1, playedMs: e.playedMs });
    else {
      bucket.plays += 1;
      bucket.playedMs += e.playedMs;
    }
  }
  const sorted = [...buckets.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, bucket]) => bucket);
  return {
    recordingIds: plainArray(sorted.map((b) => b.e.recordingId)),
    hours: plainArray(sorted.map((b) => Math.floor(b.e.startedAt / hourMs) * hourMs)),
    sources: plainArray(sorted.map((b) => b.e.source)),
    territories: plainArray(sorted.map((b) => b.e.territory ?? '""')),
    provenances: plainArray(sorted.map((b) => b.e.provenance)),
    plays: plainArray(sorted.map((b) => b.plays)),
    playedMs: plainArray(sorted.map((b) => b.playedMs)),
  };
}

function toReportedText(evidence: readonly Evidence[]): queries.ReportedText {
  const titles = evidence.map((e) => (e.recording.kind === 'text' ? e.recording.title : null));
  const artists = evidence.map((e) => (e.recording.kind === 'text' ? e.recording.artist : null));
  return {
    deviceIds: evidence.map((e) => e.reporter.deviceId),
    keys: evidence.map((e) => e.key),
    startedAts: evidence.map((e) => e.startedAt),
    refs: evidence.map((e) => (e.recording.kind === 'id' ? e.recording.id : null)),
    isrcs: evidence.map((e) =>
      e.recording.kind === 'isrc' ? parseIsrc(e.recording.isrc).value : null,
    ),
    titles,
    artists,
    durations: evidence.map((e) => (e.recording.kind === 'text' ? e.recording.durationMs : null)),
    matchTitles: titles.map((t) => (t === null ? null : normaliseTitle(t))),
    matchArtists: artists.map((a) => (a === null ? null : normaliseArtist(a))),
    matched: evidence.map((e) => e.recordingId !== null),
  };
}
