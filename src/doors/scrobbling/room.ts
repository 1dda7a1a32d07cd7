import type { Log } from '#foundation/platform/log.ts';
import type { Room } from '#foundation/platform/room.ts';
import { isActive } from '#people/accounts/index.ts';
import { startCountingWaiting } from './accept-listens.ts';
import { openContext, type ScrobblingContext } from './context.ts';
import { serveScrobbling } from './http.ts';

export type ScrobblingNeeds = Pick<
  ScrobblingContext,
  'db' | 'now' | 'plays' | 'secret' | 'publicUrl'
> & { readonly log: Log };

export function openScrobbling({ log, ...needs }: ScrobblingNeeds): Room {
  const ctx = openContext({ ...needs, isActive: (userId) => isActive(needs.db, userId) });
  return {
    name: 'scrobbling',
    serve: (kit) => serveScrobbling(kit, ctx),
    background: () =>
      startCountingWaiting(ctx, (error) =>
        log.warn({ err: error }, 'listens that wait could not be counted'),
      ),
  };
}
