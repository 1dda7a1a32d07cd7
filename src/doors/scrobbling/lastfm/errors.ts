// Last.fm's errors by number, in its words; the status is what its own server sends with them.

const errors = {
  3: { status: 400, message: 'Invalid Method - No method with that name in this package' },
  4: {
    status: 403,
    message: 'Authentication Failed - You do not have permissions to access the service',
  },
  6: {
    status: 400,
    message: 'Invalid parameters - Your request is missing a required parameter',
  },
  8: { status: 500, message: 'Operation failed - Something went wrong. Please try again.' },
  9: { status: 403, message: 'Invalid session key - Please re-authenticate' },
  10: { status: 403, message: 'Invalid API key - You must be granted a valid key' },
  13: { status: 403, message: 'Invalid method signature supplied' },
  14: { status: 403, message: 'Unauthorized Token - This token has not been authorized' },
  15: { status: 403, message: 'This token has expired' },
  17: { status: 403, message: 'Login: User requires to be logged in' },
  29: { status: 429, message: 'Rate limit exceeded - Too many requests; try again in a while' },
} as const satisfies Readonly<
  Record<number, { readonly status: number; readonly message: string }>
>;

export type Failure = {
  readonly kind: 'failed';
  readonly code: number;
  readonly status: number;
  readonly message: string;
};

export function fail(code: keyof typeof errors, message?: string): Failure {
  const error = errors[code];
  return { kind: 'failed', code, status: error.status, message: message ?? error.message };
}

export function isFailure(value: object): value is Failure {
  return (value as { kind?: unknown }).kind === 'failed';
}
