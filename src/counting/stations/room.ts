import type { IndexContext } from '#counting/recognition/index.ts';
import type { Config } from '#foundation/platform/config.ts';
import type { Room } from '#foundation/platform/room.ts';
import type { MonitorContext } from './context.ts';
import { serveStations } from './http.ts';
import { openMonitors, type Monitors } from './monitors.ts';
import { openStationThread } from './station-thread.ts';
import type { StationsContext } from './stations.ts';
import { openUnknownIndex } from './unknown/unknown-index.ts';

export type StationsNeeds = Pick<StationsContext, 'db' | 'now' | 'log' | 'plays' | 'permits'> & {
  readonly devices: MonitorContext['devices'] & StationsContext['devices'];
  readonly recognition: Pick<IndexContext, 'store' | 'searcher'>;
  readonly config: Pick<Config, 'privateStations' | 'keepClips'>;
};

export function openStations({
  recognition: { store, searcher },
  config,
  ...needs
}: StationsNeeds): Room & { readonly monitors: Monitors } {
  const unknown = openUnknownIndex(needs);
  const thread = openStationThread({ searcher, log: needs.log, unknown });
  const monitoring = {
    ...needs,
    openMatcher: thread.openMatcher,
    store,
    unknown,
    allowPrivateStations: config.privateStations,
    keepsClips: config.keepClips,
  };
  const monitors = openMonitors(monitoring);
  return {
    name: 'stations',
    monitors,
    serve: (kit) => serveStations(kit, { ...monitoring, monitors }),
    async background() {
      await monitors.start();
      return monitors;
    },
    close: () => thread.close(),
  };
}
