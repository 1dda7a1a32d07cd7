import { dayMs, dayOf, toIso, type Instant } from '#foundation/kernel/time.ts';

type Period = { readonly periodFrom: Instant; readonly periodTo: Instant };

/** `2026-10-01--2026-11-01` (from inclusive, to exclusive, UTC); with the time where a bound is not midnight. */
export function periodLabel({ periodFrom, periodTo }: Period): string {
  return `${boundLabel(periodFrom)}--${boundLabel(periodTo)}`;
}

function boundLabel(bound: Instant): string {
  return bound % dayMs === 0 ? dayOf(bound) : toIso(bound).replaceAll(':', '');
}

export function periodOut({ periodFrom, periodTo }: Period) {
  return { from: toIso(periodFrom), to: toIso(periodTo), zone: 'UTC' as const };
}
