import type { Id, RunId, UserId } from '#foundation/kernel/ids.ts';
import type { Currency } from '#foundation/kernel/money.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { PolicyName } from './policies.ts';

// Runs. What a run freezes is in freeze-queries.ts, its statements in statement-queries.ts.

export type RunStatus = 'running' | 'done' | 'failed' | 'repeat';
export type Scope = {
  readonly source?: string;
  readonly territory?: string;
  readonly placeId?: string;
};

const sampleId = '00000000-0000-7000-8000-000000000000';

type NewRun = {
  readonly id: string;
  readonly policy: PolicyName;
  readonly policyVersion: number;
  readonly from: Date;
  readonly to: Date;
  readonly poolMinor: number;
  readonly currency: string;
  readonly minPlayMs: number;
  readonly scope: string;
  readonly idempotencyKey: string | null;
  readonly createdBy: string;
};

/** One at a time until the transaction ends: neither of two alike may miss the other. */
export const takeTurn = command({
  name: 'royalties.takeTurn',
  sample: { to: 'create' },
  text: (p: { to: string }) => sql`
    select pg_advisory_xact_lock(hashtextextended(${`royalties.${p.to}`}, 0))`,
});

export const insertRun = command({
  name: 'royalties.insertRun',
  sample: {
    id: sampleId,
    policy: 'pro-rata',
    policyVersion: 1,
    from: new Date(0),
    to: new Date(1),
    poolMinor: 1,
    currency: 'RWF',
    minPlayMs: 0,
    scope: '{}',
    idempotencyKey: null,
    createdBy: sampleId,
  },
  text: (p: NewRun) => sql`
    insert into royalties.run (id, status, policy, policy_version, period_from, period_to, pool_minor, currency,
      min_play_ms, scope, idempotency_key, created_by)
    values (${p.id}, 'running', ${p.policy}, ${p.policyVersion}, ${p.from}, ${p.to}, ${p.poolMinor}, ${p.currency},
      ${p.minPlayMs}, ${p.scope}::jsonb, ${p.idempotencyKey}, ${p.createdBy})`,
});

export const setRunJob = command({
  name: 'royalties.setRunJob',
  sample: { id: sampleId, jobId: sampleId },
  text: (p: { id: string; jobId: string }) => sql`
    update royalties.run
    set job_id = ${p.jobId}
    where id = ${p.id}`,
});

const runColumns = {
  id: column.uuid<RunId>(),
  status: column.oneOf<RunStatus>(),
  policy: column.oneOf<PolicyName>(),
  policyVersion: column.int4,
  periodFrom: column.instant,
  periodTo: column.instant,
  poolMinor: column.int8,
  currency: column.oneOf<Currency>(),
  minPlayMs: column.int4,
  scope: column.json<Scope>(),
  provenance: column.oneOf<'counted' | 'demo'>(),
  usageHash: column.nullable(column.text),
  rightsHash: column.nullable(column.text),
  inputHash: column.nullable(column.text),
  outputHash: column.nullable(column.text),
  eligiblePlays: column.nullable(column.int8),
  journalId: column.nullable(column.uuid<Id<'journal'>>()),
  jobId: column.nullable(column.uuid<Id<'job'>>()),
  frozenAt: column.nullable(column.instant),
  error: column.nullable(column.text),
  sameAs: column.nullable(column.uuid<RunId>()),
  checkedAt: column.nullable(column.instant),
  checkProblems: column.nullable(column.textArray),
  createdBy: column.nullable(column.uuid<UserId>()),
  createdAt: column.instant,
  endedAt: column.nullable(column.instant),
};
const runFields = sql`id, status, policy, policy_version, period_from, period_to, pool_minor, currency, min_play_ms, scope,
  provenance, usage_hash, rights_hash, input_hash, output_hash, eligible_plays, journal_id, job_id, frozen_at, error,
  same_as, checked_at, check_problems, created_by, created_at, ended_at`;

export const findRun = query({
  name: 'royalties.findRun',
  columns: runColumns,
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${runFields}
    from royalties.run
    where id = ${p.id}`,
});

export const lockRun = query({
  name: 'royalties.lockRun',
  columns: runColumns,
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${runFields}
    from royalties.run
    where id = ${p.id}
    for update`,
});

export const findRunByKey = query({
  name: 'royalties.findRunByKey',
  columns: runColumns,
  sample: { idempotencyKey: 'sample' },
  text: (p: { idempotencyKey: string }) => sql`
    select ${runFields}
    from royalties.run
    where idempotency_key = ${p.idempotencyKey}`,
});

