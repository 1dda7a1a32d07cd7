import type { PlaysContext } from '#counting/plays/index.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { createReporterLimits, type ReporterLimits, type Limits } from './limit-reporters.ts';
import { createNowPlaying, type NowPlaying } from './now-playing.ts';
import { createRequestTokens, type RequestTokens } from './lastfm/request-tokens.ts';

export type ScrobblingContext = {
  readonly db: Database;
  readonly now: () => Instant;
  readonly plays: PlaysContext;
  /** Session keys and shared secrets are computed with it, so that none has to be kept. */
  readonly secret: Buffer;
  /** Whether the account may still do anything. */
  readonly isActive: (userId: UserId) => Promise<boolean>;
  /** Address that programs reach us at; null: the one they used. */
  readonly publicUrl: string | null;
  readonly limits: ReporterLimits;
  readonly nowPlaying: NowPlaying;
  readonly requestTokens: RequestTokens;
};

export function openContext(
  parts: Omit<ScrobblingContext, 'limits' | 'nowPlaying' | 'requestTokens'> & {
    readonly limits?: Limits;
  },
): ScrobblingContext {
  const { limits, ...rest } = parts;
  return {
    ...rest,
    limits: createReporterLimits(limits),
    nowPlaying: createNowPlaying(parts.now),
    requestTokens: createRequestTokens(parts.now),
  };
}
