import type { UserId } from '#foundation/kernel/ids.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { listenedDays, type RecommendContext } from './fit-from-plays.ts';
import * as queries from './queries.ts';
import * as told from './taste-queries.ts';

// What is known of one listener when something is recommended to them.

export type Heard = {
  readonly recordingId: string;
  readonly affinity: number;
  readonly lastAt: number;
};
export type Taste = {
  readonly genres: readonly string[];
  readonly artists: readonly string[];
  readonly territory: string | null;
  readonly familiar: number;
};
export type ListenerNow = {
  readonly heard: readonly Heard[];
  readonly taste: Taste | null;
  readonly notRecordings: ReadonlySet<string>;
  readonly notArtists: ReadonlySet<string>;
};

const heardMax = 400;
export const dislikesMax = 1_000;

export function spanOf(ctx: RecommendContext) {
  const now = ctx.now();
  return {
    now: new Date(now),
    since: new Date(now - listenedDays * dayMs),
    withDemo: ctx.demo,
  };
}

export async function readListener(
  ctx: RecommendContext,
  userId: UserId | null,
): Promise<ListenerNow> {
  if (userId === null)
    return { heard: [], taste: null, notRecordings: new Set(), notArtists: new Set() };
  const [heard, taste, dislikes] = await Promise.all([
    ctx.db.all(queries.heardBy, { ...spanOf(ctx), userId, limit: heardMax }),
    ctx.db.maybe(told.findTaste, { userId }),
    ctx.db.all(told.dislikesOf, { userId, limit: dislikesMax }),
  ]);
  const not = (kind: told.DislikeKind): ReadonlySet<string> =>
    new Set(dislikes.filter((one) => one.kind === kind).map((one) => one.targetId));
  return { heard, taste, notRecordings: not('recording'), notArtists: not('artist') };
}
