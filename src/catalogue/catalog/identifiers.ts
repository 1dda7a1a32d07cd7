// Identifiers as the industry writes them. What arrives is stored as received, without separators and in upper
// case, and flagged; it is never corrected: a wrong digit may be anybody's mistake, and only its owner knows.
// Shapes and check digits: ISO 3901, ISO 15707, ISO 27729, GS1, CISAC IPI, DDEX.

export type Identifier = {
  /** As received, without separators, prefixes and surrounding words; '' when nothing is left. */
  readonly value: string;
  readonly valid: boolean;
};

/** Longest identifier we keep; what is longer is no identifier of any kind. */
const identifierMax = 40;

function compact(text: string): string {
  return text
    .slice(0, 4 * identifierMax)
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
    .slice(0, identifierMax);
}

/** ISRC (ISO 3901:2019): 2 letters, 3 letters or digits, 7 digits. It has no check digit, and its first letters name no territory. */
export function parseIsrc(text: string): Identifier {
  const packed = compact(text);
  const value = packed.startsWith('ISRC') && packed.length > 12 ? packed.slice(4) : packed;
  return { value, valid: /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(value) };
}

/** ISWC (ISO 15707): T, nine digits, a check digit. */
export function parseIswc(text: string): Identifier {
  const packed = compact(text);
  const value = packed.startsWith('ISWC') ? packed.slice(4) : packed;
  return { value, valid: /^T\d{10}$/.test(value) && weightedCheck(value.slice(1), 1) };
}

/** IPI name number: 11 digits, the last two a check; shorter ones are compared after padding. */
export function parseIpiName(text: string): Identifier {
  const value = compact(text);
  if (!/^\d{9,11}$/.test(value)) return { value, valid: false };
  const digits = value.padStart(11, '0');
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += Number(digits[i]) * (10 - i);
  const rest = sum % 101;
  const check = rest === 0 ? 0 : (101 - rest) % 100;
  return { value, valid: Number(digits.slice(9)) === check };
}

/** IPI base number: I, nine digits, a check digit. */
export function parseIpiBase(text: string): Identifier {
  const value = compact(text);
  return { value, valid: /^I\d{10}$/.test(value) && weightedCheck(value.slice(1), 2) };
}

/** `c = (10 - (start + sum of i·d_i) mod 10) mod 10` over the first nine digits. */
function weightedCheck(digits: string, start: number): boolean {
  let sum = start;
  for (let i = 1; i <= 9; i++) sum += i * Number(digits[i - 1]);
  return Number(digits[9]) === (10 - (sum % 10)) % 10;
}

/** ISNI (ISO 27729): 16 characters, the last a MOD 11-2 check that may be X. */
export function parseIsni(text: string): Identifier {
  const packed = compact(text);
  const value = packed.startsWith('ISNI') ? packed.slice(4) : packed;
  if (!/^\d{15}[\dX]$/.test(value)) return { value, valid: false };
  let p = 0;
  for (const digit of value.slice(0, 15)) p = (2 * (p + Number(digit))) % 11;
  const check = (12 - p) % 11;
  return { value, valid: value[15] === (check === 10 ? 'X' : String(check)) };
}

/** GTIN-8, UPC-A, EAN-13 or GTIN-14: weights 3 and 1 from the right, modulo 10. */
export function parseGtin(text: string): Identifier {
  const value = compact(text);
  if (!/^(\d{8}|\d{12,14})$/.test(value)) return { value, valid: false };
  const digits = value.padStart(14, '0');
  let sum = 0;
  for (let i = 0; i < 14; i++) sum += Number(digits[i]) * (i % 2 === 0 ? 3 : 1);
  return { value, valid: sum % 10 === 0 };
}

/** GRid: A1, issuer 5, release 10, check (MOD 37,36). */
export function parseGrid(text: string): Identifier {
  const packed = compact(text);
  const value = packed.startsWith('GRID') && packed.length > 18 ? packed.slice(4) : packed;
  return { value, valid: /^A1[A-Z0-9]{16}$/.test(value) && mod37(value) };
}

/** DDEX party id: PADPIDA, ten characters, check (MOD 37,36). */
export function parseDpid(text: string): Identifier {
  const value = compact(text);
  return { value, valid: /^PADPIDA[A-Z0-9]{11}$/.test(value) && mod37(value) };
}

/** ISO 7064 MOD 37,36 over digits and letters, check character included. */
function mod37(value: string): boolean {
  let p = 36;
  for (const character of value.slice(0, -1)) {
    const sum = (p + Number.parseInt(character, 36)) % 36;
    p = ((sum === 0 ? 36 : sum) * 2) % 37;
  }
  return (p + Number.parseInt(value.at(-1)!, 36)) % 36 === 1;
}
