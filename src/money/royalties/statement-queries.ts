import type { PartyId, RecordingId, RunId, StatementId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

// Statements and their lines. Runs are in queries.ts.

const sampleId = '00000000-0000-7000-8000-000000000000';

type NewStatements = {
  readonly runId: string;
  readonly ids: readonly string[];
  readonly lineNos: readonly number[];
  readonly partyIds: readonly (string | null)[];
  readonly names: readonly string[];
  readonly amounts: readonly bigint[];
  readonly plays: readonly number[];
};

export const insertStatements = command({
  name: 'royalties.insertStatements',
  sample: {
    runId: sampleId,
    ids: [],
    lineNos: [],
    partyIds: [],
    names: [],
    amounts: [],
    plays: [],
  },
  text: (p: NewStatements) => sql`
    insert into royalties.statement (run_id, id, line_no, party_id, name, amount_minor, eligible_plays)
    select ${p.runId}::uuid, s.*
    from unnest(${p.ids}::uuid[], ${p.lineNos}::int[], ${p.partyIds}::uuid[], ${p.names}::text[],
      ${p.amounts}::bigint[], ${p.plays}::bigint[]) as s`,
});

type NewLines = {
  readonly statementIds: readonly string[];
  readonly lineNos: readonly number[];
  readonly recordingIds: readonly string[];
  readonly plays: readonly number[];
  readonly playedMs: readonly number[];
  readonly amounts: readonly bigint[];
};

export const insertStatementLines = command({
  name: 'royalties.insertStatementLines',
  sample: { statementIds: [], lineNos: [], recordingIds: [], plays: [], playedMs: [], amounts: [] },
  text: (p: NewLines) => sql`
    insert into royalties.statement_line (statement_id, line_no, recording_id, eligible_plays, played_ms, amount_minor)
    select l.*
    from unnest(${p.statementIds}::uuid[], ${p.lineNos}::int[], ${p.recordingIds}::uuid[], ${p.plays}::bigint[],
      ${p.playedMs}::bigint[], ${p.amounts}::bigint[]) as l`,
});

const statementColumns = {
  id: column.uuid<StatementId>(),
  runId: column.uuid<RunId>(),
  lineNo: column.int4,
  partyId: column.nullable(column.uuid<PartyId>()),
  name: column.text,
  amountMinor: column.int8,
  eligiblePlays: column.int8,
};
const statementFields = sql`s.id, s.run_id, s.line_no, s.party_id, s.name, s.amount_minor, s.eligible_plays`;

export const findStatement = query({
  name: 'royalties.findStatement',
  columns: statementColumns,
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${statementFields}
    from royalties.statement s
    where s.id = ${p.id}`,
});

export const findStatementsOfRun = query({
  name: 'royalties.findStatementsOfRun',
  columns: statementColumns,
  sample: { runId: sampleId, after: 0, limit: 1 },
  text: (p: { runId: string; after: number; limit: number }) => sql`
    select ${statementFields}
    from royalties.statement s
    where s.run_id = ${p.runId} and s.line_no > ${p.after}
    order by s.line_no
    limit ${p.limit}`,
});

// A merged party lives on in the one it was merged into, whose user reads its old statements.
const partiesOf = (userId: string) => sql`
  select p.id
  from catalog.public_party p
  left join catalog.public_party kept on kept.id = p.merged_into
  where p.user_id = ${userId} or kept.user_id = ${userId}`;

export const findStatementsOfUser = query({
  name: 'royalties.findStatementsOfUser',
  columns: statementColumns,
  sample: { userId: sampleId, before: null as string | null, limit: 1 },
  text: (p: { userId: string; before: string | null; limit: number }) => sql`
    select ${statementFields}
    from royalties.statement s
    where s.party_id in (${partiesOf(p.userId)})
      and (${p.before}::uuid is null or s.id < ${p.before}::uuid)
    order by s.id desc
    limit ${p.limit}`,
});

export const ownsStatement = query({
  name: 'royalties.ownsStatement',
  columns: { id: column.uuid<StatementId>() },
  sample: { id: sampleId, userId: sampleId },
  text: (p: { id: string; userId: string }) => sql`
    select s.id
    from royalties.statement s
    where s.id = ${p.id} and s.party_id in (${partiesOf(p.userId)})`,
});

export const findStatementLines = query({
  name: 'royalties.findStatementLines',
  columns: {
    lineNo: column.int4,
    recordingId: column.uuid<RecordingId>(),
    title: column.text,
    artistName: column.text,
    isrc: column.nullable(column.text),
    eligiblePlays: column.int8,
    playedMs: column.int8,
    amountMinor: column.int8,
  },
  sample: { statementId: sampleId, runId: sampleId, after: 0, limit: 1 },
  text: (p: { statementId: string; runId: string; after: number; limit: number }) => sql`
    select l.line_no, l.recording_id, r.title, r.artist_name, r.isrc, l.eligible_plays, l.played_ms, l.amount_minor
    from royalties.statement_line l
    join royalties.recording r on r.run_id = ${p.runId} and r.recording_id = l.recording_id
    where l.statement_id = ${p.statementId} and l.line_no > ${p.after}
    order by l.line_no
    limit ${p.limit}`,
});

export const countStatementLines = query({
  name: 'royalties.countStatementLines',
  columns: { lines: column.int8 },
  sample: { statementId: sampleId },
  text: (p: { statementId: string }) => sql`
    select count(*) as lines
    from royalties.statement_line
    where statement_id = ${p.statementId}`,
});

/** Stored statements in the text whose hash is the run's output hash (run-hashes.ts), some statements at a time. */
export const readOutputText = query({
  name: 'royalties.readOutputText',
  columns: { text: column.nullable(column.text) },
  sample: { runId: sampleId, after: 0, limit: 1 },
  text: (p: { runId: string; after: number; limit: number }) => sql`
    select string_agg(concat_ws('|', 'S', coalesce(s.party_id::text, 'suspense'), s.amount_minor, s.eligible_plays,
        to_json(s.name)) || '\n' || coalesce(l.text, ''), '' order by s.line_no) as text
    from royalties.statement s
    left join lateral (
      select string_agg(concat_ws('|', 'L', recording_id, eligible_plays, played_ms, amount_minor) || '\n', ''
        order by line_no) as text
      from royalties.statement_line
      where statement_id = s.id) l on true
    where s.run_id = ${p.runId} and s.line_no > ${p.after} and s.line_no <= ${p.after}::int + ${p.limit}::int`,
});
