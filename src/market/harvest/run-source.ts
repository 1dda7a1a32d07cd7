import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { minuteMs } from '#foundation/kernel/time.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { AudienceFact, ChartFact } from './facts.ts';
import { fetchOutside, type Fetched, type PinAddress } from './fetch-outside.ts';
import {
  endRun,
  insertPayload,
  insertRun,
  lastEtag,
  noteFailures,
  sourceStates,
  useQuota,
  type HarvestRunId,
  type RunStatus,
} from './queries.ts';
import {
  nothing,
  unreadable,
  type Parsed,
  type Source,
  type SourceRequest,
  type SourceWishes,
} from './source.ts';

export type Origin = { readonly provenance: Provenance; readonly payloadId: string | null };

export type HarvestContext = {
  readonly db: Database;
  readonly now: () => number;
  readonly pinAddress: PinAddress;
  /** Where a source is, when an operator says it; null: where it really is. */
  readonly baseUrlOf: (source: string) => string | null;
  readonly keyOf: (source: string) => string | null;
  readonly territory: string;
  /** Who keeps what was read. A sentence is why it was refused. */
  readonly keepChart: (fact: ChartFact, origin: Origin) => Promise<string | null>;
  readonly keepAudience: (fact: AudienceFact, origin: Origin) => Promise<string | null>;
};

export type RunReport = {
  readonly id: HarvestRunId;
  readonly source: string;
  readonly status: RunStatus;
  readonly entries: number;
  readonly problem: string | null;
};

const limitDefault = 100;
const failuresBeforeRest = 3;
const restMs = 60 * minuteMs;

/**
 * One run of one source: its tiers in order until one gives something. Every body is kept before it is read. A body that cannot be
 * read, or has nothing in it, changes nothing that was kept before, and the run says why.
 */
export async function runSource(
  ctx: HarvestContext,
  source: Source,
  by: { readonly userId: UserId | null; readonly limit?: number; readonly signal?: AbortSignal },
): Promise<RunReport> {
  const id: HarvestRunId = newId<'harvestRun'>();
  await ctx.db.run(insertRun, {
    id,
    source: source.name,
    requestedBy: by.userId,
    now: new Date(ctx.now()),
  });
  const wishes: SourceWishes = {
    territory: ctx.territory,
    limit: by.limit ?? limitDefault,
    key: ctx.keyOf(source.name),
    today: new Date(ctx.now()).toISOString().slice(0, 10),
  };
  const tally: Tally = {
    requests: 0,
    facts: 0,
    entries: 0,
    problems: [],
    tier: null,
    unchanged: false,
  };
  try {
    if (source.needsKey && wishes.key === null)
      tally.problems.push(`${source.title} needs a key of its own; a setting gives it.`);
    else await tryTiers(ctx, source, id, wishes, tally, by.signal);
  } catch (error) {
    tally.problems.push('Something broke on our side during this run.');
    await end(ctx, source, id, tally);
    throw error;
  }
  return end(ctx, source, id, tally);
}

type Tally = {
  requests: number;
  facts: number;
  entries: number;
  readonly problems: string[];
  tier: string | null;
  unchanged: boolean;
};

async function tryTiers(
  ctx: HarvestContext,
  source: Source,
  runId: HarvestRunId,
  wishes: SourceWishes,
  tally: Tally,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const request of source.requests(wishes)) {
    if (signal?.aborted === true) return;
    if (tally.requests > 0)
      await new Promise((resolve) => setTimeout(resolve, source.minIntervalMs));
    const outcome = await ask(ctx, source, runId, request, wishes, tally, signal);
    if (outcome === null) continue; // not fetched: the next tier may answer
    if (outcome.problem !== null) tally.problems.push(outcome.problem);
    if (outcome.charts.length + outcome.audience.length > 0 || tally.unchanged) {
      tally.tier = request.tier;
      return;
    }
    if (outcome.isFinal === true) return;
  }
}

async function ask(
  ctx: HarvestContext,
  source: Source,
  runId: HarvestRunId,
  request: SourceRequest,
  wishes: SourceWishes,
  tally: Tally,
  signal: AbortSignal | undefined,
): Promise<Parsed | null> {
  const { used } = await ctx.db.one(useQuota, { source: source.name, day: wishes.today });
  if (source.quotaPerDay !== null && used > source.quotaPerDay) {
    return unreadable(`Today's ${source.quotaPerDay} calls of ${source.title} are used up.`, true);
  }
  tally.requests += 1;
  const named = ctx.baseUrlOf(source.name);
  const base = new URL(named ?? source.baseUrl);
  const url = new URL(request.path, base);
  const shown = url.href;
  for (const [name, value] of Object.entries(request.secretQuery ?? {}))
    url.searchParams.set(name, value);
  const known = await ctx.db.maybe(lastEtag, { source: source.name, request: shown });
  const fetched = await fetchOutside(url.href, {
    pinAddress: ctx.pinAddress,
    trustedHost: named === null ? null : base.host,
    etag: known?.etag ?? null,
    ...(signal !== undefined && { signal }),
  });
  if (fetched.kind === 'not fetched') {
    tally.problems.push(`${request.tier}: ${fetched.problem}`);
    return null;
  }
  if (fetched.status === 304) {
    tally.unchanged = true;
    return nothing;
  }
  return keep(ctx, source, runId, request, wishes, tally, fetched, shown);
}

