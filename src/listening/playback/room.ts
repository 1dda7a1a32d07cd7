import type { MediaContext } from '#catalogue/media/index.ts';
import { soundOf } from '#catalogue/media/index.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Room } from '#foundation/platform/room.ts';
import { rememberFetched } from './fetched.ts';
import { servePlayback } from './http.ts';
import { startSweeping, type PlaybackContext } from './listen.ts';
import { isTicketValid } from './ticket.ts';

export type PlaybackNeeds = Omit<PlaybackContext, 'soundOf' | 'fetched'> & { readonly log: Log };

export function openPlayback({
  log,
  ...needs
}: PlaybackNeeds): Room & { readonly playback: PlaybackContext } {
  const playback = {
    ...needs,
    soundOf: (id) => soundOf(needs.db, id),
    fetched: rememberFetched(),
  } satisfies PlaybackContext;
  return {
    name: 'playback',
    playback,
    serve: (kit) => servePlayback(kit, playback),
    background: () =>
      startSweeping(playback, (error) =>
        log.warn({ err: error }, 'sessions that were left could not be closed'),
      ),
  };
}

/** Who is signed in may hear what there is; an <audio> element carries a ticket instead of a token. */
export function mayPlayBy(ticketSecret: Buffer, now: () => Instant): MediaContext['mayPlay'] {
  return async ({ caller, recordingId, ticket }) =>
    caller.kind === 'user' ||
    (ticket !== null && isTicketValid(ticketSecret, recordingId, ticket, now()));
}
