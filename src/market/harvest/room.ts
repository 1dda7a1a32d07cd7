import type { Config } from '#foundation/platform/config.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Room } from '#foundation/platform/room.ts';
import { pinAddress } from '#foundation/streams/guard-address.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import { runHarvest } from './contract.ts';
import { serveHarvest } from './http.ts';
import type { HarvestContext } from './run-source.ts';
import { startHarvesting } from './schedule.ts';
import { openSoundcharts, type SoundchartsDoor } from './sources/soundcharts/call-soundcharts.ts';

export type HarvestNeeds = Pick<HarvestContext, 'db' | 'now' | 'keepChart' | 'keepAudience'> & {
  readonly log: Log;
  readonly config: Config;
};

const permissions: RoomPermissions = {
  'harvest.read': {
    roles: ['analyst', 'moderator', 'admin'],
    meaning: 'see sources, runs and the bodies they collected',
  },
  'harvest.run': {
    roles: ['analyst', 'admin'],
    meaning: 'switch sources on and off and collect from them now',
  },
};

export function openHarvest({ config, log, ...needs }: HarvestNeeds): Room & {
  /** Figures of one artist or song, asked when somebody misses them. */
  readonly soundcharts: SoundchartsDoor;
} {
  const urls: Readonly<Record<string, string | null>> = {
    turntable: config.sourceTurntableUrl,
    'apple-music': config.sourceAppleMusicUrl,
    deezer: config.sourceDeezerUrl,
    spotify: config.sourceSpotifyUrl,
    youtube: config.sourceYoutubeUrl,
    soundcharts: config.sourceSoundchartsUrl,
  };
  const harvest: HarvestContext = {
    ...needs,
    pinAddress,
    baseUrlOf: (source) => urls[source] ?? null,
    keyOf: (source) =>
      source === 'youtube'
        ? config.youtubeKey
        : source === 'soundcharts'
          ? config.soundchartsKey
          : null,
    territory: config.territory.toLowerCase(),
  };
  return {
    name: 'harvest',
    soundcharts: openSoundcharts(harvest, config.soundchartsAppId),
    serve: (kit) => serveHarvest(kit, harvest),
    background: () =>
      startHarvesting(harvest, (error) => log.warn({ err: error }, 'collecting failed')),
    permissions,
    rates: { [runHarvest.path]: { requests: 5, windowS: 5 * 60 } },
  };
}
