import type { Problems } from '#foundation/kernel/outcome.ts';

export const recognitionProblems = {
  NOT_SOUND: { status: 422, title: 'This is no sound that can be read' },
  SEARCH_BUSY: { status: 503, title: 'Too many searches at once' },
} as const satisfies Problems;
