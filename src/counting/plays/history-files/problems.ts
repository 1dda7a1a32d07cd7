import type { Problems } from '#foundation/kernel/outcome.ts';

export const historyProblems = {
  UNREADABLE_HISTORY: { status: 422, title: 'The file is no history that can be read' },
  TIME_ZONE_NEEDED: { status: 422, title: 'The file has times and no time zone' },
  START_NEEDED: { status: 422, title: 'The file has an order and no times' },
} as const satisfies Problems;
