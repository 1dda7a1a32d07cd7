import type { Room } from '#foundation/platform/room.ts';
import type { ChartFact } from '#market/harvest/index.ts';
import type { ChartsContext } from './context.ts';
import { serveCharts } from './http.ts';
import { storeIssue, type IssueOrigin } from './store-issue.ts';

export function openCharts(needs: ChartsContext): Room & {
  /** Keeps an issue that was collected; a sentence is why it was refused. */
  keepChart(fact: ChartFact, origin: IssueOrigin): Promise<string | null>;
} {
  return {
    name: 'charts',
    serve: (kit) => serveCharts(kit, needs),
    async keepChart(fact, origin) {
      const stored = await storeIssue(needs, fact, origin);
      return stored.kind === 'refused' ? (stored.detail ?? stored.code) : null;
    },
  };
}
