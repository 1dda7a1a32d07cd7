import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isUuid, newId, type DeviceId, type PlaceId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { uuidFrom } from './derive-key.ts';
import * as queries from './device-queries.ts';
import type { Reporter } from './read-report.ts';

const keyBytes = 32;

export type NewDevice = {
  /** Given where making it again must not make a second one. */
  readonly id?: DeviceId;
  readonly ownerId: UserId;
  readonly name: string;
  readonly kind: 'phone' | 'venue' | 'deck' | 'station' | 'agent' | 'player' | 'scrobbler';
  readonly place?:
    | { readonly id: PlaceId }
    | { readonly lat: number; readonly lon: number; readonly accuracyM?: number };
  readonly territory?: string;
  readonly provenance?: Provenance;
};

/** Enrols a device. Its key is returned once and kept only as a hash. */
export async function enrolDevice(
  db: Db,
  device: NewDevice,
): Promise<{ deviceId: DeviceId; deviceKey: string } | Refusal<'UNKNOWN_PLACE'>> {
  const deviceId = device.id ?? newId<'device'>();
  const deviceKey = randomBytes(keyBytes).toString('base64url');
  const { place } = device;
  const known =
    place !== undefined && 'id' in place ? await db.maybe(onePlace, { id: place.id }) : null;
  if (place !== undefined && 'id' in place && known === null)
    return refuse(
      'UNKNOWN_PLACE',
      'There is no such place; send its position instead.',
      'place.id',
    );
  const position =
    place === undefined
      ? null
      : 'id' in place
        ? known!
        : { lat: place.lat, lon: place.lon, accuracyM: place.accuracyM ?? 0 };
  await db.run(queries.insertDevice, {
    id: deviceId,
    ownerId: device.ownerId,
    name: device.name,
    kind: device.kind,
    keyHash: hashKey(deviceKey),
    lat: position?.lat ?? null,
    lon: position?.lon ?? null,
    accuracyM: position?.accuracyM ?? null,
    placeId: known?.id ?? null,
    territory: device.territory ?? known?.territory ?? null,
    provenance: device.provenance ?? 'counted',
  });
  return { deviceId, deviceKey };
}

const onePlace = {
  ...queries.findPlaces,
  text: (p: { id: string }) => queries.findPlaces.text({ ids: [p.id] }),
  sample: { id: '00000000-0000-7000-8000-000000000001' },
};

function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

export type DeviceDirectory = {
  /** The device behind `Device <id>:<key>`, or why not. */
  identify(credentials: string): Promise<queries.DeviceRow | Refusal<'UNAUTHENTICATED'>>;
  /** A device that was identified a moment ago. */
  find(deviceId: DeviceId): Promise<queries.DeviceRow | null>;
  /** Notes, at most once a minute, that a device is alive; the caller does not wait. */
  greet(deviceId: DeviceId, seq: number | null): void;
  forget(deviceId: DeviceId): void;
  /** False when the person has no such device, or it is revoked already. What it reported stays counted. */
  revoke(deviceId: DeviceId, ownerId: UserId): Promise<boolean>;
};

const rememberMs = 30_000;
const greetEveryMs = 60_000;
/** A hundred devices that report at once are one statement, not a hundred commits. */
const greetTogetherMs = 1_000;
const rememberedMax = 50_000;

/** Looks devices up, and remembers them for half a minute so that a busy device does not cost a query a request. */
export function deviceDirectory(
  db: Db,
  now: () => number,
  onError: (error: unknown) => void,
): DeviceDirectory {
  const greeted = new Map<string, number>();
  const waiting = new Map<string, number | null>();
  function writeGreetings(): void {
    const seen = [...waiting];
    waiting.clear();
    db.run(queries.touchDevices, {
      ids: seen.map(([id]) => id),
      seqs: seen.map(([, seq]) => seq),
    }).catch(onError);
  }
  const remembered = new Map<string, { device: queries.DeviceRow; until: number }>();
  async function find(id: string): Promise<queries.DeviceRow | null> {
    const hit = remembered.get(id);
    if (hit !== undefined && hit.until > now()) return hit.device;
    const device = await db.maybe(queries.findDevice, { id });
    if (device === null) return null;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(id, { device, until: now() + rememberMs });
    return device;
  }
  return {
    async identify(credentials) {
      const colon = credentials.indexOf(':');
      const id = credentials.slice(0, colon).toLowerCase();
      const device = colon > 0 && isUuid(id) ? await find(id) : null;
      const given = hashKey(credentials.slice(colon + 1));
      if (device === null || !timingSafeEqual(given, device.keyHash))
        return refuse('UNAUTHENTICATED', 'The device or its key is not known; enrol it again.');
      if (device.revokedAt !== null)
        return refuse(
          'UNAUTHENTICATED',
          'This device was revoked; what it reported stays counted.',
        );
      return device;
    },
    find,
    greet(deviceId, seq) {
      if ((greeted.get(deviceId) ?? 0) > now() - greetEveryMs) return;
      if (greeted.size >= rememberedMax) greeted.clear();
      greeted.set(deviceId, now());
      if (waiting.size === 0) setTimeout(writeGreetings, greetTogetherMs).unref();
      waiting.set(deviceId, seq);
    },
    forget: (deviceId) => void remembered.delete(deviceId),
    async revoke(deviceId, ownerId) {
      const touched = await db.run(queries.markRevoked, { id: deviceId, ownerId });
      remembered.delete(deviceId);
      return touched > 0;
    },
  };
}

/** A device reports in its own name: ambient sound, or its own listener when nobody is signed in. */
export function reporterOf(device: queries.DeviceRow): Reporter {
  return {
    deviceId: device.id,
    listenerId: null,
    position:
      device.lat === null || device.lon === null
        ? null
        : { lat: device.lat, lon: device.lon, accuracyM: device.accuracyM ?? 0 },
    placeId: device.placeId,
    territory: device.territory,
    provenance: device.provenance,
  };
}

/**
 * The device behind an account's own listening: its player, its scrobblers. Made the first time; its id is computed
 * from the account so that two first requests at once make one.
 */
export async function ensureOwnDevice(
  db: Db,
  userId: UserId,
  kind: 'player' | 'scrobbler',
  about: { readonly provenance?: Provenance; readonly territory?: string } = {},
): Promise<Reporter> {
  const id = ownDeviceId(userId, kind);
  let device = await db.maybe(queries.findDevice, { id });
  if (device === null) {
    await db.run(queries.insertDevice, {
      id,
      ownerId: userId,
      name: kind,
      kind,
      keyHash: hashKey(randomBytes(keyBytes).toString('base64url')), // thrown away: nobody reports over HTTP as this device
      lat: null,
      lon: null,
      accuracyM: null,
      placeId: null,
      territory: about.territory ?? null,
      provenance: about.provenance ?? 'counted',
    });
    device = await db.one(queries.findDevice, { id });
  }
  return { ...reporterOf(device), listenerId: userId };
}

function ownDeviceId(userId: UserId, kind: string): DeviceId {
  return uuidFrom(`${kind} ${userId}`) as DeviceId;
}
