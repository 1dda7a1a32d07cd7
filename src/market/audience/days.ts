import { dayMs, type Day } from '#foundation/kernel/time.ts';

/** A UTC day as a number, days since 1970-01-01, so that the next day is one more. */
export type DayNumber = number;

export function toDayNumber(day: string): DayNumber {
  return Math.round(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / dayMs);
}

export function toDay(number: DayNumber): Day {
  return new Date(number * dayMs).toISOString().slice(0, 10) as Day;
}

export function monthOf(number: DayNumber): string {
  return `${toDay(number).slice(0, 7)}-01`;
}

/** The first day of the month and of the one after it. */
export function monthBounds(month: string): { readonly from: DayNumber; readonly to: DayNumber } {
  const [year, m] = month.split('-').map(Number);
  return {
    from: Math.round(Date.UTC(year!, m! - 1, 1) / dayMs),
    to: Math.round(Date.UTC(year!, m!, 1) / dayMs) - 1,
  };
}
