import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { csvHead, csvRow } from '#foundation/kernel/csv.ts';
import type { ArtistMetrics } from './artist-metrics.ts';
import type { MetricLine } from './metric-lines.ts';

// A workbook that opens with numbers as numbers and days as days. A text that begins like a formula is a text: the cells are typed.

const bold = { fontWeight: 'bold' as const };

type Row = readonly (string | number | Date | null)[];

/** Sheets: summary, tracks, daily, availability, method and filters. */
export async function metricsWorkbook(metrics: ArtistMetrics, madeAt: Date): Promise<Buffer> {
  const sheets: readonly {
    readonly name: string;
    readonly rows: readonly Row[];
    readonly widths: readonly number[];
  }[] = [
    { name: 'Summary', rows: [lineHead, ...metrics.summary.map(lineCells)], widths: lineWidths },
    {
      name: 'Tracks',
      rows: [
        ['track', ...lineHead],
        ...metrics.tracks.map((track) => [track.title, ...lineCells(track)]),
      ],
      widths: [32, ...lineWidths],
    },
    {
      name: 'Daily',
      rows: [
        ['day', 'platform', 'metric', 'value', 'state'],
        ...metrics.dates.map((d) => [dateOf(d.day), d.platform, d.metric, d.value, d.state]),
      ],
      widths: [12, 14, 18, 14, 10],
    },
    {
      name: 'Availability',
      rows: [
        ['track or artist', 'platform', 'metric', 'state', 'from', 'to', 'days'],
        ...metrics.availability.missing.map((m) => [
          m.title,
          m.platform,
          m.metric,
          m.state,
          dateOf(m.from),
          dateOf(m.to),
          m.days,
        ]),
        [
          'Coverage, percent of cells with an observation',
          null,
          null,
          null,
          null,
          null,
          metrics.availability.coverage,
        ],
      ],
      widths: [44, 14, 18, 12, 12, 12, 8],
    },
    { name: 'Method and filters', rows: methodRows(metrics, madeAt), widths: [24, 100] },
  ];
  return writeExcelFile(
    sheets.map(({ name, rows, widths }) => ({
      sheet: name,
      data: rows.map((row, i) => row.map((value) => cellOf(value, i === 0))) as SheetData,
      columns: widths.map((width) => ({ width })),
      stickyRowsCount: 1,
    })),
  ).toBuffer();
}

function cellOf(value: string | number | Date | null, isHead: boolean) {
  if (value === null) return null;
  if (typeof value === 'number')
    return { type: Number, value, format: Number.isInteger(value) ? '#,##0' : '#,##0.00' };
  if (value instanceof Date) return { type: Date, value, format: 'yyyy-mm-dd' };
  return { type: String, value, ...(isHead ? bold : {}) };
}

const lineHead: readonly string[] = [
  'platform',
  'metric',
  'kind',
  'territory',
  'total',
  'low',
  'high',
  'first',
  'last',
  'change',
  'average a day',
  'peak',
  'days tracked',
  'unknown days',
  'resets',
  'provenance',
];
const lineWidths = [14, 18, 10, 10, 16, 16, 16, 16, 16, 16, 14, 16, 12, 12, 8, 14];

function lineCells(line: MetricLine): Row {
  return [
    line.platform,
    line.metric,
    line.kind,
    line.territory ?? 'world',
    line.total,
    line.interval?.low ?? null,
    line.interval?.high ?? null,
    line.first?.value ?? null,
    line.last?.value ?? null,
    line.delta,
    line.avgDaily,
    line.peak,
    line.daysTracked,
    line.unknownDays,
    line.resets.length,
    line.provenance.join(', '),
  ];
}

function methodRows(metrics: ArtistMetrics, madeAt: Date): readonly Row[] {
  return [
    ['what', 'value'],
    ['artists', metrics.artists.map((artist) => artist.name).join(', ')],
    ['from', dateOf(metrics.from)],
    ['to', dateOf(metrics.to)],
    ['country', metrics.country ?? 'all'],
    ['platforms', metrics.platforms.join(', ')],
    ['made at', madeAt.toISOString()],
    [
      'counter',
      'A running total. Its period is what it grew by; where it fell it was reset and that day is unknown.',
    ],
    ['flow', 'Figures of single days, added over the days that were observed.'],
    [
      'gauge, rolling, score, rank',
      'Levels. They have a first, a last and a change, and never a total.',
    ],
    ['low, high', 'The total with the unknown days bounded by the days around them.'],
    ...metrics.notes.map((note): Row => ['note', note]),
  ];
}

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

/** A record for every track and metric; what is not known is empty. */
export function metricsCsv(metrics: ArtistMetrics): string {
  return (
    csvHead(['track', ...lineHead]) +
    metrics.tracks
      .map((track) =>
        csvRow([
          track.title,
          ...lineCells(track).map((cell) => (cell instanceof Date ? null : cell)),
        ]),
      )
      .join('')
  );
}
