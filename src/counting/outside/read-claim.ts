import { isUuid } from '#foundation/kernel/ids.ts';

// What a stranger answers, taken apart: everything may be missing, of another type, or enormous.

const textMax = 500;
export const claimsMax = 10;
export const artistsMax = 20;
const durationMsMax = 24 * 3_600_000;

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

export function listOf(value: unknown, max: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, max) : [];
}

/** Text that a person could read and PostgreSQL can store, or null. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value
    .slice(0, textMax)
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim();
  return text === '' ? null : text;
}

export function uuidOf(value: unknown): string | null {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return isUuid(text) ? text : null;
}

export function shareOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : null;
}

export function millisecondsOf(seconds: unknown): number | null {
  if (typeof seconds !== 'number' || !(seconds > 0)) return null;
  return seconds * 1_000 <= durationMsMax ? Math.round(seconds * 1_000) : null;
}
