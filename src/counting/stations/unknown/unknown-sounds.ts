import { limitDefault } from '#foundation/kernel/endpoint.ts';
import { isUuid, type UserId } from '#foundation/kernel/ids.ts';
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
  const [times, id] = (query.cursor ?? '').split('_');
  const isPage = /^\d{1,9}$/.test(times ?? '') && isUuid(id ?? '');
  const rows = await db.all(queries.repeatedUnknown, {
    timesMax: isPage ? Number(times) : mostTimes,
    after: isPage ? id! : firstId,
    limit: limit + 1,
  });
  const last = rows[limit - 1];
  return {
    items: rows.slice(0, limit).map(({ claimedBy, ...row }) => ({
      ...row,
      stations: [...row.stations],
      firstHeardAt: toIso(row.firstHeardAt),
      lastHeardAt: toIso(row.lastHeardAt),
      isClaimed: claimedBy !== null,
      claimedByMe: claimedBy === userId,
    })),
    nextCursor: rows.length > limit && last ? `${last.times}_${last.id}` : null,
  };
}
