import { commonProblems, type Problems } from '#foundation/kernel/outcome.ts';

export const problems = {
  ...commonProblems,
  PASSWORD_TOO_COMMON: { status: 400, title: 'This password is among the first that are tried' },
  PASSWORD_WRONG: { status: 403, title: 'The current password is not right' },
  ACCOUNT_DISABLED: { status: 403, title: 'This account has been disabled' },
  SESSION_REQUIRED: { status: 403, title: 'An API key may not do this' },
  LINK_SPENT: { status: 403, title: 'This link has been used, replaced or has expired' },
  LAST_ADMIN: { status: 409, title: 'Somebody must remain administrator' },
  TOO_MANY_APP_PASSWORDS: {
    status: 409,
    title: 'You have as many passwords for players as one may have',
  },
  TOO_MANY_API_KEYS: { status: 409, title: 'You have as many API keys as one may have' },
} as const satisfies Problems;
