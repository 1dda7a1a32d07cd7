import type { Room } from '#foundation/platform/room.ts';
import type { IcecastContext } from './context.ts';
import { serveIcecast } from './http.ts';

export function openIcecast(needs: IcecastContext): Room {
  return { name: 'icecast', serve: ({ app }) => serveIcecast(app, needs) };
}
