import { dayMs, parseInstant, type Instant } from '#foundation/kernel/time.ts';
import type { When } from './history.ts';

/** A wall clock as the milliseconds it would be in UTC; null for a day or time that does not exist. */
export function wallClock(
  year: number,
  month: number,
  day: number,
  secondOfDay: number,
): number | null {
  if (year < 1970 || year > 2199 || secondOfDay < 0 || secondOfDay >= 86_400) return null;
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return ms + Math.floor(secondOfDay) * 1_000;
}

/** `2026-11-20 21:04:05`, with T and with or without a zone. */
export function readWhen(text: string | null | undefined): When {
  const trimmed = (text ?? '').trim();
  const instant = parseInstant(trimmed.replace(' ', 'T'));
  if (instant !== null) return { kind: 'instant', at: instant };
  const match =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(trimmed);
  if (match === null) return { kind: 'unknown' };
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  if (hour! > 23 || minute! > 59 || second! > 59) return { kind: 'unknown' };
  const wallMs = wallClock(year!, month!, day!, (hour! * 60 + minute!) * 60 + second!);
  return wallMs === null ? { kind: 'unknown' } : { kind: 'wall', wallMs };
}

/** Seconds since 1970; null for what cannot be a time anybody played at. */
export function readEpoch(seconds: number): When {
  const at = parseInstant(seconds * 1_000);
  return at === null || seconds <= 0 ? { kind: 'unknown' } : { kind: 'instant', at };
}

/** What the clock on the wall of a time zone meant. An hour that comes twice is the first of the two. */
export function instantOfWall(wallMs: number, timeZone: string): Instant {
  const before = offsetMs(wallMs - dayMs, timeZone);
  const after = offsetMs(wallMs + dayMs, timeZone);
  const first = wallMs - Math.max(before, after);
  const second = wallMs - Math.min(before, after);
  return (first + offsetMs(first, timeZone) === wallMs ? first : second) as Instant;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const formatsMax = 100;

function offsetMs(at: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    if (formats.size >= formatsMax) formats.clear();
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(at).map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts;
  return (
    Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(at / 1_000) * 1_000
  );
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
