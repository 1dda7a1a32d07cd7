import type { Problems } from '#foundation/kernel/outcome.ts';

export const scrobblingProblems = {
  USER_NAME_TAKEN: { status: 409, title: 'Somebody else has this name' },
  TOO_MANY_TOKENS: { status: 422, title: 'There are too many scrobble tokens' },
} as const satisfies Problems;
