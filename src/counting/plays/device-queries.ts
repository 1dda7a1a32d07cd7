import type { DeviceId, PlaceId, UserId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

// The SQL of who reports and from where.

const someId = '00000000-0000-7000-8000-000000000001';

export const findPlaces = query({
  name: 'plays.findPlaces',
  columns: {
    id: column.uuid<PlaceId>(),
    lat: column.float8,
    lon: column.float8,
    accuracyM: column.float8,
    territory: column.nullable(column.text),
  },
  sample: { ids: [someId] },
  text: (p: { ids: readonly string[] }) => sql`
    select id, lat, lon, accuracy_m, territory
    from plays.place
    where id = any (${p.ids}::uuid[])`,
});

export type NewPlace = {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  readonly accuracyM: number;
  readonly territory: string | null;
};
export const insertPlace = command({
  name: 'plays.insertPlace',
  sample: {
    id: someId,
    ownerId: someId,
    name: 'n',
    lat: 0,
    lon: 0,
    accuracyM: 0,
    territory: null,
  } as NewPlace,
  text: (p: NewPlace) => sql`
    insert into plays.place (id, owner_id, name, lat, lon, accuracy_m, territory)
    values (${p.id}, ${p.ownerId}, ${p.name}, ${p.lat}, ${p.lon}, ${p.accuracyM}, ${p.territory})`,
});

export const placesOf = query({
  name: 'plays.placesOf',
  columns: {
    id: column.uuid<PlaceId>(),
    name: column.text,
    lat: column.float8,
    lon: column.float8,
    accuracyM: column.float8,
    territory: column.nullable(column.text),
  },
  sample: { ownerId: someId, after: null as string | null, limit: 1 },
  text: (p: { ownerId: string; after: string | null; limit: number }) => sql`
    select id, name, lat, lon, accuracy_m, territory
    from plays.place
    where owner_id = ${p.ownerId} and (${p.after}::uuid is null or id < ${p.after}::uuid)
    order by id desc
    limit ${p.limit}`,
});

export const insertDevice = command({
  name: 'plays.insertDevice',
  sample: {
    id: someId,
    ownerId: someId,
    name: 'n',
    kind: 'phone',
    keyHash: Buffer.alloc(32),
    lat: null,
    lon: null,
    accuracyM: null,
    placeId: null,
    territory: null,
    provenance: 'counted',
  } as NewDevice,
  text: (p: NewDevice) => sql`
    insert into plays.device (id, owner_id, name, kind, key_hash, lat, lon, accuracy_m, place_id, territory, provenance)
    values (${p.id}, ${p.ownerId}, ${p.name}, ${p.kind}, ${p.keyHash}, ${p.lat}, ${p.lon}, ${p.accuracyM}, ${p.placeId}, ${p.territory}, ${p.provenance})
    on conflict (id) do nothing`,
});
export type NewDevice = {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly kind: string;
  readonly keyHash: Buffer;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly accuracyM: number | null;
  readonly placeId: string | null;
  readonly territory: string | null;
  readonly provenance: Provenance;
};

const deviceRow = {
  id: column.uuid<DeviceId>(),
  ownerId: column.uuid<UserId>(),
  name: column.text,
  kind: column.text,
  keyHash: column.bytea,
  lat: column.nullable(column.float8),
  lon: column.nullable(column.float8),
  accuracyM: column.nullable(column.float8),
  placeId: column.nullable(column.uuid<PlaceId>()),
  territory: column.nullable(column.text),
  provenance: column.oneOf<Provenance>(),
  createdAt: column.instant,
  lastSeenAt: column.nullable(column.instant),
  revokedAt: column.nullable(column.instant),
  agentId: column.nullable(column.uuid()),
};
const deviceColumns = sql`id, owner_id, name, kind, key_hash, lat, lon, accuracy_m, place_id, territory, provenance, created_at, last_seen_at, revoked_at, agent_id`;

export const findDevice = query({
  name: 'plays.findDevice',
  columns: deviceRow,
  sample: { id: someId },
  text: (p: { id: string }) => sql`select ${deviceColumns} from plays.device where id = ${p.id}`,
});

export const devicesOf = query({
  name: 'plays.devicesOf',
  columns: deviceRow,
  sample: { ownerId: someId, after: null as string | null, limit: 1 },
  text: (p: { ownerId: string; after: string | null; limit: number }) => sql`
    select ${deviceColumns}
    from plays.device
    where owner_id = ${p.ownerId} and kind not in ('player', 'scrobbler') and (${p.after}::uuid is null or id < ${p.after}::uuid)
    order by id desc
    limit ${p.limit}`,
});

export const markRevoked = command({
  name: 'plays.markRevoked',
  sample: { id: someId, ownerId: someId },
  text: (p: { id: string; ownerId: string }) => sql`
    update plays.device set revoked_at = now() where id = ${p.id} and owner_id = ${p.ownerId} and revoked_at is null`,
});

export const touchDevices = command({
  name: 'plays.touchDevices',
  sample: { ids: [someId], seqs: [null] as (number | null)[] },
  text: (p: { ids: readonly string[]; seqs: readonly (number | null)[] }) => sql`
    update plays.device d
    set last_seen_at = now(), last_seq = greatest(d.last_seq, seen.seq)
    from unnest(${p.ids}::uuid[], ${p.seqs}::bigint[]) as seen (id, seq)
    where d.id = seen.id`,
});

export type DeviceRow = {
  readonly id: DeviceId;
  readonly ownerId: UserId;
  readonly name: string;
  readonly kind: string;
  readonly keyHash: Buffer;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly accuracyM: number | null;
  readonly placeId: PlaceId | null;
  readonly territory: string | null;
  readonly provenance: Provenance;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** Of a device that signs: the program whose spool its plays come from. */
  readonly agentId: string | null;
};
