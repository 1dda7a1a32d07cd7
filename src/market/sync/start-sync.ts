import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { enqueue } from '#foundation/platform/jobs.ts';
import { listIn, readPeriod } from '#market/analytics/index.ts';
import {
  idsAt,
  openArtist,
  readSeries,
  toDay,
  tracksOf,
  type EntityId,
  type SeriesRead,
} from '#market/audience/index.ts';
import { songPlatforms } from '#market/harvest/index.ts';
import type { SyncContext } from './context.ts';
import { syncTask, typicalCallMs } from './make-calls.ts';
import { isReal, planCalls, type Plan, type Subject } from './plan-calls.ts';
import { insertTask, putCalls, type SyncId } from './queries.ts';

export type SyncFilters = {
  readonly artist: string;
  readonly from: string;
  readonly to: string;
  readonly platforms?: string;
  readonly country?: string;
  readonly groupBy?: 'track' | 'platform' | 'date';
};

export type StartedSync = {
  readonly taskId: SyncId;
  readonly cells: number;
  readonly calls: number;
  readonly estimatedSeconds: number;
};

const artistsMax = 20;
const platformsMax = 30;
const callsMax = 20_000;
/** An answer of today is not asked for again today. */
const freshMs = dayMs;
/** Where nothing is known of an artist yet. */
const platformDefault = 'spotify';

/** Plans the calls, writes them down and gives them to the queue. A call that waits for somebody else already is shared. */
export async function startSync(
  ctx: SyncContext,
  userId: UserId,
  filters: SyncFilters,
): Promise<StartedSync | Refusal> {
  const plan = await planFor(ctx, filters);
  if ('kind' in plan) return plan;
  const { calls, cells } = plan;
  const closed = await ctx.soundcharts.closedBecause();
  if (closed !== null)
    return refuse('SOURCE_OFF', `${closed} ${cells} cells are missing; ${calls.length} calls.`);
  const taskId: SyncId = newId<'sync'>();
  const now = ctx.now();
  await ctx.db.tx(async (tx) => {
    await tx.run(insertTask, {
      id: taskId,
      requestedBy: userId,
      filters: JSON.stringify(filters),
      cells,
      now: new Date(now),
    });
    await tx.run(putCalls, {
      taskId,
      entities: calls.map((call) => call.entityId),
      externals: calls.map((call) => call.externalId),
      whats: calls.map((call) => call.what),
      platforms: calls.map((call) => call.platform),
      froms: calls.map((call) => toDay(call.from)),
      tos: calls.map((call) => toDay(call.to)),
      freshAfter: new Date(now - freshMs),
    });
    await enqueue(tx, syncTask, {}, { queue: syncTask.name });
  });
  return { taskId, cells, calls: calls.length, estimatedSeconds: secondsFor(calls.length) };
}

/** An answer and the pause before the next. */
export function secondsFor(calls: number): number {
  return Math.ceil((calls * typicalCallMs) / 1_000);
}

async function planFor(ctx: SyncContext, filters: SyncFilters): Promise<Plan | Refusal> {
  const period = readPeriod(ctx, filters);
  if ('kind' in period) return period;
  const { from, to } = period;
  const asked = listIn(filters.artist);
  if (asked.length > artistsMax)
    return refuse('VALIDATION_FAILED', `At most ${artistsMax} artists at once.`, 'artist');
  const artists: EntityId[] = [];
  for (const id of asked) {
    const artist = await openArtist(ctx, id);
    if (artist === null)
      return refuse(
        'NOT_FOUND',
        `No artist with outside figures has the id ${id}. Search at /api/v1/analytics/artists?q=, or import figures of the artist first.`,
        'artist',
      );
    artists.push(artist.id);
  }
  const tracks = await tracksOf(ctx, artists);
  const entities = [...artists, ...tracks.map((track) => track.id)];
  const subjects = await subjectsOf(ctx, entities);
  if (subjects.length === 0)
    return refuse(
      'NOTHING_TO_SYNC',
      'Soundcharts has no id of these artists or their songs here. Import one body of each with `ngoma audience import --source soundcharts`; it brings the id.',
      'artist',
    );
  const series = (await readSeries(ctx, entities, from, to, '')).filter(isReal);
  const platforms = platformsIn(filters, series);
  const plan = planCalls(subjects, series, platforms, from, to, { songPlatforms });
  if (plan.calls.length === 0)
    return refuse('NOTHING_TO_SYNC', 'Every cell of this question has its figure already.');
  if (plan.calls.length > callsMax)
    return refuse(
      'VALIDATION_FAILED',
      `That would take ${plan.calls.length} calls, and at most ${callsMax} are made for one question. Ask for fewer artists, platforms or months.`,
    );
  return plan;
}

async function subjectsOf(
  ctx: SyncContext,
  entities: readonly string[],
): Promise<readonly Subject[]> {
  const ids = await idsAt(ctx, 'soundcharts', entities);
  return ids.flatMap(({ entityId, type, externalId }) =>
    type === 'artist' || type === 'recording' ? [{ entityId, type, externalId }] : [],
  );
}

function platformsIn(filters: SyncFilters, series: readonly SeriesRead[]): readonly string[] {
  const named = listIn(filters.platforms);
  if (named.length > 0) return named.slice(0, platformsMax);
  const known = [...new Set(series.map((one) => one.platform))].toSorted();
  return known.length > 0 ? known.slice(0, platformsMax) : [platformDefault];
}
