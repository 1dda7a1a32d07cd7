import { column, query, sql } from './postgres.ts';

/** How the database does, and what waits in it. */
export const databaseHealth = query({
  name: 'platform.databaseHealth',
  columns: {
    version: column.text,
    sizeBytes: column.int8,
    connections: column.int8,
    waiting: column.int8,
    running: column.int8,
    failed: column.int8,
    undelivered: column.int8,
    oldestSeconds: column.nullable(column.int4),
  },
  sample: {},
  text: () => sql`
    select split_part(version(), ' ', 2) as version, pg_database_size(current_database()) as size_bytes,
      (select count(*) from pg_stat_activity where datname = current_database()) as connections,
      (select count(*) from platform.job where status = 'waiting') as waiting,
      (select count(*) from platform.job where status = 'running') as running,
      (select count(*) from platform.job where status = 'failed') as failed,
      (select count(distinct event_id) from platform.delivery) as undelivered,
      (select extract(epoch from now() - min(o.created_at))::int
        from platform.delivery d join platform.outbox o on o.id = d.event_id) as oldest_seconds`,
});

/** Whether it answers at all. */
export const ping = query({
  name: 'platform.ping',
  columns: { alive: column.int4 },
  sample: {},
  text: () => sql`select 1 as alive`,
});
