import type { Room } from '#foundation/platform/room.ts';
import { fitTask, keepFitted, type RecommendContext } from './fit-from-plays.ts';
import { findSimilarTo } from './find-similar.ts';
import { serveRecommend } from './http.ts';

export function openRecommend(needs: RecommendContext): Room & {
  /** Recordings heard by the same people as these, or alike; best first. */
  readonly similarTo: (ids: readonly string[], limit: number) => Promise<readonly string[]>;
} {
  return {
    similarTo: (ids, limit) => findSimilarTo(needs, ids, limit),
    name: 'recommend',
    serve: (kit) => serveRecommend(kit, needs),
    tasks: [fitTask(needs)],
    background: () => keepFitted(needs),
  };
}
