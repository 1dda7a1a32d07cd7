import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import { openPlays } from '#counting/plays/index.ts';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { column, query, sql, type Database } from '#foundation/platform/postgres.ts';
import { testDatabase, type Ending } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { openContext, type ScrobblingContext } from './context.ts';
import { serveScrobbling } from './http.ts';
import { limitsDefault, type Limits } from './limit-reporters.ts';

/** The doors behind real HTTP and a real database; people are whoever the test says: `Bearer <userId>`. */
export type House = {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly ctx: ScrobblingContext;
  readonly disabled: Set<UserId>;
  later(ms: number): void;
};

export const unlimited: Limits = {
  ...limitsDefault,
  requests: { requests: 1_000_000, windowS: 10 },
  address: { requests: 1_000_000, windowS: 10 },
};

export async function openHouse(
  t: Ending,
  about: { readonly limits?: Limits; readonly now?: number } = {},
): Promise<House> {
  const { db } = await testDatabase(t);
  let now = about.now ?? Date.UTC(2026, 10, 20, 12);
  const clock = (): Instant => now as Instant;
  const metrics = createMetrics('test');
  const disabled = new Set<UserId>();
  const log = createLog('silent');
  const counting = openPlays({ db, log, now: clock, demo: false });
  const ctx = openContext({
    db,
    now: clock,
    plays: counting.plays,
    secret: Buffer.alloc(32, 7),
    isActive: async (userId) => !disabled.has(userId),
    publicUrl: null,
    limits: about.limits ?? unlimited,
  });
  const app = await createWebServer({
    log,
    metrics,
    corsOrigins: [],
    trustProxy: null,
    https: null,
    version: 'test',
  });
  const gatekeeper: Gatekeeper = {
    identify: async ({ headers: { authorization = '' } }) =>
      authorization.startsWith('Bearer ')
        ? {
            kind: 'user',
            userId: authorization.slice(7) as UserId,
            roles: ['dj'],
            sessionId: null,
          }
        : { kind: 'anonymous' },
    permits: () => true,
  };
  counting.serve?.({ app, gatekeeper });
  serveScrobbling({ app, gatekeeper }, ctx);
  app.get('/', async () => 'the web app');
  t.after(async () => app.close());
  await app.ready();
  return { app, db, ctx, disabled, later: (ms) => void (now += ms) };
}

export type Scrobbler = {
  readonly userId: UserId;
  readonly userName: string;
  readonly id: string;
  readonly token: string;
  readonly apiKey: string;
  readonly sharedSecret: string;
};

let names = 0;

export async function aScrobbler(
  house: House,
  userName = `keza${++names}`,
  userId = newId<'user'>() as UserId,
): Promise<Scrobbler> {
  const reply = await house.app.inject({
    method: 'POST',
    url: '/api/v1/scrobbling/tokens',
    headers: { authorization: `Bearer ${userId}` },
    payload: { name: 'kitchen', userName },
  });
  assert.equal(reply.statusCode, 201, reply.body);
  return { userId, ...reply.json<Omit<Scrobbler, 'userId'>>() };
}

const evidenceOf = query({
  name: 'scrobbling.testEvidence',
  columns: {
    startedAt: column.instant,
    playedMs: column.int4,
    source: column.int4,
    state: column.int4,
    confidence: column.nullable(column.float8),
    recordingId: column.nullable(column.uuid()),
  },
  sample: { userId: '' },
  text: (p: { userId: string }) => sql`
    select started_at, played_ms, source, state, confidence, recording_id
    from plays.play
    where listener_id = ${p.userId}
    order by started_at, key`,
});

/** What plays holds of a listener. */
export async function evidence(house: House, { userId }: { readonly userId: UserId }) {
  return house.db.all(evidenceOf, { userId });
}

export function trackOf(title: string, more: object = {}): object {
  return { artist_name: 'Bruce Melodie', track_name: title, ...more };
}

export function form(fields: Readonly<Record<string, string | number>>): string {
  return new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}

export async function postForm(
  house: House,
  url: string,
  fields: Readonly<Record<string, string | number>>,
) {
  return house.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: form(fields),
  });
}
