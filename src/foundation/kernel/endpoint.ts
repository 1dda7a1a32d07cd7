import { Type, type Static, type TSchema } from 'typebox';
import { cursorCharsMax } from './cursor.ts';
import { uuidPattern } from './ids.ts';

// One object describes a way in: the server validates with it, OpenAPI is made of it, web and CLI call
// through it. The static types are inferred once, here, into phantom parameters; inferring them again at
// every `serve` and `call` costs a hundred times the checking.

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may knock: nobody in particular, a signed-in person, an enrolled device. Roles: the permission. */
export type Access =
  | { readonly kind: 'public' }
  | { readonly kind: 'user'; readonly permission?: string }
  | { readonly kind: 'device' };

export type Schemas = {
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly reply: TSchema;
};

export type Options = {
  readonly access: Access;
  readonly summary: string;
  readonly status?: 200 | 201 | 202 | 204;
  /** Largest body in bytes after decompression. */
  readonly bodyMaxBytes?: number;
};

export type Endpoint<Params, Query, Body, Reply> = {
  readonly method: Method;
  readonly path: string;
  readonly schemas: Schemas;
  readonly options: Options;
  /** Never present at run time: carries the static types. */
  readonly types?: {
    readonly params: Params;
    readonly query: Query;
    readonly body: Body;
    readonly reply: Reply;
  };
};

type Of<S> = S extends TSchema ? Static<S> : undefined;

export function endpoint<const S extends Schemas>(
  method: Method,
  path: string,
  options: Options,
  schemas: S,
): Endpoint<Of<S['params']>, Of<S['query']>, Of<S['body']>, Static<S['reply']>> {
  return { method, path, schemas, options };
}

export const anyone: Access = { kind: 'public' };
export const signedIn: Access = { kind: 'user' };
export const enrolledDevice: Access = { kind: 'device' };
export function may(permission: string): Access {
  return { kind: 'user', permission };
}

// ── shapes every room uses ──────────────────────────────────────────────

export const limitDefault = 50;
export const limitMax = 200;

export const InstantOut = Type.String({ description: 'ISO 8601 instant, UTC' });
export const DayText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'UTC day' });
/** An amount in minor units: an integer below 2^53. */
export const AmountMinor = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'integer minor units of the currency (ISO 4217 exponent)',
});

/** The query of a list: `limit` 1-200 (default 50) and the cursor of the page before. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limitMax, default: limitDefault })),
  cursor: Type.Optional(Type.String({ maxLength: cursorCharsMax, pattern: '^[\\w-]+$' })),
};

/** The query of a list whose cursor is the id of the last row: any other is refused, not read as the first page. */
export const pageByIdQuery = {
  ...pageQuery,
  cursor: Type.Optional(Type.String({ pattern: uuidPattern.source })),
};

export function pageOf<S extends TSchema>(item: S) {
  return Type.Object({
    items: Type.Array(item),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  });
}

export type PageOf<T> = { readonly items: T[]; readonly nextCursor: string | null };

/** One row more than `limit` was asked for: it only says that there is another page. */
export function cutPage<R, T>(
  rows: readonly R[],
  limit: number,
  show: (row: R) => T,
  cursorOf: (last: R) => string,
): PageOf<T> {
  return {
    items: rows.slice(0, limit).map(show),
    nextCursor: rows.length > limit ? cursorOf(rows[limit - 1]!) : null,
  };
}

export function nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

/** For replies without content. */
export const Nothing = Type.Object({});
