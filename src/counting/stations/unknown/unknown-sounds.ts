import { fromCursor, toCursor } from '#foundation/kernel/cursor.ts';
import { cutPage, limitDefault } from '#foundation/kernel/endpoint.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import { toIso } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import * as queries from './queries.ts';

const mostTimes = 2_147_483_647;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Sounds heard more than once that are nobody's yet, most often heard first. */
export async function listUnknown(
  db: Db,
  userId: UserId,
  query: { readonly limit?: number; readonly cursor?: string },
) {
  const limit = query.limit ?? limitDefault;
  const page = fromCursor(query.cursor, 'count', 'uuid');
  if ('kind' in page) return page;
  const [timesMax, after] = page.after ?? [mostTimes, firstId];
  const rows = await db.all(queries.repeatedUnknown, { timesMax, after, limit: limit + 1 });
  return cutPage(
    rows,
    limit,
    ({ claimedBy, ...row }) => ({
      ...row,
      stations: [...row.stations],
      firstHeardAt: toIso(row.firstHeardAt),
      lastHeardAt: toIso(row.lastHeardAt),
      isClaimed: claimedBy !== null,
      claimedByMe: claimedBy === userId,
    }),
    (last) => toCursor(last.times, last.id),
  );
}
