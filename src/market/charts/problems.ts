import type { Problems } from '#foundation/kernel/outcome.ts';

export const chartProblems = {
  EMPTY_ISSUE: { status: 422, title: 'The issue has no entries' },
} as const satisfies Problems;
