import type { Problems } from '#foundation/kernel/outcome.ts';

export const stationsProblems = {
  MOUNT_TAKEN: { status: 409, title: 'Another station sends to this mount' },
  ALREADY_CLAIMED: { status: 409, title: 'Somebody has claimed this sound' },
  CLAIM_DECIDED: { status: 409, title: 'This claim has been decided' },
  OWN_CLAIM: { status: 403, title: 'Nobody decides their own claim' },
  STATION_ADDRESS: { status: 422, title: 'This address cannot be monitored' },
  TOO_MANY_STATIONS: { status: 422, title: 'This account monitors as many stations as it may' },
} as const satisfies Problems;
