import type { Id, UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type QueryId = Id<'query'>;
export type ShareId = Id<'share'>;
export type ReportId = Id<'report'>;
export type Every = 'week' | 'month';

const someId = '00000000-0000-7000-8000-000000000000';
const when = new Date(0);

export const insertQuery = command({
  name: 'reports.insertQuery',
  sample: { id: someId, ownerId: someId, name: 'x', filters: '{}', now: when },
  text: (p: { id: string; ownerId: string; name: string; filters: string; now: Date }) => sql`
    insert into reports.query (id, owner_id, name, filters, created_at)
    values (${p.id}, ${p.ownerId}, ${p.name}, ${p.filters}::jsonb, ${p.now})`,
});

export const countQueries = query({
  name: 'reports.countQueries',
  columns: { kept: column.int8 },
  sample: { ownerId: someId },
  text: (p: { ownerId: string }) => sql`
    select count(*) as kept from reports.query where owner_id = ${p.ownerId}`,
});

const queryColumns = {
  id: column.uuid<QueryId>(),
  ownerId: column.uuid<UserId>(),
  name: column.text,
  filters: column.json<unknown>(),
  createdAt: column.instant,
  every: column.nullable(column.oneOf<Every>()),
  nextAt: column.nullable(column.instant),
};
const queryFields = sql`id, owner_id, name, filters, created_at, every, next_at`;

export const listQueries = query({
  name: 'reports.listQueries',
  columns: queryColumns,
  sample: { ownerId: someId, before: null as string | null, limit: 1 },
  text: (p: { ownerId: string; before: string | null; limit: number }) => sql`
    select ${queryFields}
    from reports.query
    where owner_id = ${p.ownerId} and (${p.before}::uuid is null or id < ${p.before})
    order by id desc
    limit ${p.limit}`,
});

/** Of this person, or there is none. */
export const findQuery = query({
  name: 'reports.findQuery',
  columns: queryColumns,
  sample: { id: someId, ownerId: someId },
  text: (p: { id: string; ownerId: string }) => sql`
    select ${queryFields} from reports.query where id = ${p.id} and owner_id = ${p.ownerId}`,
});

export const dueQueries = query({
  name: 'reports.dueQueries',
  columns: queryColumns,
  sample: { now: when, limit: 1 },
  text: (p: { now: Date; limit: number }) => sql`
    select ${queryFields}
    from reports.query
    where next_at <= ${p.now}
    order by next_at, id
    limit ${p.limit}`,
});

export const dropQuery = query({
  name: 'reports.dropQuery',
  columns: { id: column.uuid<QueryId>() },
  sample: { id: someId, ownerId: someId },
  text: (p: { id: string; ownerId: string }) => sql`
    delete from reports.query where id = ${p.id} and owner_id = ${p.ownerId} returning id`,
});

export const setSchedule = command({
  name: 'reports.setSchedule',
  sample: { id: someId, every: null as Every | null, nextAt: null as Date | null },
  text: (p: { id: string; every: Every | null; nextAt: Date | null }) => sql`
    update reports.query set every = ${p.every}, next_at = ${p.nextAt} where id = ${p.id}`,
});

export const insertShare = command({
  name: 'reports.insertShare',
  sample: { id: someId, queryId: someId, secretHash: Buffer.alloc(0), now: when, expiresAt: when },
  text: (p: { id: string; queryId: string; secretHash: Buffer; now: Date; expiresAt: Date }) => sql`
    insert into reports.share (id, query_id, secret_hash, created_at, expires_at)
    values (${p.id}, ${p.queryId}, ${p.secretHash}, ${p.now}, ${p.expiresAt})`,
});

export const sharesOf = query({
  name: 'reports.sharesOf',
  columns: {
    id: column.uuid<ShareId>(),
    queryId: column.uuid<QueryId>(),
    createdAt: column.instant,
    expiresAt: column.instant,
  },
  sample: { queries: [someId], now: when, limit: 1 },
  text: (p: { queries: readonly string[]; now: Date; limit: number }) => sql`
    select id, query_id, created_at, expires_at
    from reports.share
    where query_id = any(${p.queries}::uuid[]) and expires_at > ${p.now}
    order by id
    limit ${p.limit}`,
});

export const findShared = query({
  name: 'reports.findShared',
  columns: { ...queryColumns, expiresAt: column.instant },
  sample: { secretHash: Buffer.alloc(0), now: when },
  text: (p: { secretHash: Buffer; now: Date }) => sql`
    select q.id, q.owner_id, q.name, q.filters, q.created_at, q.every, q.next_at, s.expires_at
    from reports.share s
    join reports.query q on q.id = s.query_id
    where s.secret_hash = ${p.secretHash} and s.expires_at > ${p.now}`,
});

export const dropShare = query({
  name: 'reports.dropShare',
  columns: { id: column.uuid<ShareId>() },
  sample: { id: someId, ownerId: someId },
  text: (p: { id: string; ownerId: string }) => sql`
    delete from reports.share s
    using reports.query q
    where s.id = ${p.id} and q.id = s.query_id and q.owner_id = ${p.ownerId}
    returning s.id`,
});

export const dropOldShares = command({
  name: 'reports.dropOldShares',
  sample: { now: when },
  text: (p: { now: Date }) => sql`delete from reports.share where expires_at <= ${p.now}`,
});

type NewReport = {
  readonly id: string;
  readonly queryId: string;
  readonly ownerId: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly now: Date;
  readonly workbook: Buffer | null;
  readonly problem: string | null;
};
/** Once a question and period: the second time changes nothing. */
export const insertReport = command({
  name: 'reports.insertReport',
  sample: {
    id: someId,
    queryId: someId,
    ownerId: someId,
    name: 'x',
    from: '2026-01-01',
    to: '2026-01-31',
    now: when,
    workbook: Buffer.alloc(0),
    problem: null,
  } as NewReport,
  text: (p: NewReport) => sql`
    insert into reports.report (id, query_id, owner_id, name, day_from, day_to, made_at, workbook, problem)
    values (${p.id}, ${p.queryId}, ${p.ownerId}, ${p.name}, ${p.from}, ${p.to}, ${p.now}, ${p.workbook}, ${p.problem})
    on conflict (query_id, day_from, day_to) do nothing`,
});

export const reportsOf = query({
  name: 'reports.reportsOf',
  columns: {
    id: column.uuid<ReportId>(),
    name: column.text,
    from: column.text,
    to: column.text,
    madeAt: column.instant,
    problem: column.nullable(column.text),
    readAt: column.nullable(column.instant),
  },
  sample: { ownerId: someId, before: null as string | null, limit: 1 },
  text: (p: { ownerId: string; before: string | null; limit: number }) => sql`
    select id, name, to_char(day_from, 'YYYY-MM-DD') as "from", to_char(day_to, 'YYYY-MM-DD') as "to", made_at, problem, read_at
    from reports.report
    where owner_id = ${p.ownerId} and (${p.before}::uuid is null or id < ${p.before})
    order by id desc
    limit ${p.limit}`,
});

/** Its file, and the mark that it was opened. */
export const openReport = query({
  name: 'reports.openReport',
  columns: { name: column.text, to: column.text, workbook: column.nullable(column.bytea) },
  sample: { id: someId, ownerId: someId, now: when },
  text: (p: { id: string; ownerId: string; now: Date }) => sql`
    update reports.report
    set read_at = coalesce(read_at, ${p.now})
    where id = ${p.id} and owner_id = ${p.ownerId}
    returning name, to_char(day_to, 'YYYY-MM-DD') as "to", workbook`,
});
