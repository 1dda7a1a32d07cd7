import { parse } from 'csv-parse/sync';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Day } from '#foundation/kernel/time.ts';
import type { ChartEntryFact, ChartFact } from '#market/harvest/index.ts';

// Files of charts that people have: Billboard's columns as public collections write them, and Spotify's chart downloads. A
// row that cannot be read refuses the file with its number, because a chart with a hole is a wrong chart.

export type ChartFileKind = 'billboard' | 'spotify';

export type ChartFileOptions = {
  readonly kind: ChartFileKind;
  /** The chart the rows belong to: `hot-100`. */
  readonly key: string;
  readonly name: string;
  readonly territory: string | null;
  /** The day of the issue where the file's rows do not say it (a Spotify download says it in its name). */
  readonly day: string | null;
};

type Row = Readonly<Record<string, string>>;

const fileMaxBytes = 256 * 1024 * 1024;
const columns = {
  day: ['chart_week', 'date', 'chart_date', 'week', 'chart_day'],
  rank: ['current_week', 'current', 'rank', 'chart_position', 'position'],
  title: ['title', 'song', 'track_name', 'track name', 'name'],
  artist: ['performer', 'artist', 'artist_names', 'artist name', 'artists'],
  last: ['last_week', 'previous', 'previous_rank', 'previous_week', 'last_position'],
  peak: ['peak_pos', 'peak', 'peak_rank', 'peak_position'],
  weeks: ['wks_on_chart', 'weeks', 'weeks_on_chart', 'time_on_chart', 'days_on_chart'],
  streams: ['streams', 'plays'],
  uri: ['uri', 'spotify_uri', 'url'],
} as const;

/** The issues in a file, oldest first. `bytes` may be UTF-8 or Latin-1, with commas, semicolons or tabs. */
export function readChartFile(
  bytes: Buffer,
  options: ChartFileOptions,
): readonly ChartFact[] | Refusal<'VALIDATION_FAILED'> {
  if (bytes.length > fileMaxBytes)
    return invalid(`The file is larger than ${fileMaxBytes / 1024 / 1024} MiB.`);
  const rows = readRows(bytes);
  if ('kind' in rows) return rows;
  const byDay = new Map<Day, ChartEntryFact[]>();
  for (const [i, row] of rows.entries()) {
    const read = readRow(row, options, i + 2);
    if ('kind' in read) return read;
    const entries = byDay.get(read.day) ?? [];
    entries.push(read.entry);
    byDay.set(read.day, entries);
  }
  if (byDay.size === 0) return invalid('The file has no rows below its header.');
  const days = [...byDay.keys()].toSorted();
  const size = Math.max(...[...byDay.values()].map((entries) => entries.length));
  return days.map((issueDay) => ({
    chart: {
      source: options.kind,
      key: options.key,
      name: options.name,
      territory: options.territory,
      frequency: frequencyOf(days),
      entity: /200|album/i.test(options.key) && options.kind === 'billboard' ? 'album' : 'song',
    },
    issueDay,
    periodFrom: null,
    periodTo: null,
    entries: byDay.get(issueDay)!.toSorted((a, b) => a.rank - b.rank),
    complete: byDay.get(issueDay)!.length === size,
  }));
}

function readRows(bytes: Buffer): readonly Row[] | Refusal<'VALIDATION_FAILED'> {
  const text = decode(bytes);
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const delimiter = [',', ';', '\t']
    .map((sign) => ({ sign, n: head.split(sign).length }))
    .toSorted((a, b) => b.n - a.n)[0]!.sign;
  try {
    return parse(text, {
      bom: true,
      delimiter,
      columns: (names: readonly string[]) => names.map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
    }) as readonly Row[];
  } catch (error) {
    return (
      readLoosely(text, delimiter) ??
      invalid(`The file is no CSV that can be read: ${(error as Error).message}. Nothing was kept.`)
    );
  }
}

