// Instants are epoch milliseconds inside and ISO 8601 with a zone outside. Rollup days are UTC.

export type Instant = number & { readonly brand: 'epoch ms' };
/** A UTC calendar day, `YYYY-MM-DD`. */
export type Day = string & { readonly brand: 'UTC day' };

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The earliest and latest instants we accept anywhere: 1970 to the end of 2199. */
const latestMs = Date.UTC(2200, 0, 1) - 1;

const isoPattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * ISO 8601 with a zone, or epoch milliseconds as a number; null for anything else. A time without a
 * zone is refused: 02:30 is two different plays in Kigali and Lagos.
 */
export function parseInstant(value: unknown): Instant | null {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= 0 && value <= latestMs ? (value as Instant) : null;
  }
  if (typeof value !== 'string' || value.length > 40) return null;
  const match = isoPattern.exec(value);
  if (match === null) return null;
  const ms = Date.parse(value);
  // Date.parse rolls 30 February over to March; a day that does not exist is refused instead.
  const daysInMonth = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  if (Number.isNaN(ms) || Number(match[3]) > daysInMonth) return null;
  return ms >= 0 && ms <= latestMs ? (ms as Instant) : null;
}

export function toIso(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function dayOf(instant: Instant): Day {
  return toIso(instant).slice(0, 10) as Day;
}

/** Midnight UTC of a `YYYY-MM-DD` that exists; null for anything else. */
export function parseDay(value: unknown): Instant | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return null;
  return parseInstant(`${value}T00:00:00Z`);
}

/** A bound of a period: a UTC day, or an instant. In a query string epoch milliseconds are text. */
export function parseDayOrInstant(value: unknown): Instant | null {
  const isDigits = typeof value === 'string' && /^\d{1,15}$/.test(value);
  return parseDay(value) ?? parseInstant(isDigits ? Number(value) : value);
}
