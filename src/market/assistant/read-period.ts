import { dayMs } from '#foundation/kernel/time.ts';

// "last month", "in June", "Q3 2026", "les 30 derniers jours": days, both included, UTC. Words are folded.

export type Period = { readonly from: string; readonly to: string };
export type ReadPeriod = { readonly period: Period; readonly left: string };

const months: readonly (readonly string[])[] = [
  ['january', 'janvier', 'jan'],
  ['february', 'fevrier', 'feb'],
  ['march', 'mars'],
  ['april', 'avril', 'apr'],
  ['may', 'mai'],
  ['june', 'juin', 'jun'],
  ['july', 'juillet', 'jul'],
  ['august', 'aout', 'aug'],
  ['september', 'septembre', 'sep', 'sept'],
  ['october', 'octobre', 'oct'],
  ['november', 'novembre', 'nov'],
  ['december', 'decembre', 'dec'],
];
const lastDaysMax = 366;

type Reader = readonly [RegExp, (match: RegExpExecArray, now: Date) => Period | null];

const readers: readonly Reader[] = [
  [
    /\b(\d{4}-\d{2}-\d{2})\b.*?\b(\d{4}-\d{2}-\d{2})\b/,
    ([, from, to]) => ({ from: from!, to: to! }),
  ],
  [/\b(\d{4}-\d{2}-\d{2})\b/, ([, day]) => ({ from: day!, to: day! })],
  [/\b(\d{4})-(0[1-9]|1[0-2])\b/, ([, year, month]) => monthOf(Number(year), Number(month) - 1)],
  [/\b(\d{4})[ -]?[qt]([1-4])\b/, ([, year, quarter]) => quarterOf(Number(year), Number(quarter))],
  [
    /\b[qt]([1-4])(?: (?:of |de )?(\d{4}))?\b/,
    ([, quarter, year], now) => quarterBefore(Number(quarter), year, now),
  ],
  [
    /\b(?:in the |over the |the |les |des |ces )?(?:last|past|previous|derniers?|dernieres?) (\d{1,3}) (days?|weeks?|months?|jours?|semaines?|mois)\b/,
    ([, count, unit], now) => lastUnits(Number(count), unit!, now),
  ],
  [
    /\b(?:les |ces )?(\d{1,3}) (?:derniers?|dernieres?) (jours?|semaines?|mois)\b/,
    ([, count, unit], now) => lastUnits(Number(count), unit!, now),
  ],
  [/\b(?:yesterday|hier)\b/, (_m, now) => same(text(midnight(now) - dayMs))],
  [/\b(?:today|aujourd hui)\b/, (_m, now) => same(text(midnight(now)))],
  [/\b(?:this week|cette semaine)\b/, (_m, now) => span(monday(now), midnight(now))],
  [
    /\b(?:last|previous|past) week\b|\b(?:la )?semaine (?:derniere|passee|precedente)\b/,
    (_m, now) => span(monday(now) - 7 * dayMs, monday(now) - dayMs),
  ],
  [/\b(?:this month|ce mois ci|ce mois)\b/, (_m, now) => span(first(now, 0), midnight(now))],
  [
    /\b(?:the )?month before last\b|\bl avant dernier mois\b/,
    (_m, now) => span(first(now, 2), first(now, 1) - dayMs),
  ],
  [
    /\b(?:last|previous|past) month\b|\b(?:le )?mois (?:dernier|passe|precedent)\b/,
    (_m, now) => span(first(now, 1), first(now, 0) - dayMs),
  ],
  [
    /\b(?:last|previous|past) quarter\b|\b(?:le )?(?:dernier trimestre|trimestre dernier)\b/,
    (_m, now) => quarterBack(now),
  ],
  [
    /\b(?:this year|cette annee|year to date)\b/,
    (_m, now) => span(Date.UTC(now.getUTCFullYear(), 0, 1), midnight(now)),
  ],
  [
    /\b(?:last|previous|past) year\b|\b(?:l )?(?:annee derniere|an dernier|annee passee)\b/,
    (_m, now) => yearOf(now.getUTCFullYear() - 1),
  ],
  ...months.map((names, month): Reader => [
    new RegExp(`\\b(?:in |during |en |de |d )?(?:${names.join('|')})(?: (?:of )?(\\d{4}))?\\b`),
    ([whole, year], now) =>
      // "may" and "mars" and "sep" are other words too; alone they need their preposition or year.
      year === undefined &&
      /^(?:may|mai|mars|march|jan|sep|dec|oct|apr|aug|jun|jul|nov|feb)$/.test(whole!.trim())
        ? null
        : monthBefore(month, year, now),
  ]),
  [/\b(?:in|en|during|of|de|pour) (20\d{2})\b/, ([, year]) => yearOf(Number(year))],
];

