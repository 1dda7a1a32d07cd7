import type { Problems } from '#foundation/kernel/outcome.ts';

export const playProblems = {
  TOO_OLD: { status: 422, title: 'The play is older than devices may report' },
  CLOCK_AHEAD: { status: 422, title: 'The play is in the future' },
  KEY_REUSED: { status: 409, title: 'This key already names a play that started at another time' },
  UNKNOWN_PLACE: { status: 422, title: 'There is no such place' },
} as const satisfies Problems;
