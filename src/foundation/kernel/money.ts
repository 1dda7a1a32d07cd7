// Integer minor units with a currency. The exponent is ISO 4217's and is never assumed to be 2:
// the franc of Rwanda has none.

const exponents = {
  RWF: 0,
  NGN: 2,
  CDF: 2,
  USD: 2,
  EUR: 2,
  GBP: 2,
  KES: 2,
  UGX: 0,
  TZS: 2,
  XAF: 0,
  XOF: 0,
  GHS: 2,
  ZAR: 2,
  BIF: 0,
  ZMW: 2,
} as const;

export type Currency = keyof typeof exponents;
export const currencies = Object.keys(exponents) as readonly Currency[];

export type Money = { readonly amountMinor: bigint; readonly currency: Currency };

export function isCurrency(text: string): text is Currency {
  return Object.hasOwn(exponents, text);
}

/** Digits after the decimal point in the currency's major unit (ISO 4217). */
export function minorDigits(currency: Currency): number {
  return exponents[currency];
}

/** `12345n NGN` as `123.45`; for files, where the reader must not meet a locale's separators. */
export function formatMinor(amountMinor: bigint, currency: Currency): string {
  const digits = exponents[currency];
  if (digits === 0) return amountMinor.toString();
  const negative = amountMinor < 0n;
  const text = (negative ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  return `${negative ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Whether an amount can leave as a JSON number, which is exact only below 2^53. */
export function fitsJson(amountMinor: bigint): boolean {
  return Number.isSafeInteger(Number(amountMinor));
}

/** Amounts leave as JSON numbers, which are exact only below 2^53; a larger one is refused, not rounded. */
export function toJsonAmount(amountMinor: bigint): number {
  if (!fitsJson(amountMinor)) throw new RangeError('amount exceeds 2^53 minor units');
  return Number(amountMinor);
}

/**
 * Splits `total` over `weights` so that the parts sum to `total` exactly: every part gets its floor,
 * and what is left goes one unit each to the largest remainders, ties to the lower index (the caller
 * orders by payee id). This is the largest-remainder method of Hamilton.
 *
 * Not monotone in `total` (the Alabama paradox), so do not assert that a larger pool pays everybody more.
 * Throws when total or a weight is negative, or when all weights are zero and total is not.
 */
export function allocate(total: bigint, weights: readonly bigint[]): readonly bigint[] {
  if (total < 0n) throw new RangeError('cannot allocate a negative total');
  let sum = 0n;
  for (const weight of weights) {
    if (weight < 0n) throw new RangeError('a weight is negative');
    sum += weight;
  }
  if (total === 0n) return weights.map(() => 0n);
  if (sum === 0n) throw new RangeError('nothing to allocate to: every weight is zero');

  const parts: bigint[] = [];
  const byRemainder: { readonly index: number; readonly remainder: bigint }[] = [];
  let left = total;
  weights.forEach((weight, index) => {
    const scaled = total * weight;
    const part = scaled / sum;
    parts.push(part);
    left -= part;
    byRemainder.push({ index, remainder: scaled - part * sum });
  });
  byRemainder.sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
  );
  for (const { index } of byRemainder.slice(0, Number(left))) parts[index]! += 1n;
  return parts;
}
