import {
  existingRecordings,
  normaliseArtist,
  normaliseTitle,
  parseIsrc,
  resolveRecordings,
} from '#catalogue/catalog/index.ts';
import { isUuid, type DeviceId, type PlaceId, type RecordingId } from '#foundation/kernel/ids.ts';
import { dayMs, minuteMs, type Instant } from '#foundation/kernel/time.ts';
import type { Metrics } from '#foundation/platform/metrics.ts';
import type { Database, Db } from '#foundation/platform/postgres.ts';
import { mergeStored } from './merge-stored.ts';
import { ensureMonths, type KnownMonths } from './partitions.ts';
import { accuracyMaxM, cellOf } from './place.ts';
import { playIdOf, type PlayId } from './play-id.ts';
import * as queries from './queries.ts';
import {
  isRefused,
  readReport,
  type RefusedReport,
  type Report,
  type Reporter,
} from './read-report.ts';

export type PlaysContext = {
  readonly db: Database;
  readonly now: () => Instant;
  readonly metrics: Metrics;
  /** The whole installation is a demo: demo rows may be shown, marked. */
  readonly demo: boolean;
  readonly known: Known;
};

/** What need not be asked again: months that have a partition, recordings that exist (none is ever removed). */
export type Known = { readonly months: KnownMonths; readonly recordings: Set<RecordingId> };

export function nothingKnown(): Known {
  return { months: new Set(), recordings: new Set() };
}

const knownRecordingsMax = 500_000;

export type PlayOutcome =
  | {
      readonly kind: 'counted' | 'duplicate' | 'unmatched';
      readonly index: number;
      readonly key: string;
      readonly playId: PlayId;
    }
  | RefusedReport;

/** A key may not name two times within this window, before or after. */
export const keyWindowMs = 60 * dayMs;
/** A clock further off than this is noted beside the play; the play's own time is never rewritten. */
const clockNoticeMs = minuteMs;

type Located = Report & { readonly recordingId: RecordingId | null };

/**
 * Counts what one device reports. Repeated, reordered, late or concurrent reports count once; every report gets
 * an outcome, in the order given. Nothing is acknowledged before it is committed.
 */
export async function recordPlays(
  ctx: PlaysContext,
  reporter: Reporter,
  sentAt: Instant | null,
  raw: readonly unknown[],
): Promise<readonly PlayOutcome[]> {
  const now = ctx.now();
  const outcomes: PlayOutcome[] = Array.from({ length: raw.length });
  const read: Report[] = [];
  raw.forEach((play, index) => {
    const report = readReport(play, index, reporter, now);
    if (isRefused(report)) outcomes[index] = report;
    else read.push(report);
  });

  const placed = await findThePlaces(ctx.db, read, outcomes);
  const { first, repeated } = setRepeatsAside(placed, outcomes);
  const located = await matchRecordings(ctx, first);
  if (located.length > 0) {
    await ensureMonths(
      ctx.db,
      ctx.known.months,
      located.map((r) => r.startedAt),
    );
    const clockOffsetMs =
      sentAt === null || Math.abs(now - sentAt) < clockNoticeMs ? null : now - sentAt;
    const fresh = await ctx.db.tx((tx) => store(tx, reporter, located, { now, clockOffsetMs }));
    for (const [index, outcome] of fresh) outcomes[index] = outcome;
  }
  for (const { report, of } of repeated) {
    const original = outcomes[of]!;
    outcomes[report.index] =
      original.kind === 'refused'
        ? { ...original, index: report.index }
        : { kind: 'duplicate', index: report.index, key: report.key, playId: original.playId };
  }
  for (const outcome of outcomes) ctx.metrics.playsTotal.inc({ outcome: outcome.kind });
  return outcomes;
}

