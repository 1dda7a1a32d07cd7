import { useSyncExternalStore } from 'react';
import { createPlayer, type PlayerState, type Track } from './player.ts';
import { reportListening } from './report-listening.ts';

export const player = createPlayer({
  sourceOf: (track) => `/media/recordings/${encodeURIComponent(track.recordingId)}/original`,
  onHeard: reportListening,
});

/** A part of the player's state; the component is drawn again only when that part changes. */
export function usePlayer<Part>(select: (state: PlayerState) => Part): Part {
  return useSyncExternalStore(player.subscribe, () => select(player.get()));
}

export function isCurrent(state: PlayerState, track: Track): boolean {
  return state.current?.recordingId === track.recordingId;
}
