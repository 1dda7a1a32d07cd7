import { csvHead, csvRow } from '#foundation/kernel/csv.ts';
import type { ReadIssue } from './read-issue.ts';

const columns = [
  'rank',
  'title',
  'artist',
  'move',
  'last_position',
  'peak',
  'weeks_on_chart',
  'weeks_in_a_row',
  'metric',
  'value',
  'issue_day',
  'provenance',
];

/** One record an entry. What the chart does not publish is empty. */
export function issueCsv(issue: ReadIssue): string {
  return (
    csvHead(columns) +
    issue.entries
      .map((e) =>
        csvRow([
          e.rank,
          e.title,
          e.artist,
          e.move,
          e.lastRank,
          e.peak,
          e.weeks,
          e.streak,
          e.metricName,
          e.metricValue,
          issue.issueDay,
          issue.about.provenance,
        ]),
      )
      .join('')
  );
}

/** `turntable_top100_20251114.csv` */
export function fileNameOf(prefix: string, issueDay: string): string {
  return `${prefix}_${issueDay.replaceAll('-', '')}.csv`;
}
