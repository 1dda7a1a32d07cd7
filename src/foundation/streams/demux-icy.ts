// ICY: after every N bytes of sound one byte L, then L*16 bytes of text padded with zeros. L is one byte, so no length
// can be hostile beyond 4080; N is the sender's word and is bounded here.

/** Servers send 8,192 or 16,000; the bound only keeps a nonsense value from switching the titles off unnoticed. */
const intervalMax = 1 << 24;

export type Part =
  | { readonly kind: 'sound'; readonly bytes: Buffer }
  | { readonly kind: 'title'; readonly title: string }
  /** What follows is coded anew: another logical stream, a discontinuity. */
  | { readonly kind: 'break' };

/** The interval of an answer's `icy-metaint`; null where there is none or none that can be. */
export function readInterval(header: string | undefined): number | null {
  const interval = /^\d{1,9}$/.test(header ?? '') ? Number(header) : 0;
  return interval > 0 && interval <= intervalMax ? interval : null;
}

export async function* demuxIcy(
  bytes: AsyncIterable<Buffer>,
  interval: number,
): AsyncGenerator<Part> {
  let soundLeft = interval;
  /** null: the length byte is next. */
  let text: Buffer | null = null;
  let filled = 0;
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length;) {
      if (soundLeft > 0) {
        const sound = chunk.subarray(at, at + soundLeft);
        at += sound.length;
        soundLeft -= sound.length;
        yield { kind: 'sound', bytes: sound };
      } else if (text === null) {
        text = Buffer.alloc(chunk[at++]! * 16);
        filled = 0;
      } else {
        const part = chunk.subarray(at, at + text.length - filled);
        part.copy(text, filled);
        at += part.length;
        filled += part.length;
      }
      if (soundLeft === 0 && text !== null && filled === text.length) {
        const title = readTitle(text);
        if (title !== null) yield { kind: 'title', title };
        text = null;
        soundLeft = interval;
      }
    }
  }
}

const titleMax = 500;

/** The StreamTitle of a block; titles hold apostrophes, so it ends at the quote before the next field or the end. */
export function readTitle(block: Buffer): string | null {
  const end = block.indexOf(0);
  const text = decodeText(end < 0 ? block : block.subarray(0, end));
  const title = /StreamTitle='(.*?)'(?:;|\s*$)(?=\s*(?:[A-Za-z]+=|$))/s.exec(text)?.[1];
  return title === undefined ? null : cleanTitle(title);
}

export function cleanTitle(title: string): string | null {
  const clean = title
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, titleMax);
  return clean === '' || !clean.isWellFormed() ? null : clean;
}

/** Nobody says which: what is valid UTF-8 is that, the rest is Latin-1 as it was in 1999. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}

export type TitleHint = { readonly artist: string; readonly title: string };

/** "Artist - Title" as stations write it; null for a jingle, a slogan or a title alone. */
export function readHint(title: string): TitleHint | null {
  const at = title.indexOf(' - ');
  const artist = title.slice(0, at).trim();
  const name = title.slice(at + 3).trim();
  return at > 0 && artist !== '' && name !== '' ? { artist, title: name } : null;
}
