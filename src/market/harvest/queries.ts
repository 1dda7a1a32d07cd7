import type { Id, UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type HarvestRunId = Id<'harvestRun'>;
export type PayloadId = Id<'payload'>;
export type RunStatus = 'running' | 'success' | 'partial' | 'failed' | 'cancelled';

const id = '00000000-0000-7000-8000-000000000000';
const when = new Date(0);

export const sourceStates = query({
  name: 'harvest.sourceStates',
  columns: {
    name: column.text,
    isOn: column.bool,
    changedAt: column.nullable(column.instant),
    restingUntil: column.nullable(column.instant),
    failures: column.int4,
  },
  sample: {},
  text: () =>
    sql`select name, is_on, changed_at, resting_until, failures from harvest.source order by name limit 1000`,
});

export const switchSource = command({
  name: 'harvest.switchSource',
  sample: { name: 'x', isOn: true, by: id, now: when },
  text: (p: { name: string; isOn: boolean; by: string; now: Date }) => sql`
    insert into harvest.source (name, is_on, changed_by, changed_at)
    values (${p.name}, ${p.isOn}, ${p.by}, ${p.now})
    on conflict (name) do update set is_on = excluded.is_on, changed_by = excluded.changed_by,
      changed_at = excluded.changed_at, resting_until = null, failures = 0`,
});

export const noteFailures = command({
  name: 'harvest.noteFailures',
  sample: { name: 'x', failures: 1, restingUntil: null },
  text: (p: { name: string; failures: number; restingUntil: Date | null }) => sql`
    insert into harvest.source (name, failures, resting_until)
    values (${p.name}, ${p.failures}, ${p.restingUntil})
    on conflict (name) do update set failures = excluded.failures, resting_until = excluded.resting_until`,
});

export const insertRun = command({
  name: 'harvest.insertRun',
  sample: { id, source: 'x', requestedBy: null, now: when },
  text: (p: { id: string; source: string; requestedBy: string | null; now: Date }) => sql`
    insert into harvest.run (id, source, requested_by, started_at, status)
    values (${p.id}, ${p.source}, ${p.requestedBy}, ${p.now}, 'running')`,
});

export const endRun = command({
  name: 'harvest.endRun',
  sample: {
    id,
    now: when,
    status: 'failed',
    tier: null,
    requests: 0,
    facts: 0,
    entries: 0,
    problem: null,
  },
  text: (p: {
    id: string;
    now: Date;
    status: RunStatus;
    tier: string | null;
    requests: number;
    facts: number;
    entries: number;
    problem: string | null;
  }) => sql`
    update harvest.run
    set ended_at = ${p.now}, status = ${p.status}, tier = ${p.tier}, requests = ${p.requests}, facts = ${p.facts},
      entries = ${p.entries}, problem = ${p.problem}
    where id = ${p.id}`,
});

/** Runs of a program that ended in the middle of them. */
export const closeInterrupted = command({
  name: 'harvest.closeInterrupted',
  sample: { before: when, now: when },
  text: (p: { before: Date; now: Date }) => sql`
    update harvest.run
    set status = 'failed', ended_at = ${p.now}, problem = 'The program ended during this run; what it had kept stays.'
    where status = 'running' and started_at < ${p.before}`,
});

const runColumns = {
  id: column.uuid<HarvestRunId>(),
  source: column.text,
  requestedBy: column.nullable(column.uuid<UserId>()),
  startedAt: column.instant,
  endedAt: column.nullable(column.instant),
  status: column.oneOf<RunStatus>(),
  tier: column.nullable(column.text),
  requests: column.int4,
  facts: column.int4,
  entries: column.int4,
  problem: column.nullable(column.text),
};
const runFields = sql`id, source, requested_by, started_at, ended_at, status, tier, requests, facts, entries, problem`;

export const listRuns = query({
  name: 'harvest.listRuns',
  columns: runColumns,
  sample: { source: null, before: null, limit: 1 },
  text: (p: { source: string | null; before: string | null; limit: number }) => sql`
    select ${runFields}
    from harvest.run
    where (${p.source}::text is null or source = ${p.source}) and (${p.before}::uuid is null or id < ${p.before}::uuid)
    order by id desc
    limit ${p.limit}`,
});

export const lastRuns = query({
  name: 'harvest.lastRuns',
  columns: { ...runColumns, lastGoodAt: column.nullable(column.instant) },
  sample: {},
  text: () => sql`
    select distinct on (source) ${runFields},
      (select max(g.ended_at) from harvest.run g where g.source = harvest.run.source and g.status in ('success', 'partial')) as last_good_at
    from harvest.run
    order by source, started_at desc
    limit 1000`,
});

export const insertPayload = command({
  name: 'harvest.insertPayload',
  sample: {
    id,
    runId: id,
    source: 'x',
    request: 'x',
    status: 200,
    contentType: null,
    etag: null,
    body: Buffer.alloc(0),
    bodyBytes: 0,
    sha256: 'x',
    problem: null,
  },
  text: (p: {
    id: string;
    runId: string;
    source: string;
    request: string;
    status: number;
    contentType: string | null;
    etag: string | null;
    body: Buffer;
    bodyBytes: number;
    sha256: string;
    problem: string | null;
  }) => sql`
    insert into harvest.payload (id, run_id, source, request, status, content_type, etag, body, body_bytes, sha256, problem)
    values (${p.id}, ${p.runId}, ${p.source}, ${p.request}, ${p.status}, ${p.contentType}, ${p.etag}, ${p.body},
      ${p.bodyBytes}, ${p.sha256}, ${p.problem})`,
});

export const lastEtag = query({
  name: 'harvest.lastEtag',
  columns: { etag: column.nullable(column.text) },
  sample: { source: 'x', request: 'x' },
  text: (p: { source: string; request: string }) => sql`
    select etag
    from harvest.payload
    where source = ${p.source} and request = ${p.request} and problem is null
    order by fetched_at desc
    limit 1`,
});

export const payloadsOf = query({
  name: 'harvest.payloadsOf',
  columns: {
    id: column.uuid<PayloadId>(),
    request: column.text,
    status: column.int4,
    contentType: column.nullable(column.text),
    bodyBytes: column.int4,
    sha256: column.text,
    fetchedAt: column.instant,
    problem: column.nullable(column.text),
  },
  sample: { runId: id },
  text: (p: { runId: string }) => sql`
    select id, request, status, content_type, body_bytes, sha256, fetched_at, problem
    from harvest.payload
    where run_id = ${p.runId}
    order by fetched_at
    limit 100`,
});

export const findPayload = query({
  name: 'harvest.findPayload',
  columns: { source: column.text, contentType: column.nullable(column.text), body: column.bytea },
  sample: { id },
  text: (p: { id: string }) => sql`
    select source, content_type, body from harvest.payload where id = ${p.id}`,
});

/** One more call of today; answers how many that makes. */
export const useQuota = query({
  name: 'harvest.useQuota',
  columns: { used: column.int4 },
  sample: { source: 'x', day: '2026-01-01' },
  text: (p: { source: string; day: string }) => sql`
    insert into harvest.quota (source, day, used)
    values (${p.source}, ${p.day}, 1)
    on conflict (source, day) do update set used = harvest.quota.used + 1
    returning used`,
});

export const quotaUsed = query({
  name: 'harvest.quotaUsed',
  columns: { source: column.text, used: column.int4 },
  sample: { day: '2026-01-01' },
  text: (p: { day: string }) =>
    sql`select source, used from harvest.quota where day = ${p.day} limit 1000`,
});
