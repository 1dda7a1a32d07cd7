import { isUtf8 } from 'node:buffer';

// On Linux a file name is bytes; in the database, in JSON and in a report it is text. Bytes that are not UTF-8 become
// U+F780..U+F7FF (the choice of MirBSD), and so do the bytes of those code points themselves, so that every path
// comes back as the bytes it was.

const escapeBase = 0xf700;

export function pathToText(bytes: Buffer): string {
  if (isUtf8(bytes) && !hasEscapes(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    const sequence = bytes.subarray(i, i + length);
    if (length > 0 && !hasEscapes(sequence)) {
      text += sequence.toString('utf8');
      i += length;
    } else {
      text += String.fromCharCode(escapeBase + bytes[i]!);
      i += 1;
    }
  }
  return text;
}

export function textToPath(text: string): Buffer {
  if (!/[\uf780-\uf7ff]/.test(text)) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const piece of text.split(/([\uf780-\uf7ff])/)) {
    const code = piece.length === 1 ? piece.charCodeAt(0) : 0;
    parts.push(
      code >= 0xf780 && code <= 0xf7ff ? Buffer.of(code - escapeBase) : Buffer.from(piece, 'utf8'),
    );
  }
  return Buffer.concat(parts);
}

/** For titles made of file names: what is not UTF-8 was most likely written in Latin-1. */
export function readablePath(text: string): string {
  return text.replaceAll(/[\uf780-\uf7ff]/g, (c) =>
    String.fromCharCode(c.charCodeAt(0) - escapeBase),
  );
}

/** U+F780..U+F7FF are EF 9E 80..BF and EF 9F 80..BF. */
function hasEscapes(bytes: Buffer): boolean {
  for (let i = bytes.indexOf(0xef); i >= 0; i = bytes.indexOf(0xef, i + 1)) {
    if (bytes[i + 1] === 0x9e || bytes[i + 1] === 0x9f) return true;
  }
  return false;
}

/** Length of the valid UTF-8 sequence at `at`; 0 when there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
