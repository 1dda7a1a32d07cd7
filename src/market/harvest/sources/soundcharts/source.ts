import { unreadable, type Source } from '../../source.ts';

/** Soundcharts sells calls, so nothing is asked by the clock: `call-soundcharts.ts` asks for what somebody misses. */
export const soundcharts: Source = {
  name: 'soundcharts',
  title: 'Soundcharts',
  baseUrl: 'https://customer.api.soundcharts.com',
  isVerified: true,
  needsKey: true,
  quotaPerDay: null,
  minIntervalMs: 200,
  isOnDemand: true,
  requests: () => [],
  parse: () => unreadable('Soundcharts is asked for one artist or song at a time.'),
};
