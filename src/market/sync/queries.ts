import type { Id, UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { SoundchartsWhat } from '#market/harvest/index.ts';

export type SyncId = Id<'sync'>;
export type CallStatus = 'waiting' | 'done' | 'empty' | 'failed';

const someId = '00000000-0000-7000-8000-000000000000';
const when = new Date(0);

export const insertTask = command({
  name: 'sync.insertTask',
  sample: { id: someId, requestedBy: someId, filters: '{}', cells: 1, now: when },
  text: (p: { id: string; requestedBy: string; filters: string; cells: number; now: Date }) => sql`
    insert into sync.task (id, requested_by, filters, cells, created_at)
    values (${p.id}, ${p.requestedBy}, ${p.filters}::jsonb, ${p.cells}, ${p.now})`,
});

type NewCalls = {
  readonly taskId: string;
  readonly entities: readonly string[];
  readonly externals: readonly string[];
  readonly whats: readonly string[];
  readonly platforms: readonly string[];
  readonly froms: readonly string[];
  readonly tos: readonly string[];
  readonly freshAfter: Date;
};
/** A call that others wait for is theirs too; one that ended long ago, or failed, waits again. */
export const putCalls = command({
  name: 'sync.putCalls',
  sample: {
    taskId: someId,
    entities: [],
    externals: [],
    whats: [],
    platforms: [],
    froms: [],
    tos: [],
    freshAfter: when,
  } as NewCalls,
  text: (p: NewCalls) => sql`
    with wanted as (
      insert into sync.call as c (entity_id, external_id, what, platform, day_from, day_to)
      select *
      from unnest(${p.entities}::uuid[], ${p.externals}::text[], ${p.whats}::text[], ${p.platforms}::text[],
        ${p.froms}::date[], ${p.tos}::date[]) wanted (entity_id, external_id, what, platform, day_from, day_to)
      order by 1, 2, 3, 4, 5, 6
      on conflict (entity_id, external_id, what, platform, day_from, day_to) do update
      set status = case when c.status = 'failed' or c.ended_at < ${p.freshAfter} then 'waiting' else c.status end,
        attempts = case when c.status = 'failed' or c.ended_at < ${p.freshAfter} then 0 else c.attempts end
      returning id)
    insert into sync.task_call (task_id, call_id)
    select ${p.taskId}::uuid, id
    from wanted`,
});

export const nextCall = query({
  name: 'sync.nextCall',
  columns: {
    id: column.int8,
    entityId: column.text,
    externalId: column.text,
    what: column.oneOf<SoundchartsWhat>(),
    platform: column.text,
    from: column.text,
    to: column.text,
    attempts: column.int4,
  },
  sample: {},
  text: () => sql`
    select id, entity_id::text as entity_id, external_id, what, platform, to_char(day_from, 'YYYY-MM-DD') as "from",
      to_char(day_to, 'YYYY-MM-DD') as "to", attempts
    from sync.call c
    where status = 'waiting' and exists (
      select from sync.task_call tc
      join sync.task t on t.id = tc.task_id
      where tc.call_id = c.id and t.cancelled_at is null)
    order by attempts, id
    limit 1`,
});

export const endCall = command({
  name: 'sync.endCall',
  sample: { id: 1n, status: 'done', problem: null, now: when } as EndedCall,
  text: (p: EndedCall) => sql`
    update sync.call
    set status = ${p.status}, problem = ${p.problem}, attempts = attempts + 1,
      ended_at = case when ${p.status} = 'waiting' then null else ${p.now}::timestamptz end
    where id = ${p.id}`,
});
type EndedCall = {
  readonly id: bigint;
  readonly status: CallStatus;
  readonly problem: string | null;
  readonly now: Date;
};

export const countWaiting = query({
  name: 'sync.countWaiting',
  columns: { waiting: column.int8, known: column.int8 },
  sample: {},
  text: () => sql`
    select count(*) filter (where status = 'waiting') as waiting, count(*) as known
    from sync.call
    where exists (
      select from sync.task_call tc
      join sync.task t on t.id = tc.task_id
      where tc.call_id = sync.call.id and t.cancelled_at is null)`,
});

export const setRest = command({
  name: 'sync.setRest',
  sample: { until: when, problem: '' },
  text: (p: { until: Date; problem: string }) => sql`
    insert into sync.rest (until, problem)
    values (${p.until}, ${p.problem})
    on conflict (is_only) do update set until = excluded.until, problem = excluded.problem`,
});

export const readRest = query({
  name: 'sync.readRest',
  columns: { until: column.instant, problem: column.text },
  sample: {},
  text: () => sql`select until, problem from sync.rest limit 1`,
});

export const dropRest = command({
  name: 'sync.dropRest',
  sample: {},
  text: () => sql`delete from sync.rest`,
});

const taskColumns = {
  id: column.uuid<SyncId>(),
  requestedBy: column.uuid<UserId>(),
  filters: column.json<unknown>(),
  cells: column.int4,
  createdAt: column.instant,
  cancelledAt: column.nullable(column.instant),
  calls: column.int8,
  done: column.int8,
  empty: column.int8,
  failed: column.int8,
  problem: column.nullable(column.text),
};

/** One person's tasks with what became of their calls; with `id` only that one. */
export const tasksOf = query({
  name: 'sync.tasksOf',
  columns: taskColumns,
  sample: {
    requestedBy: someId,
    id: null as string | null,
    before: null as string | null,
    limit: 1,
  },
  text: (p: {
    requestedBy: string;
    id: string | null;
    before: string | null;
    limit: number;
  }) => sql`
    select t.id, requested_by, filters, cells, created_at, cancelled_at, calls, done, empty, failed, problem
    from sync.task t
    cross join lateral (
      select count(*) as calls, count(*) filter (where status in ('done', 'empty')) as done,
        count(*) filter (where status = 'empty') as empty, count(*) filter (where status = 'failed') as failed,
        max(c.problem) filter (where status = 'failed') as problem
      from sync.task_call tc
      join sync.call c on c.id = tc.call_id
      where tc.task_id = t.id) counted
    where requested_by = ${p.requestedBy} and (${p.id}::uuid is null or t.id = ${p.id})
      and (${p.before}::uuid is null or t.id < ${p.before})
    order by t.id desc
    limit ${p.limit}`,
});

export const cancelTask = command({
  name: 'sync.cancelTask',
  sample: { id: someId, requestedBy: someId, now: when },
  text: (p: { id: string; requestedBy: string; now: Date }) => sql`
    update sync.task
    set cancelled_at = coalesce(cancelled_at, ${p.now})
    where id = ${p.id} and requested_by = ${p.requestedBy}`,
});
