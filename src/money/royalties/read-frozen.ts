import { createHash } from 'node:crypto';
import type { PartyId, RecordingId, RunId } from '#foundation/kernel/ids.ts';
import type { Db, Query } from '#foundation/platform/postgres.ts';
import { beginAllocation, type Allocation, type UsageRow } from './allocate-pool.ts';
import { readRecordingText, readRightsText, readUsageText } from './freeze-queries.ts';
import { indexRights, type Share, type Split } from './rights.ts';
import type { Run } from './run-hashes.ts';

const linesPerPage = 20_000;

export type FrozenInputs = {
  readonly allocation: Allocation;
  readonly usageHash: string;
  readonly rightsHash: string;
};

/**
 * Reads what a run froze, hashing it as it passes. `onPlays` is told how many plays have been read and may throw
 * to stop; between pages the process is free for other work.
 */
export async function readFrozen(
  db: Db,
  run: Run,
  onPlays: (plays: number) => void = () => {},
): Promise<FrozenInputs> {
  const rightsDigest = createHash('sha256');
  const splits = new Map<string, Split & { readonly shares: Share[] }>();
  for await (const page of pagesOf(db, readRightsText, run.id)) {
    rightsDigest.update(`${page}\n`);
    for (const line of page.split('\n')) addShare(splits, line);
  }
  for await (const page of recordingPages(db, run.id)) rightsDigest.update(`${page}\n`);

  const allocation = beginAllocation(run.policy, indexRights(splits.values()));
  const usageDigest = createHash('sha256');
  let plays = 0;
  for await (const page of pagesOf(db, readUsageText, run.id)) {
    usageDigest.update(`${page}\n`);
    for (const line of page.split('\n')) {
      const row = parseUsage(line);
      allocation.add(row);
      plays += row.plays;
    }
    onPlays(plays);
  }
  return {
    allocation,
    usageHash: usageDigest.digest('hex'),
    rightsHash: rightsDigest.digest('hex'),
  };
}

type PageQuery = Query<
  { readonly runId: string; readonly after: number; readonly limit: number },
  { readonly text: string | null }
>;

async function* pagesOf(db: Db, query: PageQuery, runId: RunId): AsyncGenerator<string> {
  for (let after = 0; ; after += linesPerPage) {
    const { text } = await db.one(query, { runId, after, limit: linesPerPage });
    if (text === null) return;
    yield text;
  }
}

async function* recordingPages(db: Db, runId: RunId): AsyncGenerator<string> {
  let after: string | null = null;
  for (;;) {
    const page: { readonly text: string | null; readonly last: string | null } = await db.one(
      readRecordingText,
      { runId, after, limit: linesPerPage },
    );
    if (page.text === null) return;
    yield page.text;
    after = page.last;
  }
}

function parseUsage(line: string): UsageRow {
  const [listenerNo, recordingId, day, territory, , plays, playedMs] = line.split('|');
  return {
    listenerNo: Number(listenerNo),
    recordingId: recordingId as RecordingId,
    day: day!,
    territory: territory!,
    plays: Number(plays),
    playedMs: Number(playedMs),
  };
}

const rightsFields = 7; // before the name, which may hold a bar itself

function addShare(splits: Map<string, Split & { readonly shares: Share[] }>, line: string): void {
  const fields = line.split('|', rightsFields);
  const [recordingId, territory, validFrom, version, splitId, partyId, basisPoints] = fields as [
    RecordingId,
    string,
    string,
    string,
    string,
    PartyId,
    string,
  ];
  let split = splits.get(splitId);
  if (split === undefined) {
    split = { splitId, recordingId, territory, validFrom, version: Number(version), shares: [] };
    splits.set(splitId, split);
  }
  const name = JSON.parse(line.slice(fields.join('|').length + 1)) as string;
  split.shares.push({ partyId, name, basisPoints: Number(basisPoints) });
}
