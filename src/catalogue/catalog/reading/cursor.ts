/** Where a list goes on: the sort key of the last row, opaque to the outside. */
export function toCursor(key: string | number, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

/** Null for anything `toCursor` has not made; `kind` is the type the key must have. */
export function fromCursor(text: string, kind: 'string'): { key: string; id: string } | null;
export function fromCursor(text: string, kind: 'number'): { key: number; id: string } | null;
export function fromCursor(
  text: string,
  kind: 'string' | 'number',
): { key: string | number; id: string } | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) || parsed.length !== 2) return null;
  const [key, id] = parsed as readonly unknown[];
  if (typeof key !== kind || typeof id !== 'string' || id.length > 300) return null;
  if (typeof key === 'string' && (key.includes('\u0000') || !key.isWellFormed())) return null;
  return { key: key as string | number, id };
}
