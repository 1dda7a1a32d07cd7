import { type Currency, formatMinor, isCurrency, minorDigits } from '#foundation/kernel/money.ts';

/** Numbers, times and money the way the reader's locale and time zone write them. */
export type Format = {
  readonly number: (value: number) => string;
  /** `15.8 M`: for headings; the exact figure is behind the door. */
  readonly compact: (value: number) => string;
  readonly percent: (ratio: number, digits?: number) => string;
  /** A mean of things that are counted: a few a month are not none. */
  readonly mean: (value: number) => string;
  /** How sure something measured is: whole per cents, never a hundred. */
  readonly sure: (probability: number) => string;
  /** Minor units to `RWF 413,281`. Without a code in front when `bare`. */
  readonly money: (amountMinor: number | bigint, currency: string, bare?: boolean) => string;
  /** A UTC day `YYYY-MM-DD`; it is a name of a day, so no time zone moves it. */
  readonly day: (day: string) => string;
  readonly dayShort: (day: string) => string;
  /** `from` inclusive to `to` exclusive, in days. */
  readonly period: (from: string, to: string) => string;
  readonly dateTime: (iso: string | number) => string;
  /** `2026-11` to `November 2026`. */
  readonly month: (month: string) => string;
  readonly date: (iso: string | number) => string;
  readonly time: (iso: string | number) => string;
  /** The time of today, else with its date. */
  readonly moment: (iso: string | number) => string;
  readonly weekday: (at: number) => string;
  readonly ago: (iso: string | number) => string;
  /** `4:07`, as on a player. */
  readonly clock: (ms: number) => string;
  /** `2 h 10`, for reading. */
  readonly span: (ms: number) => string;
  readonly bytes: (bytes: number) => string;
  /** `RW` to `Rwanda`. */
  readonly territory: (code: string) => string;
  readonly list: (items: readonly string[]) => string;
  readonly timeZone: string;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Beyond two days nobody reads the minutes. */
const spanMinutesMax = 48 * 60;
/** Nothing that was measured is a hundred per cent. */
const sureMost = 0.99;

export function formats(locale: string, timeZone: string): Format {
  const number = new Intl.NumberFormat(locale);
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = (ratio: number, digits = 0): string =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }).format(
      ratio,
    );
  const compact = new Intl.NumberFormat(locale, {
    notation: 'compact',
    maximumSignificantDigits: 3,
  });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const dayShort = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  const period = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const dateTime = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone });
  const month = new Intl.DateTimeFormat(locale, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const regions = new Intl.DisplayNames(locale, { type: 'region' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const unit = (name: string, digits: number, unitDisplay: 'short' | 'long' = 'short') =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay,
      maximumFractionDigits: digits,
    });
  const byte = unit('byte', 0, 'long'); // short it is “349 byte”
  const kilobyte = unit('kilobyte', 0);
  const megabyte = unit('megabyte', 1);
  const gigabyte = unit('gigabyte', 1);
  const moneyOf = moneyFormats(locale);

  return {
    number: (value) => number.format(value),
    compact: (value) => (Math.abs(value) < 10_000 ? number.format(value) : compact.format(value)),
    percent,
    mean: (value) => (value < 10 ? tenths : whole).format(value),
    sure: (probability) => percent(Math.min(sureMost, probability)),
    money: (amountMinor, currency, bare = false) => moneyOf(BigInt(amountMinor), currency, bare),
    day: (text) => day.format(utc(text)),
    dayShort: (text) => dayShort.format(utc(text)),
    period: (from, to) =>
      period.formatRange(utc(from), new Date(Math.max(utc(from).getTime(), utc(to).getTime() - 1))),
    dateTime: (at) => dateTime.format(new Date(at)),
    date: (at) => date.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    month: (text) => month.format(utc(`${text}-01`)),
    moment: (at) =>
      date.format(new Date(at)) === date.format(Date.now())
        ? time.format(new Date(at))
        : dateTime.format(new Date(at)),
    weekday: (at) => weekday.format(at),
    ago: (at) => {
      const passed = new Date(at).getTime() - Date.now();
      const size = Math.abs(passed);
      if (size < minuteMs) return relative.format(Math.round(passed / 1000), 'second');
      if (size < hourMs) return relative.format(Math.round(passed / minuteMs), 'minute');
      if (size < dayMs) return relative.format(Math.round(passed / hourMs), 'hour');
      return relative.format(Math.round(passed / dayMs), 'day');
    },
    clock,
    span: (ms) => {
      if (ms < minuteMs) return `${number.format(Math.round(ms / 1000))} s`;
      const minutes = Math.round(ms / minuteMs);
      if (minutes < 60) return `${number.format(minutes)} min`;
      const hours = `${number.format(Math.floor(minutes / 60))} h`;
      return minutes < spanMinutesMax ? `${hours} ${String(minutes % 60).padStart(2, '0')}` : hours;
    },
    bytes: (bytes) => {
      if (bytes === 0) return kilobyte.format(0);
      if (bytes < 1_000) return byte.format(bytes);
      if (bytes < 100_000) return kilobyte.format(bytes / 1_000);
      return bytes < 1e9 ? megabyte.format(bytes / 1e6) : gigabyte.format(bytes / 1e9);
    },
    // `of` throws at what is no region code; a code from elsewhere is shown as it came.
    territory: (code) => (/^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code),
    list: (items) => list.format(items),
    timeZone,
  };
}

function utc(text: string): Date {
  return new Date(text.length === 10 ? `${text}T00:00:00Z` : text);
}

export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const rest = String(seconds % 60).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/**
 * The exponent is the kernel's (ISO 4217), never `Intl`'s, which shows Congolese francs without cents.
 * The amount goes to `Intl` as decimal text, so that nothing is rounded on the way.
 */
function moneyFormats(
  locale: string,
): (amountMinor: bigint, currency: string, bare: boolean) => string {
  const made = new Map<string, Intl.NumberFormat>();
  return (amountMinor, currency, bare) => {
    if (!isCurrency(currency)) return `${currency} ${amountMinor}`;
    const key = `${currency}${bare}`;
    const format = made.get(key) ?? moneyFormat(locale, currency, bare);
    made.set(key, format);
    return format.format(formatMinor(amountMinor, currency) as Intl.StringNumericLiteral);
  };
}

function moneyFormat(locale: string, currency: Currency, bare: boolean): Intl.NumberFormat {
  const digits = minorDigits(currency);
  return new Intl.NumberFormat(locale, {
    ...(bare
      ? { style: 'decimal' as const }
      : { style: 'currency' as const, currency, currencyDisplay: 'code' as const }),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
