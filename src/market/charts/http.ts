import { csvContentType } from '#foundation/kernel/csv.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import type { ChartsContext } from './context.ts';
import {
  chartsMax,
  downloadIssue,
  downloadTurntable,
  getIssue,
  getMovers,
  getTurntable,
  listCharts,
  listIssues,
  moversDaysDefault,
} from './contract.ts';
import { fileNameOf, issueCsv } from './export-issue.ts';
import { chartProblems } from './problems.ts';
import { issueDays, listCharts as listChartsQuery, type ChartRow } from './queries.ts';
import { openChart, readIssue, type ReadEntry, type ReadIssue } from './read-issue.ts';
import { readMovers } from './read-movers.ts';
import { turntableChart, turntableReport } from './turntable.ts';

export function serveCharts(kit: Kit, ctx: ChartsContext): void {
  const serve = serving(kit, chartProblems);

  async function open(source: string, key: string): Promise<ChartRow | Refusal<'NOT_FOUND'>> {
    return (
      (await openChart(ctx, source, key)) ??
      refuse('NOT_FOUND', `No issue of a chart ${source}/${key} was collected or imported yet.`)
    );
  }

  async function issueOf(source: string, key: string, day: string | undefined) {
    const chart = await open(source, key);
    return 'kind' in chart ? chart : readIssue(ctx, chart, day ?? null);
  }

  serve(listCharts, async ({ query }) => {
    const rows = await ctx.db.all(listChartsQuery, {
      demo: ctx.demo,
      source: query.source ?? null,
      limit: chartsMax,
    });
    return {
      items: rows.map((row) => ({
        ...headOf(row),
        issues: Number(row.issues),
        firstDay: row.firstDay,
        lastDay: row.lastDay,
      })),
    };
  });

  serve(getTurntable, async () => {
    const issue = await issueOf(turntableChart.source, turntableChart.key, undefined);
    return 'kind' in issue ? issue : turntableReport(issue);
  });

  serve(downloadTurntable, async ({ reply }) => {
    const issue = await issueOf(turntableChart.source, turntableChart.key, undefined);
    return 'kind' in issue ? issue : sendCsv(reply, 'turntable_top100', issue);
  });

  serve(getIssue, async ({ params, query }) => {
    const issue = await issueOf(params.source, params.key, query.day);
    if ('kind' in issue) return issue;
    return {
      chart: headOf(issue.chart),
      issueDay: issue.issueDay,
      previousDay: issue.previousDay,
      ...issue.about,
      entries: issue.entries.map(entryOut),
      dropped: [...issue.dropped],
    };
  });

  serve(listIssues, async ({ params }) => {
    const chart = await open(params.source, params.key);
    if ('kind' in chart) return chart;
    const days = await ctx.db.all(issueDays, { chartId: chart.id, until: null });
    return { days: days.map((d) => d.issueDay as string) };
  });

  serve(downloadIssue, async ({ params, query, reply }) => {
    const issue = await issueOf(params.source, params.key, query.day);
    return 'kind' in issue ? issue : sendCsv(reply, `${params.source}_${params.key}`, issue);
  });

  serve(getMovers, async ({ params, query: { days = moversDaysDefault } }) => {
    const chart = await open(params.source, params.key);
    if ('kind' in chart) return chart;
    const movers = await readMovers(ctx, chart, days);
    if ('kind' in movers) return movers;
    return { chart: headOf(chart), ...movers, movers: [...movers.movers] };
  });
}

function headOf({ source, key, name, territory, frequency, entity, provenance }: ChartRow) {
  return { source, key, name, territory, frequency, entity, provenance };
}

function entryOut(entry: ReadEntry) {
  const { rank, title, artist, subjectId, recordingId, move, lastRank, peak, weeks, streak } =
    entry;
  return {
    rank,
    title,
    artist,
    subjectId,
    recordingId,
    move,
    lastRank,
    peak,
    weeks,
    streak,
    carried: entry.carried,
    metric:
      entry.metricName === null || entry.metricValue === null
        ? null
        : { name: entry.metricName, value: Number(entry.metricValue) },
    url: entry.url,
    flags: [...entry.flags],
  };
}

type Headers = { header(name: string, value: string): unknown };

function sendCsv(reply: Headers, prefix: string, issue: ReadIssue): string {
  reply.header('content-type', csvContentType);
  reply.header(
    'content-disposition',
    `attachment; filename="${fileNameOf(prefix, issue.issueDay)}"`,
  );
  return issueCsv(issue);
}
