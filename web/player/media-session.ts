import type { Player } from './player.ts';

/** Headset buttons, the lock screen and the car: they show what sounds and command it. */
export function connectMediaSession(player: Player): void {
  if (!('mediaSession' in navigator)) return;
  const { mediaSession } = navigator;
  const commands: readonly (readonly [MediaSessionAction, MediaSessionActionHandler])[] = [
    ['play', player.toggle],
    ['pause', player.pause],
    ['previoustrack', player.previous],
    ['nexttrack', player.next],
    ['seekto', ({ seekTime }) => player.seek((seekTime ?? 0) * 1000)],
  ];
  for (const [action, run] of commands) mediaSession.setActionHandler(action, run);
  let shown: string | null = null;
  player.subscribe(() => {
    const { current, status } = player.get();
    mediaSession.playbackState =
      current === null
        ? 'none'
        : status === 'playing' || status === 'loading'
          ? 'playing'
          : 'paused';
    if (current === null || current.recordingId === shown) return;
    shown = current.recordingId;
    mediaSession.metadata = new MediaMetadata({
      title: current.title,
      artist: current.artist,
      artwork: [{ src: current.coverUrl ?? '/icon-512.png' }],
    });
  });
}
