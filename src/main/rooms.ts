import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { deviceDirectory, openPlays } from '#counting/plays/index.ts';
import type { CatalogContext } from '#catalogue/catalog/index.ts';
import { requestImport, soundOf, type MediaContext } from '#catalogue/media/index.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import type { SubsonicContext } from '#doors/subsonic/index.ts';
import { openScrobbling } from '#doors/scrobbling/index.ts';
import type { FindingsContext } from '#counting/findings/index.ts';
import { outsideRecognisers, type OutsideContext } from '#counting/outside/index.ts';
import {
  openDecoders,
  openIndexStore,
  openSearcher,
  type IndexContext,
} from '#counting/recognition/index.ts';
import {
  openMonitors,
  openStationThread,
  openUnknownIndex,
  type MonitorContext,
} from '#counting/stations/index.ts';
import { storeFacts } from '#market/audience/index.ts';
import { storeIssue } from '#market/charts/index.ts';
import type { HarvestContext } from '#market/harvest/index.ts';
import { pinAddress } from '#foundation/streams/guard-address.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { LoadedConfig } from '#foundation/platform/config.ts';
import type { Log } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { openDatabase } from '#foundation/platform/postgres.ts';
import type { RoyaltiesContext } from '#money/royalties/index.ts';
import { isTicketValid, type PlaybackContext } from '#listening/playback/index.ts';
import {
  emailOf,
  identifyByAppPassword,
  identifyUser,
  isActive,
  loadSigningKey,
  openAccounts,
  permits,
} from '#people/accounts/index.ts';

// What every room is built with, by hand, once: each is handed what it needs, and nothing else reaches it.

export type RoomsParts = {
  readonly loaded: LoadedConfig;
  readonly databaseUrl: string;
  readonly demo: boolean;
  readonly log: Log;
  readonly version: string;
};
export type Rooms = Awaited<ReturnType<typeof openRooms>>;

export async function openRooms(parts: RoomsParts) {
  const { log, demo } = parts;
  const { config } = parts.loaded;
  const now = (): Instant => Date.now() as Instant;
  const db = openDatabase(parts.databaseUrl, { connectionsMax: 12 });
  const metrics = createMetrics(parts.version);
  const onError = (error: unknown): void => log.warn({ err: error }, 'background work failed');

  const accounts = await openAccounts({
    db,
    log,
    now,
    signingKey: await loadSigningKey(config.home),
    sealingKey: await secretOf(config.home, 'app-passwords'),
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
  const searcher = openSearcher({ store, log });
  const recognition: IndexContext = { db, log, store, searcher, decoders: openDecoders() };
  const findings: FindingsContext = { db, catalog, store, searcher };
  const outside: OutsideContext = {
    db,
    now,
    decoders: recognition.decoders,
    recognisers: outsideRecognisers({
      acoustidKey: config.acoustidKey ?? undefined,
      auddToken: config.auddToken ?? undefined,
    }),
    soundMayLeave: config.soundMayLeave,
  };
  const unknown = openUnknownIndex({ db });
  const stationThread = openStationThread({ searcher, log, unknown });
  const monitoring: MonitorContext = {
    db,
    now,
    log,
    plays,
    devices,
    openMatcher: stationThread.openMatcher,
    store,
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

  const sourceUrls: Readonly<Record<string, string | null>> = {
    turntable: config.sourceTurntableUrl,
    'apple-music': config.sourceAppleMusicUrl,
    deezer: config.sourceDeezerUrl,
    spotify: config.sourceSpotifyUrl,
    youtube: config.sourceYoutubeUrl,
  };
  const market = { db, now, demo };
  const harvest: HarvestContext = {
    db,
    now,
    pinAddress,
    baseUrlOf: (source) => sourceUrls[source] ?? null,
    keyOf: (source) => (source === 'youtube' ? config.youtubeKey : null),
    territory: config.territory.toLowerCase(),
    async keepChart(fact, origin) {
      const stored = await storeIssue(market, fact, origin);
      return stored.kind === 'refused' ? (stored.detail ?? stored.code) : null;
    },
    async keepAudience(fact, origin) {
      const stored = await storeFacts(market, [fact], origin);
      return stored.kind === 'refused' ? (stored.detail ?? stored.code) : null;
    },
  };
  const subsonic: SubsonicContext = {
    db,
    now,
    version: parts.version,
    publicUrl: config.publicUrl,
    catalog,
    playback,
    blobs: media.blobs,
    byAppPassword: (username, isRight) =>
      identifyByAppPassword(accounts.appPasswords, username, isRight),
    async byApiKey(key) {
      const caller = await identifyUser(accounts, `Bearer ${key}`);
      if (caller?.kind !== 'user' || caller.sessionId !== null) return null;
      const email = await emailOf(accounts, caller.userId);
      return email === null ? null : { ...caller, username: email };
    },
    permits,
    async startScan() {
      if (config.library !== null) await requestImport(media, config.library);
    },
  };

  return {
    db,
    log,
    metrics,
    accounts,
    catalog,
    media,
    plays,
    devices,
    playback,
    recognition,
    findings,
    outside,
    monitoring,
    monitors,
    scrobbling,
    royalties,
    charts: market,
    harvest,
    subsonic,
    async close() {
      recognition.decoders.close();
      await stationThread.close();
      await searcher.close();
      await store.close();
      await db.close();
    },
  };
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
