import { createHash } from 'node:crypto';

/**
 * A uuid of version 8 (RFC 9562: made by a rule of our own) computed from text: the same text, the same uuid. The key
 * of evidence whose reporter has no key of its own is made so, and a report sent again counts once.
 */
export function uuidFrom(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A name as two reports of one thing write it: composed letters, one space, no case. */
export function keyText(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
