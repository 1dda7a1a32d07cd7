import { useSyncExternalStore } from 'react';
import { connectMediaSession } from './media-session.ts';
import { followData } from './follow-data.ts';
import { fetchPlayer, openSound } from './open-sound.ts';
import { createPlayer, type PlayerState } from './player.ts';

export const player = createPlayer({
  open: openSound,
  createAudio: () => followData(new Audio()),
  now: () => Date.now(),
});

connectMediaSession(player);
fetchPlayer();
// A phone may end a page that is out of sight without another word.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') player.flush();
});
// A page kept for the way back may sound again; any other is gone. Either may never be seen again.
addEventListener('pagehide', ({ persisted }) => {
  if (persisted) player.putAside();
  else player.leave();
});

/** A part of the player's state; the component is drawn again only when that part changes. */
export function usePlayer<Part>(select: (state: PlayerState) => Part): Part {
  return useSyncExternalStore(player.subscribe, () => select(player.get()));
}
