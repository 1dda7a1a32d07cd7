import type { Room } from '#foundation/platform/room.ts';
import { fitTask, keepFitted, type RecommendContext } from './fit-from-plays.ts';
import { serveRecommend } from './http.ts';

export function openRecommend(needs: RecommendContext): Room {
  return {
    name: 'recommend',
    serve: (kit) => serveRecommend(kit, needs),
    tasks: [fitTask(needs)],
    background: () => keepFitted(needs),
  };
}
