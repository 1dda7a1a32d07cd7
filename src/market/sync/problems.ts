import type { Problems } from '#foundation/kernel/outcome.ts';

export const syncProblems = {
  SOURCE_OFF: { status: 409, title: 'The source is switched off' },
  NOTHING_TO_SYNC: { status: 409, title: 'Nothing is missing that could be asked for' },
} as const satisfies Problems;
