import { Counter } from 'prom-client';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { oftenAsked } from '#foundation/platform/rate-limits.ts';
import type { Room } from '#foundation/platform/room.ts';
import { everyone, type RoomPermissions } from '#people/accounts/index.ts';
import * as contract from './contract.ts';
import { deviceDirectory, type DeviceDirectory } from './enrol-device.ts';
import { playSubscribers } from './events.ts';
import { serveHistoryFiles } from './history-files/http.ts';
import { servePlays } from './http.ts';
import { openContext, type PlaysContext } from './record-plays.ts';

export type PlaysNeeds = {
  readonly db: Database;
  readonly log: Log;
  readonly now: () => Instant;
  readonly demo: boolean;
};

const permissions: RoomPermissions = {
  'plays.read': { roles: everyone, meaning: 'read counted plays by day, source and territory' },
  'devices.enrol': { roles: everyone, meaning: 'enrol a device and report what it hears' },
};

export function openPlays(
  needs: PlaysNeeds,
): Room & { readonly plays: PlaysContext; readonly devices: DeviceDirectory } {
  const { db, log, now } = needs;
  const playsTotal = new Counter({
    name: 'ngoma_plays_total',
    help: 'plays reported, by outcome',
    labelNames: ['outcome'],
    registers: [],
  });
  const plays = openContext({ ...needs, playsTotal });
  const devices = deviceDirectory(db, now, (error) =>
    log.warn({ err: error }, 'devices that were seen could not be noted'),
  );
  return {
    name: 'plays',
    plays,
    devices,
    serve(kit) {
      servePlays(kit, { ...plays, devices });
      serveHistoryFiles(kit, { ...plays, devices });
    },
    subscribers: playSubscribers(plays),
    permissions,
    // One person enrols a whole fleet in an afternoon; a list of recordings asks once for each.
    rates: { [contract.enrolDevice.path]: oftenAsked, [contract.recordingPlays.path]: oftenAsked },
    metrics: [playsTotal],
  };
}
