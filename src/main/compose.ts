import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  playSubscribers,
  serveHistoryFiles,
  servePlays,
  type DeviceDirectory,
} from '#counting/plays/index.ts';
import { serveCatalog, type CatalogContext } from '#catalogue/catalog/index.ts';
import {
  mediaSubscribers,
  mediaTasks,
  serveMedia,
  type MediaContext,
} from '#catalogue/media/index.ts';
import { serveScrobbling, startCountingWaiting } from '#doors/scrobbling/index.ts';
import { findingsSubscribers, findingsTasks, serveFindings } from '#counting/findings/index.ts';
import { forgetOldAnswers, serveOutside } from '#counting/outside/index.ts';
import {
  recognitionSubscribers,
  recognitionTasks,
  requestIndexing,
  serveRecognition,
} from '#counting/recognition/index.ts';
import { serveSubsonic } from '#doors/subsonic/index.ts';
import { serveStations } from '#counting/stations/index.ts';
import { serveIcecast, type IcecastDoor } from '#doors/icecast/index.ts';
import type { LoadedConfig } from '#foundation/platform/config.ts';
import type { Gatekeeper, Kit } from '#foundation/platform/http.ts';
import { startJobs, type AnyTask } from '#foundation/platform/jobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import { type Metrics } from '#foundation/platform/metrics.ts';
import { startOutbox } from '#foundation/platform/outbox.ts';
import { registerRateLimits } from '#foundation/platform/rate-limits.ts';
import { type Database } from '#foundation/platform/postgres.ts';
import { createWebServer, type WebServerOptions } from '#foundation/platform/web-server.ts';
import { serveLedger } from '#money/ledger/index.ts';
import { distributePool, serveRoyalties, type RoyaltiesContext } from '#money/royalties/index.ts';
import { servePlayback, startSweeping } from '#listening/playback/index.ts';
import {
  identifyUser,
  permits,
  prepareFirstAdmin,
  serveAccounts,
  type AccountsContext,
} from '#people/accounts/index.ts';
import { serveAnalytics } from '#market/analytics/index.ts';
import { serveEconomy } from '#market/economy/index.ts';
import { serveHarvest, startHarvesting } from '#market/harvest/index.ts';
import { serveCharts } from '#market/charts/index.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { serveOperations } from './operations/http.ts';
import { servePages } from './serve-pages.ts';

// Every room is built here, by hand, once: what each needs is handed over, and nothing else reaches it.

export const version = '0.1.0';

export type House = {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly accounts: AccountsContext;
  readonly catalog: CatalogContext;
  readonly media: MediaContext;
  readonly royalties: RoyaltiesContext;
  readonly metrics: Metrics;
  /** Path of the page that makes the first administrator; null when there is one. */
  readonly firstAdminPath: string | null;
  /** Begins to work off jobs and deliver events; routes answer before that too. */
  startWork(): Promise<void>;
  close(): Promise<void>;
};

export type HouseParts = {
  readonly loaded: LoadedConfig;
  readonly databaseUrl: string;
  /** No other server shares the database. */
  readonly soleOwner: boolean;
  readonly demo: boolean;
  readonly log: Log;
  readonly https: WebServerOptions['https'];
  readonly notReady: () => string | null;
};

export async function composeHouse(parts: HouseParts): Promise<House> {
  const { log, demo } = parts;
  const { config } = parts.loaded;
  const rooms = await openRooms({ ...parts, version });
  const { db, accounts, catalog, media, royalties, metrics } = rooms;
  const app = await createWebServer({
    log,
    metrics,
    corsOrigins: config.corsOrigins,
    trustProxy: config.trustProxy,
    https: parts.https,
    version,
  });
  registerRateLimits(app);
  const icecast = serveRooms({ app, gatekeeper: keepTheGate(accounts, rooms.devices) }, rooms);
  serveOperations(
    { app, gatekeeper: keepTheGate(accounts, rooms.devices) },
    { db, loaded: parts.loaded, demo, version },
  );
  await servePages(app, {
    db,
    metrics,
    notReady: parts.notReady,
    mayOperate: (request) => mayOperate(accounts, request),
  });
  let stopWork = async (): Promise<void> => {};
  return {
    app,
    db,
    accounts,
    catalog,
    media,
    royalties,
    metrics,
    firstAdminPath: await prepareFirstAdmin(accounts, config),
    async startWork() {
      stopWork = await startWork(rooms, parts);
    },
    async close() {
      await icecast.close(); // before the server: it does not know the sockets of sources
      await rooms.monitors.stop();
      await app.close();
      await stopWork();
      await rooms.close();
    },
  };
}

