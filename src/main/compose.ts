import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import {
  deviceDirectory,
  openPlays,
  playSubscribers,
  serveHistoryFiles,
  servePlays,
} from '#counting/plays/index.ts';
import { serveCatalog, type CatalogContext } from '#catalogue/catalog/index.ts';
import {
  mediaSubscribers,
  mediaTasks,
  serveMedia,
  soundOf,
  type MediaContext,
} from '#catalogue/media/index.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import { openScrobbling, serveScrobbling, startCountingWaiting } from '#doors/scrobbling/index.ts';
import {
  openDecoders,
  openIndexStore,
  openMonitors,
  openSearcher,
  openSoundMatcher,
  openUnknownIndex,
  recognitionSubscribers,
  recognitionTasks,
  requestIndexing,
  serveRecognition,
  serveStations,
  type IndexContext,
  type MonitorContext,
} from '#counting/recognition/index.ts';
import { serveIcecast } from '#doors/icecast/index.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { LoadedConfig } from '#foundation/platform/config.ts';
import type { Gatekeeper, Kit } from '#foundation/platform/http.ts';
import { startJobs, type AnyTask } from '#foundation/platform/jobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import { createMetrics, type Metrics } from '#foundation/platform/metrics.ts';
import { startOutbox } from '#foundation/platform/outbox.ts';
import { registerRateLimits } from '#foundation/platform/rate-limits.ts';
import { openDatabase, type Database } from '#foundation/platform/postgres.ts';
import { createWebServer, type WebServerOptions } from '#foundation/platform/web-server.ts';
import { serveLedger } from '#money/ledger/index.ts';
import { distributePool, serveRoyalties, type RoyaltiesContext } from '#money/royalties/index.ts';
import {
  isTicketValid,
  servePlayback,
  startSweeping,
  type PlaybackContext,
} from '#listening/playback/index.ts';
import {
  identifyUser,
  isActive,
  loadSigningKey,
  openAccounts,
  permits,
  prepareFirstAdmin,
  serveAccounts,
  type AccountsContext,
} from '#people/accounts/index.ts';
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
  const now = (): Instant => Date.now() as Instant;
  const db = openDatabase(parts.databaseUrl, { connectionsMax: 12 });
  const metrics = createMetrics(version);
  const onError = (error: unknown): void => log.warn({ err: error }, 'background work failed');

  const accounts = await openAccounts({
    db,
    log,
    now,
    signingKey: await loadSigningKey(config.home),
  });
  const plays = openPlays({ db, now, metrics, demo });
  const devices = deviceDirectory(db, now, onError);
  const playback: PlaybackContext = {
    db,
    now,
    plays,
    ticketSecret: await secretOf(config.home, 'tickets'),
    soundOf: (recordingId) => soundOf(db, recordingId),
  };

  const catalog: CatalogContext = { db, now, permits };
  const media: MediaContext = {
    db,
    blobs: diskBlobs(path.join(config.home, 'blobs')),
    log,
    // Who is signed in may hear what there is; an <audio> element carries a ticket instead of a token.
    mayPlay: async ({ caller, recordingId, ticket }) =>
      caller.kind === 'user' ||
      (ticket !== null && isTicketValid(playback.ticketSecret, recordingId, ticket, now())),
  };
  const store = await openIndexStore({ folder: path.join(config.home, 'index'), log });
  const recognition: IndexContext = {
    db,
    log,
    store,
    searcher: openSearcher({ store, log }),
    decoders: openDecoders(),
  };
  const unknown = openUnknownIndex({ db, now });
  await unknown.load();
  const monitoring: MonitorContext = {
    db,
    now,
    log,
    plays,
    openMatcher: () => openSoundMatcher(store.shards, unknown.shards),
    unknown,
    allowPrivateStations: config.privateStations,
    keepsClips: config.keepClips,
  };
  const monitors = openMonitors(monitoring);
  const royalties: RoyaltiesContext = { db, now, demo };
  const scrobbling = openScrobbling({
    db,
    now,
    plays,
    secret: await secretOf(config.home, 'scrobbling'),
    isActive: (userId) => isActive(db, userId),
    publicUrl: config.publicUrl,
  });

  const app = await createWebServer({
    log,
    metrics,
    corsOrigins: config.corsOrigins,
    trustProxy: config.trustProxy,
    https: parts.https,
    version,
  });
  registerRateLimits(app);
  const kit: Kit = { app, gatekeeper: keepTheGate(accounts, devices) };
  serveAccounts(kit, accounts);
  serveCatalog(kit, catalog);
  serveMedia(kit, media);
  servePlays(kit, { ...plays, devices });
  serveHistoryFiles(kit, plays);
  serveRecognition(kit, recognition);
  serveStations(kit, { ...monitoring, monitors });
  const icecast = serveIcecast(app, { db, log, devices, monitors });
  servePlayback(kit, playback);
  serveScrobbling(kit, scrobbling);
  serveLedger(kit, { db });
  serveRoyalties(kit, royalties);
  serveOperations(kit, { db, loaded: parts.loaded, demo, version });
  await servePages(app, {
    db,
    metrics,
    notReady: parts.notReady,
    mayOperate: (request) => mayOperate(accounts, request),
  });

  const tasks: readonly AnyTask[] = [
    ...mediaTasks(media),
    ...recognitionTasks(recognition),
    distributePool(royalties),
  ];
  const closings: (() => Promise<void>)[] = [];
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
      const jobs = await startJobs({ db, log, metrics, soleOwner: parts.soleOwner }, tasks);
      const outbox = startOutbox({ db, log }, [
        ...mediaSubscribers(media),
        ...playSubscribers({ db }),
        ...recognitionSubscribers(recognition),
      ]);
      await requestIndexing(db);
      await monitors.start();
      const sweeping = startSweeping(playback, onError);
      const waiting = startCountingWaiting(scrobbling, onError);
      closings.push(
        () => monitors.stop(),
        () => jobs.stop(),
        () => outbox.stop(),
        () => sweeping.stop(),
        () => waiting.stop(),
      );
    },
    async close() {
      await icecast.close();
      await app.close();
      await Promise.all(closings.map((close) => close()));
      recognition.decoders.close();
      await recognition.searcher.close();
      await db.close();
    },
  };
}

/** One door for people and devices: the scheme of the Authorization header tells which. */
function keepTheGate(
  accounts: AccountsContext,
  devices: ReturnType<typeof deviceDirectory>,
): Gatekeeper {
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

const secretBytes = 32;

/** A secret of this installation, made once and readable by its owner only. */
async function secretOf(home: string, name: string): Promise<Buffer> {
  const file = path.join(home, 'keys', `${name}.secret`);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(secretBytes), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return readFile(file);
}
