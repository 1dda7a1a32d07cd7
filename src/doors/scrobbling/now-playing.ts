import type { UserId } from '#foundation/kernel/ids.ts';
import { dayMs, minuteMs, type Instant } from '#foundation/kernel/time.ts';
import type { Metadata } from './read-metadata.ts';

// What somebody listens to now is told, never counted, and forgotten: it lives in this process only.

const unknownLengthMs = 10 * minuteMs;
const longestMs = dayMs;
const listenersMax = 100_000;

export type NowPlaying = {
  set(userId: UserId, metadata: Metadata, durationMs: number | null): void;
  get(userId: UserId): Metadata | null;
};

export function createNowPlaying(now: () => Instant): NowPlaying {
  const playing = new Map<UserId, { readonly metadata: Metadata; readonly until: number }>();
  return {
    set(userId, metadata, durationMs) {
      playing.delete(userId);
      if (playing.size >= listenersMax) playing.delete(playing.keys().next().value!); // the one that began longest ago
      const until = now() + Math.min(durationMs ?? unknownLengthMs, longestMs);
      playing.set(userId, { metadata, until });
    },
    get(userId) {
      const entry = playing.get(userId);
      if (entry === undefined || entry.until > now()) return entry?.metadata ?? null;
      playing.delete(userId);
      return null;
    },
  };
}
