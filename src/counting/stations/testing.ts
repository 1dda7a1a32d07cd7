import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openPlays, type DeviceDirectory } from '#counting/plays/index.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { testDatabase, type Ending } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { openIndexStore, type IndexStore } from '#counting/recognition/index-store.ts';
import { scriptedMatcher } from '#counting/recognition/testing.ts';
import type { MonitorContext } from './context.ts';
import { serveStations } from './http.ts';
import { openMonitors } from './monitors.ts';
import type { StationsContext } from './stations.ts';

// A house with stations in it, behind real HTTP and a real database.

/** What the endpoints answer, as far as tests look into it. */
export type Answer = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly deviceId: string;
  readonly deviceKey: string;
  readonly error: { readonly code: string };
  readonly items: readonly Answer[];
  readonly live: {
    readonly health: string;
    readonly detail: string | null;
    readonly trouble: { readonly code: string; readonly params: object } | null;
    readonly titleHint: string | null;
    readonly nowPlaying: readonly { readonly title: string }[];
  };
};

export type StationHouse = {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly ctx: StationsContext;
  readonly devices: DeviceDirectory;
  readonly store: IndexStore;
  /** Who is more than a station. */
  readonly roles: Map<UserId, readonly string[]>;
  call(
    userId: UserId,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: object,
  ): Promise<{ status: number; json: Answer }>;
};

/** Stations behind real HTTP and a real database; people are whoever the test says: `Bearer <userId>`. */
export async function openStationHouse(
  t: Ending,
  about: Partial<
    Pick<MonitorContext, 'openMatcher' | 'allowPrivateStations' | 'keepsClips' | 'unknown'>
  > & {
    readonly unknownOf?: (parts: Pick<MonitorContext, 'db' | 'now'>) => MonitorContext['unknown'];
  } = {},
): Promise<StationHouse> {
  const { db } = await testDatabase(t);
  const now = (): Instant => Date.now() as Instant;
  const metrics = createMetrics('test');
  const log = createLog('silent');
  const { plays, devices } = openPlays({ db, log, now, demo: false });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-stations-'));
  const store = await openIndexStore({ folder, log });
  const roles = new Map<UserId, readonly string[]>();
  const parts: MonitorContext = {
    db,
    now,
    log,
    plays,
    devices,
    openMatcher: () => scriptedMatcher([]),
    store,
    allowPrivateStations: true,
    keepsClips: false,
    ...about,
    unknown: about.unknownOf?.({ db, now }) ?? null,
  };
  const monitors = openMonitors(parts);
  const permits = (caller: { readonly roles: readonly string[] }, permission: string): boolean =>
    permission !== 'catalog.edit' || caller.roles.includes('moderator');
  const ctx: StationsContext = { ...parts, monitors, permits, devices };
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
            roles: roles.get(authorization.slice(7) as UserId) ?? ['station'],
            sessionId: null,
          }
        : { kind: 'anonymous' },
    permits,
  };
  serveStations({ app, gatekeeper }, ctx);
  t.after(async () => {
    await monitors.stop();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    app,
    db,
    ctx,
    devices,
    store,
    roles,
    async call(userId, method, url, body) {
      const answered = await app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${userId}` },
        ...(body !== undefined && { payload: body }),
      });
      return { status: answered.statusCode, json: answered.json() };
    },
  };
}

/** Asks until it holds; a machine that is busy takes its time. */
export async function until<T>(
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`it did not come true: ${ask.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
