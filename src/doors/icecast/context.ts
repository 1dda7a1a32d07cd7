import type { DeviceDirectory } from '#counting/plays/index.ts';
import type { Monitors } from '#counting/stations/index.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Db } from '#foundation/platform/postgres.ts';

export type IcecastContext = {
  readonly db: Db;
  readonly log: Log;
  readonly devices: DeviceDirectory;
  readonly monitors: Monitors;
};