/** Every room's routes. */
function serveRooms(kit: Kit, rooms: Rooms): IcecastDoor {
  const { db, log, plays, devices, monitors } = rooms;
  serveAccounts(kit, rooms.accounts);
  serveCatalog(kit, rooms.catalog);
  serveMedia(kit, rooms.media);
  servePlays(kit, { ...plays, devices });
  serveHistoryFiles(kit, { ...plays, devices });
  serveRecognition(kit, rooms.recognition);
  serveFindings(kit, rooms.findings);
  serveOutside(kit, rooms.outside);
  serveStations(kit, { ...rooms.monitoring, monitors, devices, permits });
  servePlayback(kit, rooms.playback);
  serveScrobbling(kit, rooms.scrobbling);
  serveLedger(kit, { db });
  serveRoyalties(kit, rooms.royalties);
  serveCharts(kit, rooms.charts);
  serveHarvest(kit, rooms.harvest);
  serveAnalytics(kit, rooms.charts);
  serveEconomy(kit, rooms.charts);
  serveSubsonic(kit.app, rooms.subsonic);
  return serveIcecast(kit.app, { db, log, devices, monitors });
}

/** Jobs, events, monitors and sweeps; answers how to stop them. */
async function startWork(rooms: Rooms, parts: HouseParts): Promise<() => Promise<void>> {
  const { db, log, metrics, media, recognition, royalties, monitors } = rooms;
  const onError = (error: unknown): void => log.warn({ err: error }, 'background work failed');
  const tasks: readonly AnyTask[] = [
    ...mediaTasks(media),
    ...recognitionTasks(recognition),
    ...findingsTasks(rooms.findings),
    distributePool(royalties),
  ];
  const jobs = await startJobs({ db, log, metrics, soleOwner: parts.soleOwner }, tasks);
  const outbox = startOutbox({ db, log }, [
    ...mediaSubscribers(media),
    ...playSubscribers({ db }),
    ...recognitionSubscribers(recognition),
    ...findingsSubscribers(rooms.findings),
  ]);
  await requestIndexing(db);
  await forgetOldAnswers(rooms.outside);
  await monitors.start();
  const works = [
    jobs,
    outbox,
    startSweeping(rooms.playback, onError),
    startCountingWaiting(rooms.scrobbling, onError),
    startHarvesting(rooms.harvest, onError),
  ];
  return async () => void (await Promise.all(works.map((work) => work.stop())));
}

/** One door for people and devices: the scheme of the Authorization header tells which. */
function keepTheGate(accounts: AccountsContext, devices: DeviceDirectory): Gatekeeper {
  return {
    async identify(request) {
      const { authorization } = request.headers;
      const credentials = /^Device +(\S+) *$/i.exec(authorization ?? '')?.[1];
      if (credentials !== undefined) {
        const device = await devices.identify(credentials);
        return 'code' in device ? device : { kind: 'device', deviceId: device.id };
      }
      return (await identifyUser(accounts, authorization)) ?? { kind: 'anonymous' };
    },
    permits,
  };
}

/** Metrics and the API's description are open on this machine; from elsewhere they want an operator. */
async function mayOperate(accounts: AccountsContext, request: FastifyRequest): Promise<boolean> {
  const isHere = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip);
  // A proxy on this machine that nobody told us of speaks for strangers.
  if (isHere && request.headers['x-forwarded-for'] === undefined) return true;
  const caller = await identifyUser(accounts, request.headers.authorization);
  return caller?.kind === 'user' && permits(caller, 'settings.read');
}
