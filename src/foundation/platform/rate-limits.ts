import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { secondMs } from '#foundation/kernel/time.ts';
import { addressOf, callerOf, routeOf, sendProblem } from './http.ts';

// How much one caller may ask of /api. Media, covers, static files, /rest and the scrobble doors are not under
// /api and keep limits of their own; a device is limited by its own table row below, not by the person's.

export type RateLimit = { readonly requests: number; readonly windowS: number };

export type RateLimits = {
  /** One person, one address of the API (system 1, "all others"). */
  readonly personRead: RateLimit;
  /** One person, everything that changes something (system 4). */
  readonly personWrite: RateLimit;
  /** Everybody without a session behind one address (system 4). */
  readonly anonymous: RateLimit;
  /** Everything from one address, counted before anybody is identified; thousands of people share one. */
  readonly address: RateLimit;
  /** One device: a batch carries up to 10,000 plays, so this bounds requests and not plays. */
  readonly device: RateLimit;
  /** Everything under the scheme `Device` from one address. */
  readonly addressDevices: RateLimit;
};

export const rateLimitsDefault: RateLimits = {
  personRead: { requests: 100, windowS: 60 },
  personWrite: { requests: 100, windowS: 60 },
  anonymous: { requests: 1_000, windowS: 60 },
  address: { requests: 10_000, windowS: 60 },
  device: { requests: 60_000, windowS: 60 },
  addressDevices: { requests: 240_000, windowS: 60 },
};

/** For what a page asks again and again while long work goes on, or a program once for every row of a list. */
export const oftenAsked: RateLimit = { requests: 1_200, windowS: 60 };

type Limiter = {
  readonly name: string;
  readonly limit: RateLimit;
  readonly memory: RateLimiterMemory;
};

/**
 * Register before any route: Fastify gives a hook to the routes that come after it. `rates` are those of single paths (system 1),
 * a person's, or an address's when nobody signed in; the server does not get ready when one of them has no route.
 */
export function registerRateLimits(
  app: FastifyInstance,
  rates: Readonly<Record<string, RateLimit>>,
  limits: RateLimits = rateLimitsDefault,
): void {
  const address = limiter('address', limits.address);
  const addressDevices = limiter('address-devices', limits.addressDevices);
  const device = limiter('device', limits.device);
  const anonymous = limiter('anonymous', limits.anonymous);
  const personWrite = limiter('writes', limits.personWrite);
  const personRead = limiter('reads', limits.personRead);
  const routes = new Map(
    Object.entries(rates).map(([path, limit]) => {
      const route = routeOf(path);
      return [route, limiter(route.slice(1), limit)];
    }),
  );
  refuseUnserved(app, [...routes.keys()]);

  app.addHook('onRequest', async (request, reply) => {
    if (!isLimited(request)) return;
    const from = saysDevice(request) ? addressDevices : address;
    return take(from, addressGroup(addressOf(request)), request, reply);
  });

  // After the route has identified the caller and before the body is read.
  app.addHook('preParsing', async (request, reply) => {
    if (!isLimited(request)) return;
    const caller = callerOf(request);
    if (caller.kind === 'device') return take(device, caller.deviceId, request, reply);
    const who = caller.kind === 'user' ? caller.userId : addressGroup(addressOf(request));
    const route = request.routeOptions.url ?? '';
    const special = routes.get(route);
    if (special !== undefined) return take(special, who, request, reply);
    if (caller.kind !== 'user') return take(anonymous, who, request, reply);
    if (request.method === 'GET' || request.method === 'HEAD')
      return take(personRead, `${who} ${route}`, request, reply);
    return take(personWrite, who, request, reply);
  });
}

function refuseUnserved(app: FastifyInstance, limited: readonly string[]): void {
  const served = new Set<string>();
  app.addHook('onRoute', ({ url }) => void served.add(url));
  app.addHook('onReady', async () => {
    const idle = limited.filter((route) => !served.has(route));
    if (idle.length > 0) throw new Error(`a rate is declared for no route: ${idle.join(', ')}`);
  });
}

function limiter(name: string, limit: RateLimit): Limiter {
  return {
    name,
    limit,
    memory: new RateLimiterMemory({ points: limit.requests, duration: limit.windowS }),
  };
}

/** By the route that was found: `/%61pi/...` and `http://host/api/...` find the same as `/api/...`. */
function isLimited(request: FastifyRequest): boolean {
  if (request.method === 'OPTIONS') return false;
  const route = request.routeOptions.url;
  const isOwn = route !== undefined && !route.includes('*');
  return (isOwn ? route : pathOf(request.url)).startsWith('/api/');
}

/** What an address reads as that has no route of its own. */
function pathOf(url: string): string {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray percent sign
  }
}

function saysDevice(request: FastifyRequest): boolean {
  return /^device /i.test(request.headers.authorization ?? '');
}

/** An IPv6 customer holds a whole /64, so that is one address here. */
export function addressGroup(ip: string): string {
  if (!ip.includes(':')) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped !== null) return mapped[1]!;
  const [head = '', tail] = ip.split('%')[0]!.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array<string>(Math.max(0, zeros)).fill('0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

async function take(
  from: Limiter,
  key: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  try {
    tell(reply, from, await from.memory.consume(key));
    return undefined;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    tell(reply, from, refused);
    const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / secondMs));
    reply.header('retry-after', seconds);
    return sendProblem(request, reply, {
      code: 'RATE_LIMIT_EXCEEDED',
      status: 429,
      title: 'Too many requests',
      detail: `Too many requests. Please try again in ${seconds} seconds.`,
    });
  }
}

/** The IETF draft's two fields, and the three of its earlier drafts that most clients read. */
function tell(reply: FastifyReply, from: Limiter, state: RateLimiterRes): void {
  const { requests, windowS } = from.limit;
  const left = Math.max(0, state.remainingPoints);
  const resetS = Math.max(0, Math.ceil(state.msBeforeNext / secondMs));
  reply.headers({
    'ratelimit-policy': `"${from.name}";q=${requests};w=${windowS}`,
    ratelimit: `"${from.name}";r=${left};t=${resetS}`,
    'ratelimit-limit': requests,
    'ratelimit-remaining': left,
    'ratelimit-reset': resetS,
  });
}
