import type { UserId } from '#foundation/kernel/ids.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { listArtists } from '#market/audience/index.ts';
import { keepQuery, makeReports, scheduleQuery } from '#market/reports/index.ts';

// The people of the demo keep a few questions, and last month's reports lie there unread.

const artistsMax = 3;

export async function keepQuestions(
  ctx: { readonly db: Database; readonly now: () => number },
  owners: readonly UserId[],
): Promise<void> {
  const reports = { ...ctx, demo: true, isActive: async () => true };
  const artists = await listArtists(reports, '', artistsMax);
  const monthAgo = ctx.now() - 31 * dayMs;
  for (const ownerId of owners)
    for (const { id, name } of artists) {
      const kept = await keepQuery(reports, ownerId, name, {
        artist: id,
        period: { named: 'last month' },
      });
      if ('kind' in kept) throw new Error(`a question of the demo: ${kept.code}`);
      // Said a month ago, so that the first report is due.
      await scheduleQuery(reports, ownerId, kept.queryId, 'month', monthAgo);
    }
  await makeReports(reports, new AbortController().signal);
}
