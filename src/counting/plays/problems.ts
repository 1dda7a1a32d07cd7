import type { Problems } from '#foundation/kernel/outcome.ts';

export const playProblems = {
  TOO_OLD: { status: 422, title: 'The play is older than devices may report' },
  CLOCK_AHEAD: { status: 422, title: 'The play is in the future' },
  KEY_REUSED: { status: 409, title: 'This key already names a play that started at another time' },
  SEQ_REUSED: { status: 409, title: 'This number of the device already names another play' },
  WRONG_SIGNATURE: { status: 403, title: 'The signature does not fit what was sent' },
  NOT_SIGNED: { status: 403, title: 'This device signs what it sends, and this is not signed' },
  KEY_SHARED: { status: 409, title: 'Another agent uses this device key' },
  UNKNOWN_PLACE: { status: 422, title: 'There is no such place' },
} as const satisfies Problems;
