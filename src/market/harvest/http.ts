import { gunzipSync } from 'node:zlib';
import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import { refuse } from '#foundation/kernel/outcome.ts';
import { toIso, type Instant } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import * as contract from './contract.ts';
import { harvestProblems } from './problems.ts';
import * as queries from './queries.ts';
import { runSource, type HarvestContext, type RunReport } from './run-source.ts';
import { sources } from './sources/index.ts';

export function serveHarvest(kit: Kit, ctx: HarvestContext): void {
  const serve = serving(kit, harvestProblems);

  serve(contract.runHarvest, async ({ body, caller }) => {
    const names = new Set(body.platforms);
    const known = new Set(sources.map((source) => source.name));
    const unknown = [...names].filter((name) => name !== 'all' && !known.has(name));
    if (unknown.length > 0)
      return refuse(
        'VALIDATION_FAILED',
        `No source is called ${unknown.join(', ')}; known are ${[...known].join(', ')}.`,
        'platforms',
      );
    const states = await ctx.db.all(queries.sourceStates, {});
    const isOn = new Set(states.filter((row) => row.isOn).map((row) => row.name));
    const asked = sources.filter((source) => names.has('all') || names.has(source.name));
    const wanted = asked.filter((source) => isOn.has(source.name) && source.isOnDemand !== true);
    if (wanted.length === 0)
      return refuse(
        'SOURCE_OFF',
        'None of these sources is switched on and collected by the clock. Switch one on first; until then nothing is fetched.',
        'platforms',
      );
    const runs: RunReport[] = [];
    for (const source of wanted)
      runs.push(
        await runSource(ctx, source, {
          userId: userOf(caller).userId,
          ...(body.limit !== undefined && { limit: body.limit }),
        }),
      );
    const good = runs.filter((run) => run.status === 'success' || run.status === 'partial');
    return {
      status:
        good.length === 0
          ? ('failed' as const)
          : runs.every((run) => run.status === 'success')
            ? ('success' as const)
            : ('partial' as const),
      platforms_updated: good.map((run) => run.source),
      tracks_collected: runs.reduce((sum, run) => sum + run.entries, 0),
      timestamp: toIso(ctx.now() as Instant),
      runs,
    };
  });

  serve(contract.listSources, async () => {
    const states = new Map(
      (await ctx.db.all(queries.sourceStates, {})).map((row) => [row.name, row]),
    );
    const last = new Map((await ctx.db.all(queries.lastRuns, {})).map((row) => [row.source, row]));
    const today = new Date(ctx.now()).toISOString().slice(0, 10);
    const used = new Map(
      (await ctx.db.all(queries.quotaUsed, { day: today })).map((row) => [row.source, row.used]),
    );
    return {
      items: sources.map((source) => {
        const state = states.get(source.name);
        const run = last.get(source.name);
        return {
          name: source.name,
          title: source.title,
          isOn: state?.isOn ?? false,
          isVerified: source.isVerified,
          needsKey: source.needsKey,
          hasKey: ctx.keyOf(source.name) !== null,
          baseUrl: ctx.baseUrlOf(source.name) ?? source.baseUrl,
          quotaPerDay: source.quotaPerDay,
          quotaUsed: used.get(source.name) ?? 0,
          restingUntil: isoOf(state?.restingUntil),
          lastGoodAt: isoOf(run?.lastGoodAt),
          lastRun: run === undefined ? null : runOut(run),
        };
      }),
    };
  });

  serve(contract.switchSource, async ({ params, body, caller }) => {
    if (!sources.some((source) => source.name === params.name))
      return refuse('NOT_FOUND', `No source is called ${params.name}.`, 'name');
    await ctx.db.run(queries.switchSource, {
      name: params.name,
      isOn: body.isOn,
      by: userOf(caller).userId,
      now: new Date(ctx.now()),
    });
    return { name: params.name, isOn: body.isOn };
  });

  serve(contract.listHarvestRuns, async ({ query }) => {
    const limit = query.limit ?? limitDefault;
    const rows = await ctx.db.all(queries.listRuns, {
      source: query.source ?? null,
      before: query.cursor ?? null,
      limit: limit + 1,
    });
    return cutPage(rows, limit, runOut, (lastRow) => lastRow.id);
  });

  serve(contract.listPayloads, async ({ params }) => {
    const rows = await ctx.db.all(queries.payloadsOf, { runId: params.id });
    return { items: rows.map((row) => ({ ...row, fetchedAt: toIso(row.fetchedAt) })) };
  });

  serve(contract.getPayload, async ({ params, reply }) => {
    const row = await ctx.db.maybe(queries.findPayload, { id: params.id });
    if (row === null) return refuse('NOT_FOUND', 'There is no such body.');
    // Never shown as what it says it is: a stranger wrote it.
    reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${row.source}-${params.id}.txt"`);
    return gunzipSync(row.body) as unknown as string;
  });
}

type RunRow = {
  readonly id: queries.HarvestRunId;
  readonly source: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly status: queries.RunStatus;
  readonly tier: string | null;
  readonly requests: number;
  readonly entries: number;
  readonly problem: string | null;
};

function runOut({
  id,
  source,
  startedAt,
  endedAt,
  status,
  tier,
  requests,
  entries,
  problem,
}: RunRow) {
  return {
    id,
    source,
    startedAt: toIso(startedAt),
    endedAt: isoOf(endedAt),
    status,
    tier,
    requests,
    entries,
    problem,
  };
}

function isoOf(at: Instant | null | undefined): string | null {
  return at === null || at === undefined ? null : toIso(at);
}
