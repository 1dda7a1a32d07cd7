import { createHash, type Hash } from 'node:crypto';
import { toIso } from '#foundation/kernel/time.ts';
import type { Statement } from './allocate-pool.ts';
import type { findRun } from './queries.ts';

// The hashes of a run, all sha256 in lower-case hex over UTF-8 text with a line feed after every line.
//   usage   listener|recording|day|territory|source|plays|played ms       in the order of those columns
//   rights  recording|territory|valid from|version|split|party|basis points|name as JSON   in that order, then
//           recording|[title, artist, ISRC] as JSON                        by recording
//   input   the lines of `inputText` below: everything the result depends on, and nothing of this run's own
//   output  S|party or suspense|amount|plays|name as JSON                  by party, suspense last, each followed by
//           L|recording|plays|played ms|amount                             by recording
// Ids are lower-case, listeners are numbers, an unknown territory is empty. A party that knows the frozen inputs can
// take every one of them again with any sha256.

export type Run = NonNullable<(typeof findRun)['row']>;

export function inputHash(run: Run, usageHash: string, rightsHash: string): string {
  return createHash('sha256')
    .update(inputText(run, usageHash, rightsHash))
    .digest('hex');
}

function inputText(run: Run, usageHash: string, rightsHash: string): string {
  const { source = '', territory = '', placeId = '' } = run.scope;
  return [
    'ngoma royalties run 1',
    `period ${toIso(run.periodFrom)} ${toIso(run.periodTo)}`,
    `pool ${run.poolMinor} ${run.currency}`,
    `policy ${run.policy} ${run.policyVersion}`,
    `minPlayMs ${run.minPlayMs}`,
    `scope ${source}|${territory}|${placeId}`,
    `usage ${usageHash}`,
    `rights ${rightsHash}`,
  ]
    .map((line) => `${line}\n`)
    .join('');
}

export function addStatement(digest: Hash, statement: Statement): void {
  const { partyId, name, amountMinor, eligiblePlays, lines } = statement;
  let text = `S|${partyId ?? 'suspense'}|${amountMinor}|${eligiblePlays}|${JSON.stringify(name)}\n`;
  for (const l of lines) {
    text += `L|${l.recordingId}|${l.eligiblePlays}|${l.playedMs}|${l.amountMinor}\n`;
  }
  digest.update(text);
}
