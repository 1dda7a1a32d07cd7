import type { Problems } from '#foundation/kernel/outcome.ts';

export const outsideProblems = {
  NOT_SOUND: { status: 422, title: 'This is no sound that can be read' },
  OUTSIDE_OFF: { status: 409, title: 'No outside service is set up' },
} as const satisfies Problems;
