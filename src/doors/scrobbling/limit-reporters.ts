import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { secondMs } from '#foundation/kernel/time.ts';
import { addressGroup, type RateLimit } from '#foundation/platform/rate-limits.ts';

// These doors are outside /api and have limits of their own: programs that replay a year send much at once, and one
// of them must not slow the others.

export type Limits = {
  /** Requests of one account. */
  readonly requests: RateLimit;
  /** Requests of one address before it proved who it is; thousands of people share one. */
  readonly address: RateLimit;
  readonly bytesPerMinute: number;
  readonly listensPerMinute: number;
  /** Ten years of a keen listener at once; stops a program that runs away. */
  readonly listensPerDay: number;
};

export const limitsDefault: Limits = {
  requests: { requests: 100, windowS: 10 },
  address: { requests: 1_000, windowS: 10 },
  bytesPerMinute: 64 * 1024 * 1024,
  listensPerMinute: 20_000,
  listensPerDay: 200_000,
};

/** How the caller stands with a limit; `isOver` says that this request was too much. */
export type Standing = {
  readonly isOver: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetInS: number;
};

export type ReporterLimits = {
  takeAddress(address: string): Promise<Standing>;
  takeRequest(userId: string, bytes: number): Promise<Standing>;
  takeListens(userId: string, listens: number): Promise<Standing & { readonly ofTheDay: boolean }>;
};

export function createReporterLimits(limits: Limits = limitsDefault): ReporterLimits {
  const address = limiter(limits.address);
  const requests = limiter(limits.requests);
  const bytes = limiter({ requests: limits.bytesPerMinute, windowS: 60 });
  const listens = limiter({ requests: limits.listensPerMinute, windowS: 60 });
  const daily = limiter({ requests: limits.listensPerDay, windowS: 86_400 });
  return {
    takeAddress: (from) => take(address, addressGroup(from), 1),
    async takeRequest(userId, size) {
      const asked = await take(requests, userId, 1);
      if (asked.isOver) return asked;
      const sent = await take(bytes, userId, size);
      return sent.isOver ? sent : asked;
    },
    async takeListens(userId, count) {
      const recent = await take(listens, userId, count);
      if (recent.isOver) return { ...recent, ofTheDay: false };
      const today = await take(daily, userId, count);
      return today.isOver ? { ...today, ofTheDay: true } : { ...recent, ofTheDay: false };
    },
  };
}

function limiter(limit: RateLimit): RateLimiterMemory {
  return new RateLimiterMemory({ points: limit.requests, duration: limit.windowS });
}

async function take(from: RateLimiterMemory, key: string, points: number): Promise<Standing> {
  const state = await from.consume(key, points).catch((refused: unknown) => {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return refused;
  });
  return {
    isOver: state.consumedPoints > from.points,
    limit: from.points,
    remaining: Math.max(0, state.remainingPoints),
    resetInS: Math.max(0, Math.ceil(state.msBeforeNext / secondMs)),
  };
}
