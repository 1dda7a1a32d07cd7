import { enrolDevice, type DeviceDirectory } from '#counting/plays/index.ts';
import { newId, type DeviceId, type StationId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import type { MonitorContext } from './context.ts';
import type { Monitors } from './monitors.ts';
import * as queries from './queries.ts';
import { parseAddress } from '#foundation/streams/raw-http.ts';

const stationsPerAccountMax = 50;

export type NewStation = {
  readonly ownerId: UserId;
  readonly name: string;
  readonly url?: string;
  readonly mount?: string;
  readonly territory?: string;
};

export type StationsContext = MonitorContext & {
  readonly monitors: Monitors;
  readonly devices: Pick<DeviceDirectory, 'revoke'>;
  readonly permits: (caller: UserCaller, permission: 'catalog.edit') => boolean;
};

/** Adds a station with the device that will report for it, and begins to listen. */
export async function addStation(
  ctx: StationsContext,
  wanted: NewStation,
): Promise<{ id: StationId; deviceId: DeviceId; deviceKey: string } | Refusal> {
  const { ownerId, name } = wanted;
  const [url, mount] = [wanted.url ?? null, wanted.mount ?? null];
  if ((url === null) === (mount === null))
    return refuse('VALIDATION_FAILED', 'Give the address of a stream or a mount, not both.', 'url');
  if (url !== null && parseAddress(url) === null)
    return refuse('STATION_ADDRESS', 'A stream has an http or https address.', 'url');
  const { stations } = await ctx.db.one(queries.countStationsOf, { ownerId });
  if (stations >= stationsPerAccountMax)
    return refuse('TOO_MANY_STATIONS', `At most ${stationsPerAccountMax}; remove one first.`);
  const id = newId<'station'>();
  const added = await ctx.db.tx(async (tx) => {
    const device = await enrolDevice(tx, {
      ownerId,
      name,
      kind: 'station',
      ...(wanted.territory !== undefined && { territory: wanted.territory }),
    });
    if ('kind' in device) throw new Error(device.code); // only a place can be unknown, and it has none
    const { deviceId } = device;
    const territory = wanted.territory ?? null;
    const inserted = await tx.run(queries.insertStation, {
      id,
      ownerId,
      deviceId,
      name,
      url,
      mount,
      territory,
      now: ctx.now(),
    });
    return { ...device, inserted };
  });
  // The device of a refused station reports nothing; nobody has seen its key.
  if (added.inserted === 0)
    return refuse('MOUNT_TAKEN', 'Choose another mount; this one is in use.', 'mount');
  const { deviceId, deviceKey } = added;
  ctx.monitors.watch(await ctx.db.one(queries.findStation, { id }));
  return { id, deviceId, deviceKey };
}

export async function removeStation(
  ctx: StationsContext,
  ownerId: UserId,
  id: StationId,
): Promise<Refusal | null> {
  const station = await ctx.db.maybe(queries.removeStation, { id, ownerId });
  if (station === null) return refuse('NOT_FOUND', 'You have no such station.');
  await ctx.monitors.unwatch(id);
  await ctx.monitors.attached(station.deviceId)?.detach();
  // Last, so that what was playing is still reported in its name.
  await ctx.devices.revoke(station.deviceId, ownerId);
  return null;
}
