import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { matchRecordings, type SourceRecording, type Verdict } from '#market/identity/index.ts';

const recallAsked = 0.98;

type Pair = { readonly a: SourceRecording; readonly b: SourceRecording };

/**
 * Matches pairs that are known to be one recording, and pairs that are known not to be, and prints recall and false
 * merges. Exit 1 below the bar (recall of 98 %, no false merge) or where a file cannot be read.
 */
export function evaluateMatching(
  pairsFile: string,
  negativesFile: string | null,
  asJson: boolean,
): number {
  const positives = judge(readPairs(pairsFile));
  const negatives = negativesFile === null ? [] : judge(readPairs(negativesFile));
  const found = positives.filter(({ verdict }) => verdict.verdict === 'same').length;
  const merged = negatives.filter(({ verdict }) => verdict.verdict === 'same');
  const missed = positives.filter(({ verdict }) => verdict.verdict !== 'same');
  const recall = positives.length === 0 ? 0 : found / positives.length;
  const toReview = [...missed, ...negatives].filter((p) => p.verdict.verdict === 'review').length;
  const passed = recall >= recallAsked && merged.length === 0;
  if (asJson) {
    console.log(
      JSON.stringify({
        pairs: positives.length,
        found,
        recall,
        negatives: negatives.length,
        falseMerges: merged.length,
        toReview,
        passed,
        missed: missed.map(describe),
        merged: merged.map(describe),
      }),
    );
    return passed ? 0 : 1;
  }
  for (const pair of missed) console.log(`missed       ${describe(pair)}`);
  for (const pair of merged) console.log(`false merge  ${describe(pair)}`);
  console.log(`recall        ${found} of ${positives.length} (${(100 * recall).toFixed(1)} %)`);
  console.log(`false merges  ${merged.length} of ${negatives.length}`);
  console.log(`to a person   ${toReview} of ${positives.length + negatives.length}`);
  return passed ? 0 : 1;
}

type Judged = Pair & { readonly verdict: Verdict };

function judge(pairs: readonly Pair[]): readonly Judged[] {
  return pairs.map((pair) => ({ ...pair, verdict: matchRecordings(pair.a, pair.b) }));
}

function describe({ a, b, verdict }: Judged): string {
  return `${a.title} / ${a.artist}  |  ${b.title} / ${b.artist}  (${verdict.score.toFixed(2)}: ${verdict.reasons.join('; ')})`;
}

const sides = [
  ['a', 'b'],
  ['before', 'after'],
] as const;

/** Columns title_a, performer_a, title_b, performer_b (or _before, _after); isrc, duration_ms and year may stand beside them. */
function readPairs(file: string): readonly Pair[] {
  const rows = parse(readFileSync(file), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
    trim: true,
  }) as readonly Readonly<Record<string, string>>[];
  return rows.map((row, i) => {
    const side = sides.find(([first]) => row[`title_${first}`] !== undefined);
    if (side === undefined)
      throw new Error(
        `${file}, row ${i + 2}: columns title_a, performer_a, title_b and performer_b are needed (or _before and _after).`,
      );
    return { a: recordingOf(row, side[0]), b: recordingOf(row, side[1]) };
  });
}

function recordingOf(row: Readonly<Record<string, string>>, side: string): SourceRecording {
  return {
    title: row[`title_${side}`] ?? '',
    artist: row[`performer_${side}`] ?? row[`artist_${side}`] ?? '',
    isrc: row[`isrc_${side}`] || null,
    durationMs: Number(row[`duration_ms_${side}`]) || null,
    year: Number(row[`year_${side}`]) || null,
  };
}
