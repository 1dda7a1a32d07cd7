// Reading bodies of strangers: nothing is believed to have the type it should.

export type Json = Readonly<Record<string, unknown>>;

export function parseObject(text: string): Json | null {
  try {
    return objectOrNull(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return null;
  }
}

export function objectOf(value: unknown): Json {
  return objectOrNull(value) ?? {};
}

function objectOrNull(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text without space around it; numbers that services send for ids are text too. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toWellFormed() : null;
}

/** A whole number that is not negative; strings of digits are what some services send. */
export function countOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

export function integerOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** `https://...` only: an address that goes into a page. */
export function urlOf(value: unknown): string | null {
  const text = textOf(value);
  return text !== null && /^https?:\/\/\S+$/.test(text) && text.length <= 2_000 ? text : null;
}
