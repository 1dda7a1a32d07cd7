import { commonProblems, type Problems } from '#foundation/kernel/outcome.ts';

export const catalogProblems = {
  ...commonProblems,
  SPLIT_NOT_WHOLE: {
    status: 400,
    title: 'The shares of a split must be 10,000 basis points together',
  },
  SHARE_OF_OTHERS: { status: 403, title: 'An owner may give away only what is theirs' },
} as const satisfies Problems;
