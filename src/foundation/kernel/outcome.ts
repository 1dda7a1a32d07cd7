// What the domain expects is a returned value; what nobody expects is thrown.

/** A row of a room's `problems` table: how one expected refusal looks from outside. */
export type Problem = { readonly status: number; readonly title: string };
export type Problems = Readonly<Record<string, Problem>>;

/** A request the domain refuses. `detail` says what happened, what was kept and what to do. */
export type Refusal<Code extends string = string> = {
  readonly kind: 'refused';
  readonly code: Code;
  readonly detail?: string;
  readonly field?: string;
};

export function refuse<const Code extends string>(
  code: Code,
  detail?: string,
  field?: string,
): Refusal<Code> {
  return {
    kind: 'refused',
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(field === undefined ? {} : { field }),
  };
}

/** Every room may answer with these; their statuses are part of the outside contract. */
export const commonProblems = {
  VALIDATION_FAILED: { status: 400, title: 'The request does not have the expected shape' },
  UNAUTHENTICATED: { status: 401, title: 'Sign in first' },
  FORBIDDEN: { status: 403, title: 'Your roles do not allow this' },
  NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  CONFLICT: { status: 409, title: 'This contradicts what is already stored' },
  TOO_LARGE: { status: 413, title: 'The request is larger than allowed' },
  UNSUPPORTED_MEDIA: { status: 415, title: 'This kind of content is not accepted here' },
  RATE_LIMIT_EXCEEDED: { status: 429, title: 'Too many requests' },
  INTERNAL: { status: 500, title: 'Something broke on our side' },
  UNAVAILABLE: { status: 503, title: 'Not ready yet' },
} as const satisfies Problems;
