import type { Problems } from '#foundation/kernel/outcome.ts';

export const ledgerProblems = {
  AMOUNT_TOO_LARGE: { status: 409, title: 'An amount is larger than JSON numbers carry exactly' },
} as const satisfies Problems;
