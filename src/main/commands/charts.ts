import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '#foundation/platform/config.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import {
  chartsToVerify,
  readChartFile,
  storeIssue,
  verifyChart,
  type ChartFileKind,
  type ChartsContext,
} from '#market/charts/index.ts';
import { say, withDatabase } from './with-database.ts';

export type ImportChartsOptions = {
  readonly source: string | null;
  readonly chart: string | null;
  readonly territory: string | null;
  readonly day: string | null;
  readonly asJson: boolean;
};

const kinds: readonly ChartFileKind[] = ['billboard', 'spotify'];

/** Keeps every issue of the files; the same issue again replaces itself. Exit 1 where a file is refused. */
export async function importCharts(
  files: readonly string[],
  options: ImportChartsOptions,
): Promise<number> {
  const kind = kinds.find((one) => one === options.source);
  if (kind === undefined) {
    console.error(`ngoma charts import needs --source, one of ${kinds.join(', ')}.`);
    return 1;
  }
  const loaded = loadConfig(process.env);
  return withDatabase('make', loaded, async (db) => {
    let failed = 0;
    let issues = 0;
    let entries = 0;
    for (const file of files) {
      const facts = readChartFile(readFileSync(file), {
        kind,
        ...chartOf(kind, file, options),
        day: options.day ?? dayInName(file),
      });
      if ('kind' in facts) {
        say(`${file}: ${facts.detail}`);
        failed += 1;
        continue;
      }
      for (const fact of facts) {
        const stored = await storeIssue(contextOf(db), fact, {
          provenance: 'import',
          payloadId: null,
        });
        if (stored.kind === 'refused') {
          say(`${file}, issue of ${fact.issueDay}: ${stored.detail}`);
          failed += 1;
          continue;
        }
        issues += 1;
        entries += stored.entries;
      }
    }
    console.log(
      options.asJson
        ? JSON.stringify({ files: files.length, issues, entries, failed })
        : `${issues} issues with ${entries} entries kept from ${files.length} files${failed > 0 ? `; ${failed} refused` : ''}.`,
    );
    return failed > 0 ? 1 : 0;
  });
}

/** Computes every chart's last rank, peak and weeks again and compares; exit 1 on a disagreement. */
export async function verifyCharts(asJson: boolean): Promise<number> {
  return withDatabase('migrate', loadConfig(process.env), async (db) => {
    const report = [];
    for (const chart of await chartsToVerify(db))
      report.push({ chart: `${chart.source}/${chart.key}`, ...(await verifyChart(db, chart)) });
    if (asJson) console.log(JSON.stringify(report));
    else for (const one of report) printReport(one);
    if (report.length === 0) say('No chart was collected or imported yet.');
    return report.some((one) => one.disagreements.length > 0) ? 1 : 0;
  });
}

function printReport(one: { chart: string } & Awaited<ReturnType<typeof verifyChart>>): void {
  console.log(
    `${one.chart}: ${one.issues} issues, ${one.entries} entries; ${one.compared} compared, ${one.carried} with history from before our issues, ${one.restated.length} restated by the chart, ${one.disagreements.length} disagreements`,
  );
  for (const d of one.disagreements.slice(0, 20))
    console.log(
      `  ${d.issueDay} number ${d.rank} ${d.title} / ${d.artist}: ${d.what} ${d.ours ?? 'none'} by our issues, ${d.theirs ?? 'none'} by the chart`,
    );
}

/** Which chart a file is of: said, or told by its path (`hot-100/2023/2023-01-07.csv`, `weekly_ma_morocco.csv`). */
function chartOf(kind: ChartFileKind, file: string, options: ImportChartsOptions) {
  const name = path.resolve(file).toLowerCase();
  const territory =
    options.territory ??
    (kind === 'billboard'
      ? 'US'
      : (/(?:weekly|daily|regional)[_-]([a-z]{2})[_-]/.exec(name)?.[1] ?? null));
  const guessed =
    kind === 'billboard'
      ? (/hot-100|billboard-200|artist-100/.exec(name)?.[0] ?? 'hot-100')
      : `${/daily/.test(name) ? 'daily' : 'weekly'}-${territory ?? 'global'}`;
  const key = options.chart ?? guessed;
  return {
    key,
    name: `${titled(kind)} ${titled(key)}`,
    territory: territory?.toUpperCase() ?? null,
  };
}

function titled(text: string): string {
  return text.replaceAll('-', ' ').replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

function dayInName(file: string): string | null {
  return /\d{4}-\d{2}-\d{2}/.exec(path.basename(file))?.[0] ?? null;
}

function contextOf(db: Database): ChartsContext {
  return { db, now: () => Date.now(), demo: false };
}
