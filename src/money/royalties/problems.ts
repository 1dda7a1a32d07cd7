import type { Problems } from '#foundation/kernel/outcome.ts';

export const royaltyProblems = {
  RUN_OVERLAPS: { status: 409, title: 'Another run distributes for the same plays' },
  RUN_NOT_DONE: { status: 409, title: 'The run has no statements yet' },
} as const satisfies Problems;
