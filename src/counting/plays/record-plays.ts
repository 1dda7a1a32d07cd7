import type { Counter } from 'prom-client';
import { existingRecordings, resolveRecordings } from '#catalogue/catalog/index.ts';
import { isUuid, type RecordingId } from '#foundation/kernel/ids.ts';
import { minuteMs, type Instant } from '#foundation/kernel/time.ts';
import type { Database, Db } from '#foundation/platform/postgres.ts';
import { createEvidenceWriter, type EvidenceWriter } from './evidence-writer.ts';
import { ensureMonths, type KnownMonths } from './partitions.ts';
import type { PlayId } from './play-id.ts';
import { findPlaces } from './device-queries.ts';
import { countLearned } from './match-kept-evidence.ts';
import {
  isRefused,
  readReport,
  type RefusedReport,
  type Report,
  type Reporter,
} from './read-report.ts';
import { keyWindowMs, type Evidence } from './store-evidence.ts';

export type PlaysContext = {
  readonly db: Database;
  readonly now: () => Instant;
  readonly playsTotal: Counter<'outcome'>;
  /** The whole installation is a demo: demo rows may be shown, marked. */
  readonly demo: boolean;
  readonly writer: EvidenceWriter;
  /** What need not be asked again: months that have a partition, recordings that exist (none is ever removed). */
  readonly known: { readonly months: KnownMonths; readonly recordings: Set<string> };
};

export function openContext(parts: Omit<PlaysContext, 'writer' | 'known'>): PlaysContext {
  return {
    ...parts,
    writer: createEvidenceWriter(parts),
    known: { months: new Set(), recordings: new Set() },
  };
}

/** The same room by another clock: the demo country lives its month in a minute. */
export function playsAt(ctx: PlaysContext, now: () => Instant): PlaysContext {
  return { ...ctx, now, writer: createEvidenceWriter({ ...ctx, now }) };
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

/** A clock further off than this is noted beside the play; the play's own time is never rewritten. */
const clockNoticeMs = minuteMs;

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
  if (first.length > 0) {
    const clockOffsetMs =
      sentAt === null || Math.abs(now - sentAt) < clockNoticeMs ? null : now - sentAt;
    const evidence = await matchRecordings(ctx, first, reporter, clockOffsetMs);
    await ensureMonths(
      ctx.db,
      ctx.known.months,
      evidence.map((e) => e.startedAt),
    );
    const stored = await ctx.writer.write(evidence);
    // The catalogue may have learned a recording after it was looked up and before its evidence could be found waiting.
    await countLearned(
      ctx.db,
      evidence.filter((_, i) => stored[i]!.kind === 'unmatched'),
    );
    evidence.forEach(({ index, key }, i) => {
      const outcome = stored[i]!;
      outcomes[index] =
        outcome.kind === 'reused'
          ? keyReused(index, key)
          : { kind: outcome.kind, index, key, playId: outcome.playId };
    });
  }
  for (const { report, of } of repeated) {
    const original = outcomes[of]!;
    outcomes[report.index] =
      original.kind === 'refused'
        ? { ...original, index: report.index }
        : { kind: 'duplicate', index: report.index, key: report.key, playId: original.playId };
  }
  countOutcomes(ctx, outcomes);
  return outcomes;
}

function countOutcomes(
  { playsTotal }: Pick<PlaysContext, 'playsTotal'>,
  outcomes: readonly PlayOutcome[],
): void {
  const counts = new Map<PlayOutcome['kind'], number>();
  for (const { kind } of outcomes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  for (const [outcome, count] of counts) playsTotal.inc({ outcome }, count);
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
    (await db.all(findPlaces, { ids })).map((place) => [place.id as string, place]),
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

/** Within one batch: the same key and time is one report sent twice, the same key and another time near it is refused. */
function setRepeatsAside(reports: readonly Report[], outcomes: PlayOutcome[]) {
  const byKey = new Map<string, Report[]>();
  const first: Report[] = [];
  const repeated: { report: Report; of: number }[] = [];
  for (const report of reports) {
    const earlier = byKey.get(report.key) ?? [];
    const same = earlier.find((e) => e.startedAt === report.startedAt);
    if (same !== undefined) repeated.push({ report, of: same.index });
    else if (earlier.some((e) => Math.abs(e.startedAt - report.startedAt) <= keyWindowMs))
      outcomes[report.index] = keyReused(report.index, report.key);
    else {
      byKey.set(report.key, [...earlier, report]);
      first.push(report);
    }
  }
  return { first, repeated };
}

function keyReused(index: number, key: string): RefusedReport {
  return {
    kind: 'refused',
    index,
    key,
    code: 'KEY_REUSED',
    field: 'key',
    message: 'this key already names a play that started at another time; use a new key',
  };
}

async function matchRecordings(
  ctx: PlaysContext,
  reports: readonly Report[],
  reporter: Reporter,
  clockOffsetMs: number | null,
): Promise<readonly Evidence[]> {
  const known = ctx.known.recordings;
  const unknown = new Set<RecordingId>();
  const described: Report[] = [];
  for (const report of reports) {
    if (report.recording.kind !== 'id') described.push(report);
    else if (!known.has(report.recording.id) && isUuid(report.recording.id))
      unknown.add(report.recording.id as RecordingId);
  }
  if (unknown.size > 0) {
    if (known.size > knownRecordingsMax) known.clear();
    for (const id of await existingRecordings(ctx.db, [...unknown])) known.add(id);
  }
  const found =
    described.length === 0
      ? []
      : await resolveRecordings(
          ctx.db,
          described.map((r) => r.recording as { isrc?: string; title?: string }),
        );
  const byDescription = new Map(described.map((report, i) => [report.index, found[i] ?? null]));
  return reports.map((report) => {
    const { recording } = report;
    const recordingId =
      recording.kind !== 'id'
        ? (byDescription.get(report.index) ?? null)
        : known.has(recording.id)
          ? (recording.id as RecordingId)
          : null;
    return { ...report, reporter, recordingId, clockOffsetMs };
  });
}