/** The period a question names, and the question without it; null where it names none. */
export function readPeriod(folded: string, at: number): ReadPeriod | null {
  const now = new Date(at);
  for (const [pattern, read] of readers) {
    const match = pattern.exec(folded);
    const period = match === null ? null : read(match, now);
    if (period !== null) return { period, left: folded.replace(match![0], ' ') };
  }
  return null;
}

export function lastWholeMonth(at: number): Period {
  const now = new Date(at);
  return span(first(now, 1), first(now, 0) - dayMs);
}

/** As many days, ending the day before. A whole month goes with the whole month before it. */
export function periodBefore({ from, to }: Period): Period {
  const [a, b] = [Date.parse(from), Date.parse(to)];
  const [start, end] = [new Date(a), new Date(b + dayMs)];
  if (start.getUTCDate() === 1 && end.getUTCDate() === 1) {
    const count =
      (end.getUTCFullYear() - start.getUTCFullYear()) * 12 +
      end.getUTCMonth() -
      start.getUTCMonth();
    return span(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - count, 1), a - dayMs);
  }
  return span(a - (b - a) - dayMs, a - dayMs);
}

function lastUnits(count: number, unit: string, now: Date): Period | null {
  if (count < 1) return null;
  if (/^(?:month|mois)/.test(unit))
    return count > 12 ? null : span(first(now, count), first(now, 0) - dayMs);
  const days = /^(?:week|semaine)/.test(unit) ? 7 * count : count;
  return days > lastDaysMax ? null : span(midnight(now) - days * dayMs, midnight(now) - dayMs);
}

function monthOf(year: number, month: number): Period {
  return span(Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1) - dayMs);
}

/** Without a year, the latest of that name that has begun. */
function monthBefore(month: number, year: string | undefined, now: Date): Period {
  if (year !== undefined) return monthOf(Number(year), month);
  return monthOf(now.getUTCFullYear() - (month > now.getUTCMonth() ? 1 : 0), month);
}

function quarterOf(year: number, quarter: number): Period {
  return span(Date.UTC(year, 3 * quarter - 3, 1), Date.UTC(year, 3 * quarter, 1) - dayMs);
}

function quarterBefore(quarter: number, year: string | undefined, now: Date): Period {
  if (year !== undefined) return quarterOf(Number(year), quarter);
  return quarterOf(now.getUTCFullYear() - (3 * quarter - 3 > now.getUTCMonth() ? 1 : 0), quarter);
}

function quarterBack(now: Date): Period {
  const begun = Math.floor(now.getUTCMonth() / 3);
  return begun === 0
    ? quarterOf(now.getUTCFullYear() - 1, 4)
    : quarterOf(now.getUTCFullYear(), begun);
}

function yearOf(year: number): Period {
  return { from: `${year}-01-01`, to: `${year}-12-31` };
}

function midnight(now: Date): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
}

function monday(now: Date): number {
  return midnight(now) - ((now.getUTCDay() + 6) % 7) * dayMs;
}

/** The first of the month so many months back. */
function first(now: Date, back: number): number {
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1);
}

function span(from: number, to: number): Period {
  return { from: text(from), to: text(Math.max(from, to)) };
}

function same(day: string): Period {
  return { from: day, to: day };
}

function text(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
