import { type Currency, minorDigits } from '#foundation/kernel/money.ts';

/**
 * An amount as people type it, in major units, to minor units; null when it is no amount of this currency.
 * Spaces group, a comma or a point parts the decimals; `1,234` is refused where it could mean two things.
 */
export function parseAmount(text: string, currency: Currency): number | null {
  const digits = minorDigits(currency);
  const plain = text.replace(/[\s\u00a0\u202f'’]/g, '');
  // Groups of three after the first separator, as they are pasted from a table: 61,430,000.
  const grouped = /^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/.exec(plain);
  if (grouped !== null && (digits === 0 || plain.length > 7))
    return safe(plain.replace(/[.,]/g, ''), digits);
  const match = /^(\d{1,15})(?:[.,](\d+))?$/.exec(plain);
  if (match === null || (grouped !== null && digits !== 3)) return null;
  const [, whole = '', decimals = ''] = match;
  return decimals.length > digits ? null : safe(whole, digits, decimals);
}

function safe(whole: string, digits: number, decimals = ''): number | null {
  const minor = Number(whole + decimals.padEnd(digits, '0'));
  return Number.isSafeInteger(minor) ? minor : null;
}