/** Archives write `"Music From "Mo' Better Blues""`: a quote ends a cell only before a separator or the end of the line. */
function readLoosely(text: string, delimiter: string): readonly Row[] | null {
  const sign = delimiter === '\t' ? '\\t' : delimiter;
  const cell = new RegExp(`(?:"(.*?)"(?=${sign}|$)|([^${sign}]*))(?:${sign}|$)`, 'gy');
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const cells = (line: string): readonly string[] => {
    cell.lastIndex = 0;
    const found: string[] = [];
    while (cell.lastIndex < line.length) {
      const match = cell.exec(line);
      if (match === null) break;
      found.push((match[1] ?? match[2]!).replaceAll('""', '"'));
    }
    return found;
  };
  const [head, ...rows] = lines.map(cells);
  if (head === undefined || rows.some((row) => row.length !== head.length)) return null;
  const names = head.map((name) => name.trim().toLowerCase());
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]!])));
}

/** Spreadsheets of older systems write Latin-1; what is no UTF-8 is that. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function readRow(
  row: Row,
  options: ChartFileOptions,
  line: number,
): { readonly day: Day; readonly entry: ChartEntryFact } | Refusal<'VALIDATION_FAILED'> {
  const dayText = pick(row, columns.day) ?? options.day;
  if (dayText === null || !isCalendarDay(dayText))
    return invalid(
      `Row ${line} has no day of its chart (a column such as chart_week, as YYYY-MM-DD). Nothing was kept.`,
    );
  const rank = numberOf(pick(row, columns.rank));
  const title = pick(row, columns.title);
  const artist = pick(row, columns.artist);
  if (rank === null || rank < 1 || title === null || artist === null)
    return invalid(
      `Row ${line} lacks a rank, a title or a performer (columns such as current_week, title, performer). Nothing was kept.`,
    );
  const last = numberOf(pick(row, columns.last));
  const peak = numberOf(pick(row, columns.peak));
  const weeks = numberOf(pick(row, columns.weeks));
  const streams = numberOf(pick(row, columns.streams));
  // Spotify's own collections compute last, peak and weeks by spelling; only Billboard's are the publisher's word.
  const isWord = options.kind === 'billboard' || row['previous_rank'] !== undefined;
  return {
    day: dayText as Day,
    entry: {
      rank,
      title,
      artist,
      externalId: pick(row, columns.uri),
      isrc: null,
      url: null,
      imageUrl: null,
      lastRank: isWord && last !== null && last > 0 ? last : null,
      peak: isWord ? peak : null,
      weeks: isWord ? weeks : null,
      said: saidOf(isWord, last, weeks),
      metric: streams === null ? null : { name: 'streams', value: streams },
      flags: isWord && peak !== null && peak > rank ? ['peak-below-rank'] : [],
    },
  };
}

/** Charts are older than the instants we accept elsewhere (1970). */
function isCalendarDay(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return date !== null && !Number.isNaN(date.valueOf()) && date.toISOString().startsWith(text);
}

function saidOf(isWord: boolean, last: number | null, weeks: number | null): 'new' | 're' | null {
  if (!isWord || (last !== null && last > 0) || weeks === null) return null;
  return weeks > 1 ? 're' : 'new';
}

function pick(row: Row, names: readonly string[]): string | null {
  for (const name of names) {
    const value = row[name]?.trim();
    if (value !== undefined && value !== '') return value;
  }
  return null;
}

/** `1`, `1.0`, `1,234`; a dash or nothing is missing. */
function numberOf(text: string | null): number | null {
  if (text === null) return null;
  const value = Number(text.replaceAll(/[,\s](?=\d{3}\b)/g, ''));
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** The rhythm of the file's own issues; a file of one issue is of a weekly chart. */
function frequencyOf(days: readonly string[]): 'daily' | 'weekly' {
  const gaps = days.slice(1).map((day, i) => Date.parse(day) - Date.parse(days[i]!));
  return gaps.length > 0 && Math.min(...gaps) < 5 * 24 * 3_600_000 ? 'daily' : 'weekly';
}

function invalid(detail: string): Refusal<'VALIDATION_FAILED'> {
  return refuse('VALIDATION_FAILED', detail, 'file');
}
