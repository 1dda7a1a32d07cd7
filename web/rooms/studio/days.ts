import { dayMs } from '#foundation/kernel/time.ts';

/** The last `count` UTC days with today, as `from` inclusive and `to` exclusive. */
export function lastDays(
  count: number,
  now: number,
): { readonly from: string; readonly to: string; readonly days: readonly string[] } {
  const end = (Math.floor(now / dayMs) + 1) * dayMs;
  const days = Array.from({ length: count }, (_, index) => text(end - (count - index) * dayMs));
  return { from: days[0] ?? text(end), to: text(end), days };
}

function text(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/**
 * One value a day. A day the server says nothing of had no counted play, which is 0 and known; a day that is
 * not over is not known yet, so it is null and drawn as a gap.
 */
export function byDay(
  days: readonly string[],
  items: readonly { readonly key: string; readonly plays: number }[],
  today: string,
): readonly (number | null)[] {
  const plays = new Map(items.map((item) => [item.key, item.plays]));
  return days.map((day) => (day >= today ? null : (plays.get(day) ?? 0)));
}
