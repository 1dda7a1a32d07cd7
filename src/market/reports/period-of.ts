import { dayMs } from '#foundation/kernel/time.ts';

/** A period by name is read on the day it is asked, in whole UTC days. */
export type PeriodName = 'last week' | 'last month' | 'last 90 days' | 'last 12 months';

export type Days = { readonly from: string; readonly to: string };

/** The last whole week (Monday to Sunday), the last whole month, or so many days that end yesterday. */
export function periodOf(name: PeriodName, now: number): Days {
  const today = new Date(now);
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  const sinceMonday = (today.getUTCDay() + 6) % 7;
  const month = (back: number) => Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1);
  switch (name) {
    case 'last week':
      return days(midnight - (sinceMonday + 7) * dayMs, midnight - (sinceMonday + 1) * dayMs);
    case 'last month':
      return days(month(1), month(0) - dayMs);
    case 'last 90 days':
      return days(midnight - 90 * dayMs, midnight - dayMs);
    case 'last 12 months':
      return days(month(12), month(0) - dayMs);
  }
}

/** When the next report is due: the Monday or the first of a month after now, at six in the morning UTC. */
export function nextAfter(every: 'week' | 'month', now: number): number {
  const at = new Date(now);
  const hourDue = 6;
  const first =
    every === 'month'
      ? Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1, hourDue)
      : Date.UTC(
          at.getUTCFullYear(),
          at.getUTCMonth(),
          at.getUTCDate() - ((at.getUTCDay() + 6) % 7),
          hourDue,
        );
  if (first > now) return first;
  return every === 'month'
    ? Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1, hourDue)
    : first + 7 * dayMs;
}

function days(from: number, to: number): Days {
  const text = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { from: text(from), to: text(to) };
}