/** The body first, then what is in it. */
async function keep(
  ctx: HarvestContext,
  source: Source,
  runId: HarvestRunId,
  request: SourceRequest,
  wishes: SourceWishes,
  tally: Tally,
  fetched: Fetched,
  shown: string,
): Promise<Parsed> {
  const read = readBody(source, request, wishes, fetched);
  const payloadId = newId<'payload'>();
  await ctx.db.run(insertPayload, {
    id: payloadId,
    runId,
    source: source.name,
    request: shown,
    status: fetched.status,
    contentType: fetched.contentType?.slice(0, 200) ?? null,
    etag: fetched.etag?.slice(0, 500) ?? null,
    body: gzipSync(fetched.body),
    bodyBytes: fetched.body.length,
    sha256: createHash('sha256').update(fetched.body).digest('hex'),
    problem: read.problem,
  });
  const origin: Origin = { provenance: request.tier === 'api' ? 'api' : 'scrape', payloadId };
  for (const chart of read.charts) {
    const refused = await ctx.keepChart(chart, origin);
    if (refused === null) {
      tally.facts += 1;
      tally.entries += chart.entries.length;
    } else tally.problems.push(refused);
  }
  for (const fact of read.audience) {
    const refused = await ctx.keepAudience(fact, origin);
    if (refused === null) tally.facts += 1;
    else tally.problems.push(refused);
  }
  return read;
}

function readBody(
  source: Source,
  request: SourceRequest,
  wishes: SourceWishes,
  fetched: Fetched,
): Parsed {
  const text = fetched.body.toString('utf8');
  if (fetched.body.length === 0)
    return unreadable(`${source.title} answered nothing (${fetched.status}).`);
  if (fetched.status === 429)
    return unreadable(
      `${source.title} asks for patience (429${fetched.retryAfterS === null ? '' : `, ${fetched.retryAfterS} s`}).`,
      true,
    );
  const looksLikePage = /^\s*<(!doctype|html)/i.test(text);
  if (request.tier === 'api' && looksLikePage)
    return unreadable(
      `${source.title} answered a web page where data was asked for (${fetched.status}).`,
    );
  let read: Parsed;
  try {
    read = source.parse(text, request, wishes);
  } catch {
    return unreadable(
      `The parser of ${source.title} stumbled over this body; it is kept and can be read again.`,
    );
  }
  // Some services say what is wrong in the body with a status of 200, others only by the status.
  if (fetched.status >= 400 && read.problem === null)
    return unreadable(`${source.title} answered ${fetched.status}.`);
  return read;
}

async function end(
  ctx: HarvestContext,
  source: Source,
  id: HarvestRunId,
  tally: Tally,
): Promise<RunReport> {
  const status: RunStatus =
    tally.facts > 0
      ? tally.problems.length > 0
        ? 'partial'
        : 'success'
      : tally.unchanged
        ? 'success'
        : 'failed';
  const problem =
    tally.problems.length > 0
      ? [...new Set(tally.problems)].join(' ').slice(0, 2_000)
      : tally.unchanged
        ? 'Nothing has changed since the last run.'
        : null;
  await ctx.db.run(endRun, {
    id,
    now: new Date(ctx.now()),
    status,
    tier: tally.tier,
    requests: tally.requests,
    facts: tally.facts,
    entries: tally.entries,
    problem,
  });
  await rest(ctx, source, status);
  return { id, source: source.name, status, entries: tally.entries, problem };
}

/** A source that fails three times in a row rests for an hour: it is not asked by the clock until then. */
async function rest(ctx: HarvestContext, source: Source, status: RunStatus): Promise<void> {
  const state = (await ctx.db.all(sourceStates, {})).find((row) => row.name === source.name);
  const failures = status === 'failed' ? (state?.failures ?? 0) + 1 : 0;
  await ctx.db.run(noteFailures, {
    name: source.name,
    failures,
    restingUntil: failures >= failuresBeforeRest ? new Date(ctx.now() + restMs) : null,
  });
}
