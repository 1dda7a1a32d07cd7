import type { Answered } from '#market/analytics/index.ts';
import type { Language } from './language.ts';

// What an answer is made of, and how figures and days are written in each language.

export type Piece =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string; readonly row: number }
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'day'; readonly text: string };

/** The value of a row. */
export function number(answered: Answered, row: number, language: Language): Piece {
  return { kind: 'number', text: format(answered.rows[row]!.value, language), row };
}

export function day(text: string, language: Language): Piece {
  const shown = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  return { kind: 'day', text: shown.format(new Date(`${text}T00:00:00Z`)) };
}

export function format(value: number, language: Language): string {
  return new Intl.NumberFormat(language, {
    maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0,
  }).format(value);
}

export function percent(share: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(
    share,
  );
}

export function signed(share: number, language: Language): string {
  return new Intl.NumberFormat(language, {
    style: 'percent',
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  }).format(share);
}

const frenchUnits: Readonly<Record<string, string>> = {
  counted_plays: 'écoutes comptées',
  listened_hours: 'heures d’écoute',
  streams: 'streams',
  views: 'vues',
  plays: 'lectures',
  shazams: 'recherches Shazam',
  followers: 'abonnés',
  monthly_listeners: 'auditeurs mensuels',
  revenue_usd: 'USD de revenus',
  gdp_usd: 'USD de PIB',
  exports_usd: 'USD d’exportations',
  jobs: 'emplois',
};
const englishUnits: Readonly<Record<string, string>> = {
  counted_plays: 'counted plays',
  listened_hours: 'hours of listening',
  monthly_listeners: 'monthly listeners',
  revenue_usd: 'USD of revenue',
  gdp_usd: 'USD of GDP',
  exports_usd: 'USD of exports',
};

/** What the figures are, as people say it. */
export function unitOf({ metric }: Answered, language: Language, isFirst = false): string {
  const unit =
    language === 'fr' ? frenchUnits[metric.name] : (englishUnits[metric.name] ?? metric.unit);
  const text = unit ?? metric.unit;
  return isFirst ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
