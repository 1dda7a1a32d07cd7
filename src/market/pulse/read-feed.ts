import { createHash } from 'node:crypto';
import { parseFeed } from 'feedsmith';
import { dayMs } from '#foundation/kernel/time.ts';

// RSS, Atom and their relatives as they are found: HTML in titles, entities escaped twice, relative links, no date, a date in the
// future, Latin-1. What comes out is plain text and whole addresses, or nothing.

export type FeedItem = {
  readonly guid: string;
  readonly url: string | null;
  readonly title: string;
  readonly text: string;
  readonly publishedAt: number;
  readonly dayIsOurs: boolean;
};

export type ReadFeed =
  | { readonly kind: 'items'; readonly items: readonly FeedItem[]; readonly left: number }
  | { readonly kind: 'unreadable'; readonly problem: string };

const itemsMax = 500;
const titleMax = 300;
const textMax = 5_000;
const oldestMs = 366 * dayMs;

/** `base`: the address it came from, for links that are relative. */
export function readFeed(bytes: Buffer, base: string | null, now: number): ReadFeed {
  const text = decode(bytes);
  if (/^\s*<(!doctype html|html)/i.test(text))
    return { kind: 'unreadable', problem: 'This is a web page and no feed.' };
  let entries: readonly Raw[];
  try {
    entries = entriesOf(parseFeed(text));
  } catch {
    return {
      kind: 'unreadable',
      problem: 'This is no feed that can be read: it is cut, or something else.',
    };
  }
  if (entries.length === 0) return { kind: 'unreadable', problem: 'The feed has no entries.' };
  const items = entries.slice(0, itemsMax).flatMap((entry) => readEntry(entry, base, now) ?? []);
  return { kind: 'items', items, left: entries.length - items.length };
}

type Raw = {
  readonly title?: unknown;
  readonly link?: unknown;
  readonly guid?: unknown;
  readonly id?: unknown;
  readonly date?: unknown;
  readonly text?: unknown;
};

/** The formats name the same things differently. */
function entriesOf(parsed: unknown): readonly Raw[] {
  const feed = (parsed as { feed?: Record<string, unknown> }).feed ?? {};
  const list = (feed['items'] ?? feed['entries'] ?? []) as readonly Record<string, unknown>[];
  return list.map((entry) => {
    const links = entry['links'] as readonly { href?: unknown; rel?: unknown }[] | undefined;
    return {
      title: entry['title'],
      link:
        entry['link'] ??
        entry['url'] ??
        links?.find((link) => link.rel === undefined || link.rel === 'alternate')?.href ??
        links?.[0]?.href,
      guid:
        (entry['guid'] as { value?: unknown } | undefined)?.value ?? entry['guid'] ?? entry['id'],
      date:
        entry['pubDate'] ??
        entry['published'] ??
        entry['updated'] ??
        entry['date_published'] ??
        (entry['dc'] as { date?: unknown } | undefined)?.date,
      text:
        entry['description'] ??
        entry['summary'] ??
        (entry['content'] as { encoded?: unknown } | undefined)?.encoded ??
        entry['content'] ??
        entry['content_text'] ??
        entry['content_html'],
    };
  });
}

function readEntry(entry: Raw, base: string | null, now: number): FeedItem | null {
  const title = plain(entry.title).slice(0, titleMax);
  if (title === '') return null;
  const url = addressOf(entry.link, base);
  const text = plain(entry.text).slice(0, textMax);
  const said = Date.parse(String(entry.date ?? ''));
  const isUsable = !Number.isNaN(said) && said <= now && said > now - oldestMs;
  const own = typeof entry.guid === 'string' && entry.guid.trim() !== '' ? entry.guid.trim() : null;
  return {
    guid: (
      own ??
      createHash('sha256')
        .update(`${url ?? ''}\n${title}`)
        .digest('hex')
    ).slice(0, 500),
    url,
    title,
    text,
    publishedAt: isUsable ? said : now,
    dayIsOurs: !isUsable,
  };
}

function addressOf(link: unknown, base: string | null): string | null {
  if (typeof link !== 'string') return null;
  const url = URL.parse(link.trim(), base ?? undefined);
  return url !== null && /^https?:$/.test(url.protocol) ? url.href.slice(0, 2_000) : null;
}

/** Without tags and entities (also those escaped twice), without control signs and those that turn the direction of text. */
function plain(given: unknown): string {
  // Atom says of a text what kind of text it is.
  const value = (given as { value?: unknown } | null)?.value ?? given;
  if (typeof value !== 'string') return '';
  let text = value.slice(0, 20 * textMax);
  for (let pass = 0; pass < 2; pass++)
    text = unescape(
      text.replaceAll(/<(script|style)[\s\S]*?<\/\1>/gi, ' ').replaceAll(/<[^>]*>/g, ' '),
    );
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  rsquo: '’',
  lsquo: '‘',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
};

function unescape(text: string): string {
  return text.replaceAll(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/gi, (whole, code: string) => {
    if (!code.startsWith('#')) return named[code.toLowerCase()] ?? whole;
    const point =
      code[1] === 'x' || code[1] === 'X' ? parseInt(code.slice(2), 16) : Number(code.slice(1));
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ' ';
  });
}

/** As the XML says it is written, else UTF-8, else the Western code page that old desks use. */
function decode(bytes: Buffer): string {
  const said = /<\?xml[^>]*encoding=["']([\w-]{1,20})["']/i.exec(
    bytes.subarray(0, 200).toString('latin1'),
  )?.[1];
  for (const encoding of [said, 'utf-8', 'windows-1252']) {
    if (encoding === undefined) continue;
    try {
      return new TextDecoder(encoding, { fatal: encoding !== 'windows-1252' }).decode(bytes);
    } catch {
      continue; // it is not what it says it is
    }
  }
  return bytes.toString('latin1');
}
