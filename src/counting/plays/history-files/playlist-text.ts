import { clockLengthMs, collect, splitName, type ParsedHistory, type When } from './history.ts';
import { readEpoch, readWhen, wallClock } from './read-time.ts';

// Histories as lists of text: M3U of any program, with VirtualDJ's own line where it wrote one; VirtualDJ's tracklist.

/** Tags of a #EXTVDJ line: `<artist>…</artist>`, with the five escapes of XML. */
function readTags(line: string): Readonly<Record<string, string>> {
  const tags: Record<string, string> = {};
  for (const [, name, value] of line.matchAll(/<([a-z]{1,20})>([^<]*)<\/\1>/gi))
    tags[name!.toLowerCase()] = unescape(value!);
  return tags;
}

const escapes: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

function unescape(text: string): string {
  return text.replaceAll(/&(?:lt|gt|quot|apos|amp);/g, (escape) => escapes[escape]!);
}

type Pending = { title: string; artist: string; durationMs: number | null; when: When };

export function parseM3u(text: string): ParsedHistory {
  const out = collect();
  const isVirtualDj = text.includes('#EXTVDJ:');
  let pending: Pending | null = null;
  let entries = 0;
  for (const line of linesOf(text)) {
    if (out.isFull) break;
    if (line.startsWith('#EXTVDJ:')) pending = fromTags(readTags(line));
    else if (line.startsWith('#EXTINF:')) pending ??= fromInf(line.slice('#EXTINF:'.length));
    else if (!line.startsWith('#') && line !== '') {
      const entry = complete(pending, line);
      pending = null;
      const where = `entry ${++entries}`;
      if (isVirtualDj && entry.when.kind === 'unknown') out.refuse(where, 'has no time of start');
      else out.add({ where, ...entry });
    }
  }
  return out.finish(isVirtualDj ? 'virtualdj m3u' : 'm3u');
}

function fromTags(tags: Readonly<Record<string, string>>): Pending {
  const remix = tags['remix']?.trim() ?? '';
  return {
    // A remix is another recording, and the catalogue writes it in the title.
    title: `${tags['title'] ?? ''}${remix === '' ? '' : ` (${remix})`}`,
    artist: tags['artist'] ?? '',
    durationMs: Number(tags['songlength']) * 1_000 || null,
    when: readEpoch(Number(tags['lastplaytime'] ?? 0)),
  };
}

function fromInf(body: string): Pending {
  const comma = body.indexOf(',');
  const name = splitName(comma === -1 ? '' : body.slice(comma + 1));
  const seconds = Number.parseFloat(body);
  return {
    title: name?.title ?? '',
    artist: name?.artist ?? '',
    durationMs: seconds > 0 ? seconds * 1_000 : null,
    when: { kind: 'unknown' },
  };
}

/** What the line before the address did not say, the file's name may. */
function complete(pending: Pending | null, address: string): Pending {
  if (pending !== null && pending.title !== '' && pending.artist !== '') return pending;
  const file = address.split(/[\\/]/).at(-1)!;
  const name = splitName(file.replace(/\.[a-z0-9]{1,5}$/i, ''));
  return {
    title: pending?.title || (name?.title ?? ''),
    artist: pending?.artist || (name?.artist ?? ''),
    durationMs: pending?.durationMs ?? null,
    when: pending?.when ?? { kind: 'unknown' },
  };
}

const headPattern = /^VirtualDJ History (\d{4})[/-](\d{1,2})[/-](\d{1,2})/;

export function isVirtualDjTracklist(text: string): boolean {
  return headPattern.test(text.slice(0, 4_096).trimStart());
}

/** `VirtualDJ History 2026/11/20`, a rule, then `21:04 : Artist - Title`; an earlier hour than the line before is the next day's. */
export function parseVirtualDjTracklist(text: string): ParsedHistory {
  const out = collect();
  let day: [number, number, number] | null = null;
  let daysOn = 0;
  let last = -1;
  let lineNumber = 0;
  for (const line of linesOf(text)) {
    lineNumber += 1;
    if (out.isFull) break;
    const head = headPattern.exec(line);
    if (head !== null) {
      day = [Number(head[1]), Number(head[2]), Number(head[3])];
      daysOn = 0;
      last = -1;
      continue;
    }
    const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))? : (.+)$/.exec(line);
    if (line === '' || /^-+$/.test(line)) continue;
    const where = `line ${lineNumber}`;
    if (match === null || day === null) {
      out.refuse(where, 'is no line of a tracklist');
      continue;
    }
    const second = (Number(match[1]) * 60 + Number(match[2])) * 60 + Number(match[3] ?? 0);
    if (second < last) daysOn += 1;
    last = second;
    const wallMs = wallClock(...day, second);
    const name = splitName(match[4]!);
    if (wallMs === null) out.refuse(where, 'has a time that does not exist');
    else
      out.add({
        where,
        when: { kind: 'wall', wallMs: wallMs + daysOn * 86_400_000 },
        title: name?.title ?? match[4],
        artist: name?.artist,
      });
  }
  return out.finish('virtualdj tracklist');
}

