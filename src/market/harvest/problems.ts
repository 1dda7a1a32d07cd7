import type { Problems } from '#foundation/kernel/outcome.ts';

export const harvestProblems = {
  SOURCE_OFF: { status: 409, title: 'The source is switched off' },
  UNREADABLE_BODY: { status: 422, title: 'The body cannot be read' },
} as const satisfies Problems;
