// Tags in the wrong encoding, as they are found in real libraries.

/** Windows-1252 for the C1 controls that Latin-1 makes of it. */
const cp1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const toByte = new Map([...cp1252].map((c, i) => [c, 0x80 + i] as const));
const utf8 = new TextDecoder('utf-8', { fatal: true });
const doublyEncodedMax = 2;

/**
 * Text as its writer meant it: UTF-8 that was read as Latin-1 or Windows-1252 ("ChÃ©rie"), UTF-16 that was read byte
 * by byte (a NUL between all letters), Windows-1252 quotes that became control characters. Text that is right stays.
 */
export function repairText(text: string): string {
  let repaired = withoutNuls(text);
  for (let pass = 0; pass < doublyEncodedMax; pass++) {
    const decoded = decodeAgain(repaired);
    if (decoded === null) break;
    repaired = decoded;
  }
  return repaired.replaceAll(/[\u0080-\u009f]/g, (c) => cp1252[c.charCodeAt(0) - 0x80]!);
}

function withoutNuls(text: string): string {
  if (!text.includes('\u0000')) return text;
  const nuls = text.split('\u0000').length - 1;
  // Every other character: UTF-16. Fewer: padding, or several values in one field.
  return nuls * 3 >= text.length
    ? text.replaceAll('\u0000', '').replaceAll(/[þÿ]{2}/g, '')
    : text.replaceAll('\u0000', ' / ').replace(/( \/ )+$/, '');
}

function decodeAgain(text: string): string | null {
  if (!/[\u0080-\u00ff]/.test(text) && ![...text].some((c) => toByte.has(c))) return null;
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const byte = code <= 0xff ? code : toByte.get(text[i]!);
    if (byte === undefined) return null;
    bytes[i] = byte;
  }
  try {
    const decoded = utf8.decode(bytes);
    return decoded.length < text.length ? decoded : null;
  } catch {
    return null;
  }
}
