import { isUuid } from './ids.ts';
import { refuse, type Refusal } from './outcome.ts';

// Where a list goes on: the sort key of the last row shown, as one word that means nothing outside. A list whose key is an id
// needs none of this: its cursor is the id (`pageByIdQuery`).

type Parts = {
  readonly text: string;
  /** From 0 to 2^31 - 1: a count, a number of a line. */
  readonly count: number;
  readonly number: number;
  readonly instant: number;
  /** From 0 to 2^63 - 1. */
  readonly serial: bigint;
  readonly uuid: string;
};
export type CursorPart = keyof Parts;
type ValuesOf<P extends readonly CursorPart[]> = { readonly [K in keyof P]: Parts[P[K]] };

/** A path may be so long, in UTF-8; nothing else that lists are sorted by is longer. */
const textBytesMax = 4_096;
/** Base64 of the longest text and what stands around it. */
export const cursorCharsMax = 6_000;
const countMax = 2 ** 31 - 1;
const serialMax = 2n ** 63n - 1n;
/** The last millisecond a Date can name. */
const instantMax = 8.64e15;

export function toCursor(...values: readonly (string | number | bigint)[]): string {
  const json = JSON.stringify(values, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  return btoa(String.fromCharCode(...new TextEncoder().encode(json)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** What `toCursor` was given, of the kinds named; `after: null` where none was asked for. Anything else is refused. */
export function fromCursor<const P extends readonly CursorPart[]>(
  cursor: string | undefined,
  ...parts: P
): { readonly after: ValuesOf<P> | null } | Refusal<'VALIDATION_FAILED'> {
  if (cursor === undefined) return { after: null };
  const given = readArray(cursor);
  if (given?.length !== parts.length) return badCursor();
  const values = given.map((value, i) => readers[parts[i]!](value));
  return values.includes(null)
    ? badCursor()
    : { after: values as readonly unknown[] as ValuesOf<P> };
}

export function badCursor(): Refusal<'VALIDATION_FAILED'> {
  return refuse(
    'VALIDATION_FAILED',
    'This cursor is none of ours; ask for the first page again.',
    'cursor',
  );
}

function readArray(cursor: string): readonly unknown[] | null {
  if (cursor.length > cursorCharsMax || !/^[\w-]+$/.test(cursor)) return null;
  try {
    const bytes = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const json = new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(bytes, (char) => char.charCodeAt(0)),
    );
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null; // not base64, not UTF-8 or not JSON: none of ours
  }
}

const readers: { readonly [K in CursorPart]: (value: unknown) => Parts[K] | null } = {
  text: (v) =>
    typeof v === 'string' && v.length <= textBytesMax && v.isWellFormed() && !v.includes('\0')
      ? v
      : null,
  count: (v) => (Number.isInteger(v) && isFrom0To(v as number, countMax) ? (v as number) : null),
  number: (v) => (typeof v === 'number' && Number.isFinite(v) ? v : null),
  instant: (v) =>
    Number.isInteger(v) && isFrom0To(v as number, instantMax) ? (v as number) : null,
  serial: (v) => {
    if (typeof v !== 'string' || !/^\d{1,19}$/.test(v)) return null;
    return BigInt(v) <= serialMax ? BigInt(v) : null;
  },
  uuid: (v) => (typeof v === 'string' && isUuid(v) ? v : null),
};

function isFrom0To(value: number, max: number): boolean {
  return value >= 0 && value <= max;
}
