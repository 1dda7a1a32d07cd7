import { masterPlaylist } from '#catalogue/renditions/index.ts';
import { newId, type RecordingId } from '#foundation/kernel/ids.ts';
import type { PlaybackContext } from './listen.ts';
import { sessionTicket } from './ticket.ts';

/** What other programs need to send sound in sizes. */
export type SizesContext = Pick<PlaybackContext, 'ladders' | 'ticketSecret' | 'now'>;

/**
 * The master playlist of a recording for a program that tells by itself what was heard: addresses with a ticket of a day, of a session
 * that nobody reports to. `bitRates` in kbit/s narrow it to the nearest sizes not above them, or the smallest; none: all. Null: no
 * sizes are made yet.
 */
export async function playlistFor(
  ctx: SizesContext,
  recordingId: RecordingId,
  bitRates: readonly number[],
): Promise<string | null> {
  const ladder = await ctx.ladders.of(recordingId);
  const aac = ladder.filter(({ name }) => name.startsWith('aac-'));
  const wanted = new Set(bitRates.map((kbps) => rungBelow(aac, kbps)?.name));
  const chosen = bitRates.length === 0 ? aac : aac.filter(({ name }) => wanted.has(name));
  const master = masterPlaylist('aac', chosen);
  if (master === null) return null;
  const ticket = sessionTicket(ctx.ticketSecret, recordingId, newId<'session'>(), ctx.now());
  return master.replaceAll(/^(?=[a-z0-9-]+\.m3u8$)/gm, `/media/hls/${ticket}/${recordingId}/`);
}

/** The largest size that is not above so many kbit/s by its name; the smallest where all are. */
export function rungBelow<R extends { readonly name: string }>(
  rungs: readonly R[],
  kbps: number,
): R | undefined {
  const nominal = ({ name }: R): number => Number(name.split('-')[1]);
  const sorted = rungs.toSorted((a, b) => nominal(a) - nominal(b));
  return sorted.findLast((rung) => nominal(rung) <= kbps) ?? sorted[0];
}