type Overlap = {
  readonly from: Date;
  readonly to: Date;
  readonly currency: string;
  readonly scope: Scope;
};

/** A part of the scope that is left open covers every value of it. */
const meets = (part: keyof Scope, value: string | undefined) =>
  value === undefined ? sql`` : sql`and coalesce(scope ->> ${part}, ${value}) = ${value}`;

/** Runs that distributed, or still may, in this currency for some of the same plays; newest first. */
export const findOverlappingRuns = query({
  name: 'royalties.findOverlappingRuns',
  columns: runColumns,
  sample: {
    from: new Date(0),
    to: new Date(1),
    currency: 'RWF',
    scope: { source: 'stream', territory: 'RW', placeId: sampleId },
    limit: 1,
  },
  text: ({ from, to, currency, scope, limit }: Overlap & { readonly limit: number }) => sql`
    select ${runFields}
    from royalties.run
    where status in ('running', 'done')
      and currency = ${currency}
      and period_from < ${to}
      and period_to > ${from}
      ${meets('source', scope.source)}
      ${meets('territory', scope.territory)}
      ${meets('placeId', scope.placeId)}
    order by id desc
    limit ${limit}`,
});

/** The first run that was posted for these inputs. */
export const findPostedRun = query({
  name: 'royalties.findPostedRun',
  columns: { id: column.uuid<RunId>() },
  sample: { inputHash: '' },
  text: (p: { inputHash: string }) => sql`
    select id
    from royalties.run
    where input_hash = ${p.inputHash} and status = 'done'
    order by id
    limit 1`,
});

export const findRuns = query({
  name: 'royalties.findRuns',
  columns: runColumns,
  sample: { before: null as string | null, status: null as string | null, limit: 1 },
  text: (p: { before: string | null; status: string | null; limit: number }) => sql`
    select ${runFields}
    from royalties.run
    where (${p.before}::uuid is null or id < ${p.before}::uuid)
      and (${p.status}::text is null or status = ${p.status}::text)
    order by id desc
    limit ${p.limit}`,
});

export const failRun = command({
  name: 'royalties.failRun',
  sample: { id: sampleId, error: '', now: new Date(0) },
  text: (p: { id: string; error: string; now: Date }) => sql`
    update royalties.run
    set status = 'failed', error = ${p.error}, ended_at = ${p.now}
    where id = ${p.id} and status = 'running'`,
});

type FinishedRun = {
  readonly id: string;
  readonly usageHash: string;
  readonly rightsHash: string;
  readonly inputHash: string;
  readonly outputHash: string;
  readonly journalId: string;
  readonly now: Date;
};

export const finishRun = command({
  name: 'royalties.finishRun',
  sample: {
    id: sampleId,
    usageHash: '',
    rightsHash: '',
    inputHash: '',
    outputHash: '',
    journalId: sampleId,
    now: new Date(0),
  },
  text: (p: FinishedRun) => sql`
    update royalties.run
    set status = 'done', usage_hash = ${p.usageHash}, rights_hash = ${p.rightsHash}, input_hash = ${p.inputHash},
      output_hash = ${p.outputHash}, journal_id = ${p.journalId}, error = null, ended_at = ${p.now}
    where id = ${p.id}`,
});

type RepeatedRun = Omit<FinishedRun, 'outputHash' | 'journalId'> & { readonly sameAs: string };

export const endAsRepeat = command({
  name: 'royalties.endAsRepeat',
  sample: {
    id: sampleId,
    sameAs: sampleId,
    usageHash: '',
    rightsHash: '',
    inputHash: '',
    now: new Date(0),
  },
  text: (p: RepeatedRun) => sql`
    update royalties.run
    set status = 'repeat', same_as = ${p.sameAs}, usage_hash = ${p.usageHash}, rights_hash = ${p.rightsHash},
      input_hash = ${p.inputHash}, error = null, ended_at = ${p.now}
    where id = ${p.id}`,
});

export const noteCheck = command({
  name: 'royalties.noteCheck',
  sample: { id: sampleId, problems: [], now: new Date(0) },
  text: (p: { id: string; problems: readonly string[]; now: Date }) => sql`
    update royalties.run
    set checked_at = ${p.now}, check_problems = ${p.problems}::text[]
    where id = ${p.id}`,
});