/** One at a time: a file of nothing but line ends would otherwise become millions of strings. */
function* linesOf(text: string): Generator<string> {
  const end = /\r\n|\r|\n/g;
  let at = 0;
  for (let match = end.exec(text); match !== null; match = end.exec(text)) {
    yield text.slice(at, match.index).trim();
    at = end.lastIndex;
  }
  yield text.slice(at).trim();
}

// ── tables: rekordbox's .txt, Mixxx's .csv ──────────────────────────────

const columns = {
  title: ['track title', 'title', 'titre', 'titre du morceau', 'name'],
  artist: ['artist', 'artiste', 'artists'],
  length: ['time', 'duration', 'length', 'durée', 'temps'],
  when: ['timestamp', 'played', 'date played', 'start time', 'datetime played'],
  isrc: ['isrc'],
} as const;

/** The columns of a table by what they hold; null when its first line names no title and artist. */
function findColumns(head: readonly string[]): ReadonlyMap<keyof typeof columns, number> | null {
  const names = head.map((cell) => cell.trim().toLowerCase());
  const found = new Map<keyof typeof columns, number>();
  for (const [what, words] of Object.entries(columns)) {
    const at = names.findIndex((name) => (words as readonly string[]).includes(name));
    if (at !== -1) found.set(what as keyof typeof columns, at);
  }
  return found.has('title') && found.has('artist') ? found : null;
}

export function parseTable(text: string): ParsedHistory | null {
  const firstLine = text.slice(0, 10_000).split(/\r?\n/, 1)[0]!;
  const separator = firstLine.includes('\t') ? '\t' : firstLine.includes(';') ? ';' : ',';
  const out = collect();
  let found: ReturnType<typeof findColumns> | undefined;
  let row = 0;
  for (const cells of readRows(text, separator)) {
    if (found === undefined) {
      found = findColumns(cells);
      if (found === null) return null;
      continue;
    }
    row += 1;
    if (cells.length === 1 && cells[0] === '') continue;
    if (out.isFull) break;
    const cell = (what: keyof typeof columns): string | undefined => {
      const at = found!.get(what);
      return at === undefined ? undefined : cells[at];
    };
    const when = readWhen(cell('when'));
    if (found!.has('when') && when.kind === 'unknown')
      out.refuse(`row ${row}`, 'has no time of start that can be read');
    else
      out.add({
        where: `row ${row}`,
        when,
        title: cell('title'),
        artist: cell('artist'),
        durationMs: clockLengthMs(cell('length')),
        isrc: cell('isrc')?.trim() || null,
      });
  }
  return found === undefined ? null : out.finish('table');
}

const cellsMax = 200;

/** RFC 4180, with any separator; a quote that is never closed ends with the file. */
function* readRows(text: string, separator: string): Generator<readonly string[]> {
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string;
    [cell, at] = readCell(text, at, separator);
    if (cells.length < cellsMax) cells.push(cell);
    if (text[at] === separator) {
      at += 1;
      continue;
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    yield cells;
    cells = [];
  }
}

/** A cell and where it ended: at a separator, a line's end, or the end of the text. */
function readCell(text: string, from: number, separator: string): [string, number] {
  let at = from;
  let cell = '';
  if (separator !== '\t' && text[at] === '"') {
    for (at += 1; at < text.length; at += 2) {
      const quote = text.indexOf('"', at);
      if (quote === -1) return [cell + text.slice(at), text.length];
      cell += text.slice(at, quote);
      at = quote;
      if (text[at + 1] !== '"') {
        at += 1;
        break;
      }
      cell += '"';
    }
  }
  const start = at;
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r')
    at += 1;
  return [cell + text.slice(start, at), at];
}
