import type { FastifyInstance } from 'fastify';
import path from 'node:path';
import { openCatalog } from '#catalogue/catalog/index.ts';
import { openMedia } from '#catalogue/media/index.ts';
import { openRenditions } from '#catalogue/renditions/index.ts';
import { openFindings } from '#counting/findings/index.ts';
import { openOutside } from '#counting/outside/index.ts';
import { openPlays } from '#counting/plays/index.ts';
import { openRecognition } from '#counting/recognition/index.ts';
import { openStations } from '#counting/stations/index.ts';
import { openIcecast } from '#doors/icecast/index.ts';
import { openMcp } from '#doors/mcp/index.ts';
import { openScrobbling } from '#doors/scrobbling/index.ts';
import { openSubsonic } from '#doors/subsonic/index.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import type { LoadedConfig } from '#foundation/platform/config.ts';
import type { Log } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { openDatabase } from '#foundation/platform/postgres.ts';
import { gatherRooms } from '#foundation/platform/room.ts';
import type { WebServerOptions } from '#foundation/platform/web-server.ts';
import { mayPlayBy, openPlayback } from '#listening/playback/index.ts';
import { openRecommend } from '#listening/recommend/index.ts';
import { openSearch } from '#listening/search/index.ts';
import { openAnalytics } from '#market/analytics/index.ts';
import { openAssistant } from '#market/assistant/index.ts';
import { openAudience } from '#market/audience/index.ts';
import { openCharts } from '#market/charts/index.ts';
import { openEconomy } from '#market/economy/index.ts';
import { openHarvest } from '#market/harvest/index.ts';
import { openPulse } from '#market/pulse/index.ts';
import { openReports } from '#market/reports/index.ts';
import { openSync } from '#market/sync/index.ts';
import { openLedger } from '#money/ledger/index.ts';
import { openRoyalties } from '#money/royalties/index.ts';
import { openAccounts, openMatrix } from '#people/accounts/index.ts';
import { openOperations } from '#people/operations/index.ts';
import { closeRooms, serveRooms, startRooms } from './join-rooms.ts';
import { keepGate } from './keep-gate.ts';
import { keepSecret } from './keep-secret.ts';

// Every room is opened here, by hand, once: what each needs is handed over, and nothing else reaches it. A new room is an
// import and one line on its floor; what it brings, it declares itself (foundation/platform/room.ts).

export const version = '0.1.0';

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

async function openRooms(parts: HouseParts) {
  const { log, demo } = parts;
  const { config } = parts.loaded;
  const now = (): Instant => Date.now() as Instant;
  const db = openDatabase(parts.databaseUrl, { connectionsMax: 12 });
  const metrics = createMetrics(version);
  /** What any room may have. */
  const base = { db, log, now, demo };
  const secret = (name: string): Promise<Buffer> => keepSecret(config.home, name);
  const ticketSecret = await secret('tickets');
  const { add, rooms, permissions } = gatherRooms();
  const { permits, permissionsOf } = openMatrix(permissions);

  // ── people
  const sealingKey = await secret('app-passwords');
  const { accounts, firstAdminPath } = add(
    await openAccounts({ ...base, config, permissionsOf, sealingKey }),
  );
  const { mayOperate } = add(
    openOperations({ ...base, ...parts, version, metrics, accounts, permits }),
  );

  // ── catalogue
  const blobs = diskBlobs(path.join(config.home, 'blobs'));
  const { catalog } = add(openCatalog({ ...base, permits }));
  const { media } = add(openMedia({ ...base, blobs, mayPlay: mayPlayBy(ticketSecret, now) }));
  const workFolder = path.join(config.home, 'blobs', 'unfinished');
  const { ladders } = add(openRenditions({ ...base, blobs, workFolder }));

  // ── counting
  const { plays, devices } = add(openPlays(base));
  const { recognition } = add(await openRecognition({ ...base, config }));
  const { monitors } = add(openStations({ ...base, config, plays, devices, recognition, permits }));
  add(openFindings({ ...base, catalog, recognition }));
  add(openOutside({ ...base, config, recognition }));

  // ── listening
  const { playback } = add(openPlayback({ ...base, plays, ladders, ticketSecret }));
  const { similarTo } = add(openRecommend(base));
  const { search } = add(openSearch({ ...base, similarTo }));

  // ── money
  add(openLedger(base));
  const { royalties } = add(openRoyalties(base));

  // ── market
  const { keepAudience } = add(openAudience(base));
  const { keepChart } = add(openCharts(base));
  const { soundcharts } = add(openHarvest({ ...base, config, keepChart, keepAudience }));
  add(openEconomy(base));
  add(openAnalytics(base));
  add(openAssistant({ ...base, search }));
  add(openReports(base));
  add(openSync({ ...base, soundcharts }));
  add(openPulse(base));

  // ── doors
  add(openMcp({ version, demo }));
  add(openIcecast({ ...base, devices, monitors }));
  add(
    openScrobbling({
      ...base,
      plays,
      secret: await secret('scrobbling'),
      publicUrl: config.publicUrl,
    }),
  );
  add(
    openSubsonic({ ...base, config, version, accounts, catalog, media, playback, search, permits }),
  );

  return {
    ...base,
    rooms,
    permissions,
    metrics,
    gatekeeper: keepGate(accounts, devices, permits),
    mayOperate,
    firstAdminPath,
    // What the library and the demo country are made with.
    accounts,
    catalog,
    media,
    plays,
    royalties,
  };
}

export type House = Awaited<ReturnType<typeof openRooms>> & {
  readonly app: FastifyInstance;
  /** Begins to work off jobs and deliver events; routes answer before that too. */
  startWork(): Promise<void>;
  close(): Promise<void>;
};

export async function composeHouse(parts: HouseParts): Promise<House> {
  const house = await openRooms(parts);
  const { mayOperate } = house;
  const { corsOrigins, trustProxy } = parts.loaded.config;
  const { https } = parts;
  const app = await serveRooms(house, { corsOrigins, trustProxy, https, version, mayOperate });
  let stopWork = async (): Promise<void> => {};
  return {
    ...house,
    app,
    async startWork() {
      ({ stop: stopWork } = await startRooms(house, parts.soleOwner));
    },
    async close() {
      await app.close();
      await stopWork();
      await closeRooms(house.rooms);
      await house.db.close();
    },
  };
}
