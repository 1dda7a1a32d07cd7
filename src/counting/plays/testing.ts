import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { newId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { command, sql, type Database } from '#foundation/platform/postgres.ts';
import type { Ending } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { deviceDirectory, enrolDevice, reporterOf, type NewDevice } from './enrol-device.ts';
import { findDevice } from './device-queries.ts';
import { servePlays } from './http.ts';
import type { Reporter } from './read-report.ts';
import type { PlaysContext } from './record-plays.ts';
import { openPlays } from './room.ts';

// What tests of counting share: a context with a clock of its own, recordings, devices, and the wire as devices meet it.

const insertRecording = command({
  name: 'test.insertRecording',
  sample: { id: '', title: '', artist: '', isrc: null as string | null },
  text: (p: { id: string; title: string; artist: string; isrc: string | null }) => sql`
    insert into catalog.recording (id, title, artist_name, match_title, match_artist, isrc, provenance)
    values (${p.id}, ${p.title}, ${p.artist}, ${p.title.toLowerCase()}, ${p.artist.toLowerCase()}, ${p.isrc}, 'import')`,
});

const insertShare = command({
  name: 'test.insertShare',
  sample: { recordingId: '', userId: '', partyId: '', splitId: '' },
  text: (p: { recordingId: string; userId: string; partyId: string; splitId: string }) => sql`
    with party as (
      insert into catalog.party (id, name, match_name, kind, user_id, provenance)
      values (${p.partyId}, 'Party', 'party', 'person', ${p.userId}, 'import')
    ), split as (
      insert into catalog.split (id, recording_id, "right", valid_from, version, provenance)
      values (${p.splitId}, ${p.recordingId}, 'master', '2020-01-01', 1, 'import')
    )
    insert into catalog.split_share (split_id, party_id, basis_points)
    values (${p.splitId}, ${p.partyId}, 10000)`,
});

export const testNow = Date.UTC(2026, 10, 20, 12) as Instant;

export function playsContext(db: Database, now: Instant = testNow): PlaysContext {
  return openPlays({ db, log: createLog('silent'), now: () => now, demo: false }).plays;
}

export async function aRecording(
  db: Database,
  about: { title?: string; artist?: string; isrc?: string } = {},
): Promise<RecordingId> {
  const id = newId<'recording'>();
  await db.run(insertRecording, {
    id,
    title: about.title ?? `Title ${id}`,
    artist: about.artist ?? 'Artist',
    isrc: about.isrc ?? null,
  });
  return id;
}

/** The person owns all of the recording. */
export async function aShare(
  db: Database,
  recordingId: RecordingId,
  userId: string,
): Promise<void> {
  const [partyId, splitId] = [newId<'party'>(), newId<'split'>()];
  await db.run(insertShare, { recordingId, userId, partyId, splitId });
}

export async function aDevice(db: Database, about: Partial<NewDevice> = {}): Promise<Reporter> {
  const enrolled = await enrolDevice(db, {
    ownerId: newId<'user'>() as UserId,
    name: 'box',
    kind: 'phone',
    ...about,
  });
  if ('kind' in enrolled) throw new Error(enrolled.code);
  return reporterOf(await db.one(findDevice, { id: enrolled.deviceId }));
}

/** Greetings are written together; fails when a device that has reported was not greeted. */
export async function seenSoon(db: Database, deviceId: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const device = await db.one(findDevice, { id: deviceId });
    if (device.lastSeenAt !== null) return;
    await sleep(100);
  }
  throw new Error('the device has reported and was never seen');
}

/** Counting behind real HTTP; devices are those enrolled, and people whoever the test says: `Bearer <userId>`. */
export async function openPlaysHouse(t: Ending, ctx: PlaysContext): Promise<FastifyInstance> {
  const devices = deviceDirectory(ctx.db, ctx.now, (error) => {
    throw error;
  });
  const app = await createWebServer({
    log: createLog('silent'),
    metrics: createMetrics('test'),
    corsOrigins: [],
    trustProxy: null,
    https: null,
    version: 'test',
  });
  const gatekeeper: Gatekeeper = {
    async identify({ headers: { authorization = '' } }) {
      if (authorization.startsWith('Device ')) {
        const device = await devices.identify(authorization.slice(7));
        return 'code' in device ? device : { kind: 'device', deviceId: device.id };
      }
      return authorization.startsWith('Bearer ')
        ? {
            kind: 'user',
            userId: authorization.slice(7) as UserId,
            roles: ['venue'],
            sessionId: null,
          }
        : { kind: 'anonymous' };
    },
    permits: () => true,
  };
  servePlays({ app, gatekeeper }, { ...ctx, devices });
  t.after(() => app.close());
  return app;
}
