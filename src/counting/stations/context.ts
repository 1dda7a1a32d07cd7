import type { DeviceDirectory, PlaysContext } from '#counting/plays/index.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import type { IndexStore } from '#counting/recognition/index.ts';
import type { OpenMatcher } from './station-thread.ts';
import type { UnknownIndex } from './unknown/unknown-index.ts';

export type MonitorContext = {
  readonly db: Database;
  readonly now: () => Instant;
  readonly log: Log;
  readonly plays: PlaysContext;
  readonly devices: Pick<DeviceDirectory, 'greet'>;
  readonly openMatcher: OpenMatcher;
  /** What matched nothing so far; null: it is not gathered. */
  readonly unknown: UnknownIndex | null;
  /** Where sounds go that turned out to be somebody's. */
  readonly store: Pick<IndexStore, 'addUnknown' | 'ids'>;
  /** Stations inside our own network may be read too. */
  readonly allowPrivateStations: boolean;
  /** 15 s of sound are kept with every play, for disputes; else only hashes are. */
  readonly keepsClips: boolean;
};