/** A place named by id becomes its position; one we do not know is refused, because a guess would merge wrongly. */
async function findThePlaces(
  db: Db,
  reports: readonly Report[],
  outcomes: PlayOutcome[],
): Promise<readonly Report[]> {
  const ids = [
    ...new Set(
      reports.flatMap((r) => (r.placeId !== null && r.position === null ? [r.placeId] : [])),
    ),
  ];
  if (ids.length === 0) return reports;
  const places = new Map(
    (await db.all(queries.findPlaces, { ids })).map((place) => [place.id as string, place]),
  );
  return reports.flatMap((r) => {
    if (r.placeId === null || r.position !== null) return [r];
    const place = places.get(r.placeId);
    if (place !== undefined)
      return [{ ...r, position: place, territory: r.territory ?? place.territory }];
    outcomes[r.index] = {
      kind: 'refused',
      index: r.index,
      key: r.key,
      code: 'UNKNOWN_PLACE',
      field: 'place.id',
      message: 'there is no such place; register it or send its position',
    };
    return [];
  });
}

/** Within one batch: the same key and time is one report sent twice, the same key and another time is refused. */
function setRepeatsAside(reports: readonly Report[], outcomes: PlayOutcome[]) {
  const byKey = new Map<string, Report>();
  const first: Report[] = [];
  const repeated: { report: Report; of: number }[] = [];
  for (const report of reports) {
    const earlier = byKey.get(report.key);
    if (earlier === undefined) {
      byKey.set(report.key, report);
      first.push(report);
    } else if (earlier.startedAt === report.startedAt) repeated.push({ report, of: earlier.index });
    else outcomes[report.index] = keyReused(report);
  }
  return { first, repeated };
}

function keyReused(report: { readonly index: number; readonly key: string }): RefusedReport {
  return {
    kind: 'refused',
    index: report.index,
    key: report.key,
    code: 'KEY_REUSED',
    field: 'key',
    message: 'this key already names a play that started at another time; use a new key',
  };
}

async function matchRecordings(
  ctx: PlaysContext,
  reports: readonly Report[],
): Promise<readonly Located[]> {
  const unknown = new Set<RecordingId>();
  const described: Report[] = [];
  for (const { recording } of reports) {
    if (
      recording.kind === 'id' &&
      isUuid(recording.id) &&
      !ctx.known.recordings.has(recording.id as RecordingId)
    )
      unknown.add(recording.id as RecordingId);
  }
  for (const report of reports) if (report.recording.kind !== 'id') described.push(report);
  if (unknown.size > 0) {
    if (ctx.known.recordings.size > knownRecordingsMax) ctx.known.recordings.clear();
    for (const id of await existingRecordings(ctx.db, [...unknown])) ctx.known.recordings.add(id);
  }
  const found =
    described.length === 0
      ? []
      : await resolveRecordings(
          ctx.db,
          described.map((r) => r.recording as { isrc?: string; title?: string }),
        );
  const byDescription = new Map(described.map((report, i) => [report.index, found[i] ?? null]));
  return reports.map((report) => ({
    ...report,
    recordingId:
      report.recording.kind === 'id'
        ? ctx.known.recordings.has(report.recording.id as RecordingId)
          ? (report.recording.id as RecordingId)
          : null
        : (byDescription.get(report.index) ?? null),
  }));
}

