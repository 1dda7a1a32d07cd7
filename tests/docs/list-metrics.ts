import type { Metric, Registry } from 'prom-client';
import { page, table } from './markdown.ts';

/** docs/metrics.md: what /metrics answers, ours by name and the process's by family. */
export async function metricsPage(registry: Registry): Promise<string> {
  const all = await registry.getMetricsAsJSON();
  const own = all.filter(({ name }) => name.startsWith('ngoma_'));
  const families = new Set(
    all.filter(({ name }) => !name.startsWith('ngoma_')).map(({ name }) => name.split('_')[0]!),
  );
  return page('Metrics', '`src/foundation/platform/metrics.ts` and what rooms declare', [
    '`GET /metrics` in the Prometheus text format: without sign-in on the machine itself, elsewhere for the permission `settings.read`. Summaries carry the quantiles 0.5, 0.95 and 0.99 over the last ten minutes.',
    table(
      ['metric', 'type', 'labels', 'meaning'],
      own
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, type, help }) => [
          `\`${name}\``,
          String(type),
          labelsOf(registry.getSingleMetric(name)).join(', '),
          help,
        ]),
    ),
    `Of the process itself (prom-client's defaults): ${[...families]
      .sort()
      .map((family) => `\`${family}_*\``)
      .join(', ')}.`,
  ]);
}

/** prom-client keeps the names of labels, and has no accessor for them. */
function labelsOf(metric: Metric | undefined): readonly string[] {
  return (metric as unknown as { labelNames?: readonly string[] } | undefined)?.labelNames ?? [];
}
