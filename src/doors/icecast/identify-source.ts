import { findMount, sourceOf, type ChannelSource } from '#counting/stations/index.ts';
import type { DeviceId } from '#foundation/kernel/ids.ts';
import type { IcecastContext } from './context.ts';
import { deviceCredentials, readBasic } from './read-source.ts';

export type SourceDevice = { readonly deviceId: DeviceId; readonly source: ChannelSource };

/** The device that may send to a mount with these credentials; null for everybody else. */
export async function identifySource(
  ctx: IcecastContext,
  mount: string,
  authorization: string | undefined,
): Promise<SourceDevice | null> {
  const given = readBasic(authorization);
  if (given === null) return null;
  const station = await ctx.db.maybe(findMount, { mount });
  const credentials = deviceCredentials(given, station?.deviceId ?? null);
  if (credentials === null) return null;
  const device = await ctx.devices.identify(credentials);
  if ('code' in device) return null;
  return { deviceId: device.id, source: sourceOf(device.kind) };
}