async function store(
  tx: Db,
  reporter: Reporter,
  reports: readonly Located[],
  at: { readonly now: Instant; readonly clockOffsetMs: number | null },
): Promise<readonly (readonly [number, PlayOutcome])[]> {
  const { deviceId, listenerId } = reporter;
  const sorted = [...reports].sort((a, b) => (a.key < b.key ? -1 : 1));
  const mayMerge = sorted.filter(
    (r) => r.recordingId !== null && (listenerId !== null || isMergeable(r)),
  );
  await tx.run(queries.lockDevice, { deviceId });
  if (mayMerge.length > 0)
    await tx.run(queries.lockRecordings, {
      recordingIds: [...new Set(mayMerge.map((r) => r.recordingId as string))],
    });

  let lo = Infinity;
  let hi = -Infinity;
  for (const r of sorted) {
    lo = Math.min(lo, r.startedAt);
    hi = Math.max(hi, r.startedAt);
  }
  const answer = await tx.one(queries.insertEvidence, {
    deviceId,
    listenerId,
    receivedAt: at.now,
    clockOffsetMs: at.clockOffsetMs,
    lo: lo - keyWindowMs,
    hi: hi + keyWindowMs,
    evidence: toColumns(sorted),
  });
  const fresh = answer.newKeys === null ? null : new Set(answer.newKeys);
  const reused = new Set(answer.reusedKeys);
  const isNew = (r: Located): boolean => fresh === null || fresh.has(r.key);

  const described = sorted.filter(
    (r) => isNew(r) && (r.recordingId === null || r.recording.kind === 'text'),
  );
  if (described.length > 0)
    await tx.run(queries.keepReportedText, toReportedText(deviceId, described));
  const joined = await mergeStored(
    tx,
    mayMerge.filter(isNew).map((r) => ({
      deviceId,
      key: r.key,
      startedAt: r.startedAt,
      recordingId: r.recordingId!,
      playedMs: r.playedMs,
      source: r.source,
      listenerId,
      position: isMergeable(r) ? r.position : null,
    })),
  );

  const repeats = sorted.filter((r) => !isNew(r) && !reused.has(r.key));
  const stored =
    repeats.length === 0
      ? []
      : await tx.all(queries.findStored, {
          deviceId,
          keys: repeats.map((r) => r.key),
          lo,
          hi: hi + 1,
        });
  const storedIds = new Map(stored.map((row) => [row.key, row.playId]));

  return sorted.map((r) => [r.index, outcomeOf(r)] as const);

  function outcomeOf(r: Located): PlayOutcome {
    const own = { index: r.index, key: r.key };
    if (reused.has(r.key)) return keyReused(r);
    const identity = { deviceId, key: r.key, startedAt: r.startedAt };
    if (!isNew(r))
      return {
        kind: 'duplicate',
        ...own,
        playId:
          (storedIds.get(r.key)?.toString('base64url') as PlayId | undefined) ?? playIdOf(identity),
      };
    if (r.recordingId === null) return { kind: 'unmatched', ...own, playId: playIdOf(identity) };
    const play = joined.get(r.key);
    return play === undefined
      ? { kind: 'counted', ...own, playId: playIdOf(identity) }
      : { kind: 'duplicate', ...own, playId: play };
  }
}

function isMergeable(r: Report): boolean {
  return r.position !== null && r.position.accuracyM <= accuracyMaxM;
}

function toColumns(reports: readonly Located[]): queries.EvidenceColumns {
  return {
    keys: reports.map((r) => r.key),
    startedAts: reports.map((r) => r.startedAt),
    recordingIds: reports.map((r) => r.recordingId),
    playedMs: reports.map((r) => r.playedMs),
    sources: reports.map((r) => r.source),
    provenances: reports.map((r) => r.provenance),
    territories: reports.map((r) => r.territory),
    seqs: reports.map((r) => r.seq),
    confidences: reports.map((r) => r.confidence),
    lats: reports.map((r) => r.position?.lat ?? null),
    lons: reports.map((r) => r.position?.lon ?? null),
    accuracies: reports.map((r) => r.position?.accuracyM ?? null),
    placeIds: reports.map((r) => r.placeId as PlaceId | null),
    cells: reports.map((r) => (isMergeable(r) ? cellOf(r.position!.lat, r.position!.lon) : null)),
    payloadHashes: reports.map((r) => r.payloadHash),
  };
}

function toReportedText(deviceId: DeviceId, reports: readonly Located[]): queries.ReportedText {
  const titles = reports.map((r) => (r.recording.kind === 'text' ? r.recording.title : null));
  const artists = reports.map((r) => (r.recording.kind === 'text' ? r.recording.artist : null));
  return {
    deviceId,
    keys: reports.map((r) => r.key),
    startedAts: reports.map((r) => r.startedAt),
    refs: reports.map((r) => (r.recording.kind === 'id' ? r.recording.id : null)),
    isrcs: reports.map((r) =>
      r.recording.kind === 'isrc' ? parseIsrc(r.recording.isrc).value : null,
    ),
    titles,
    artists,
    durations: reports.map((r) => (r.recording.kind === 'text' ? r.recording.durationMs : null)),
    matchTitles: titles.map((t) => (t === null ? null : normaliseTitle(t))),
    matchArtists: artists.map((a) => (a === null ? null : normaliseArtist(a))),
    matched: reports.map((r) => r.recordingId !== null),
  };
}
