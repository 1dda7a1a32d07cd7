import { commonProblems, type Problems } from '#foundation/kernel/outcome.ts';

export const mediaProblems = {
  ...commonProblems,
  FOLDER_UNREADABLE: { status: 400, title: 'The server cannot read this folder' },
} as const satisfies Problems;
