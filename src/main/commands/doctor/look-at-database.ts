import { CannotStart } from '#foundation/platform/cannot-start.ts';
import type { LoadedConfig } from '#foundation/platform/config.ts';
import { databaseHealth } from '#foundation/platform/database-health.ts';
import { readFact } from '#foundation/platform/facts.ts';
import { migrationsDir, readMigrations } from '#foundation/platform/migrate.ts';
import { column, query, sql, sqlState, type Database } from '#foundation/platform/postgres.ts';
import { dayMs, minuteMs, secondMs } from '#foundation/kernel/time.ts';
import { lastAuditFact, type LastAudit } from '../last-audit.ts';
import { hasDatabase, withDatabase } from '../with-database.ts';
import { fail, fine, warn, type Finding } from './finding.ts';

const clockOffMsMax = 5 * secondMs;
const deliveryLateMs = 10 * minuteMs;
const auditAgeMsMax = 30 * dayMs;

export const databaseState = query({
  name: 'doctor.databaseState',
  columns: { migrations: column.int4, nowMs: column.float8 },
  sample: {},
  text: () => sql`
    select (select count(*)::int from public.migration) as migrations,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`,
});

/** Starts or finds the database as a command does, and looks without changing anything. */
export async function lookAtDatabase(loaded: LoadedConfig): Promise<readonly Finding[]> {
  const { databaseUrl, home } = loaded.config;
  if (databaseUrl === null && !hasDatabase(home))
    return [fine('database', 'none yet; npm start makes it')];
  try {
    return await withDatabase('nothing', loaded, look);
  } catch (error) {
    if (error instanceof CannotStart)
      return [fail('database', error.message, 'Ngoma cannot start before this is mended')];
    throw error;
  }
}

async function look(db: Database): Promise<readonly Finding[]> {
  const state = await db.maybe(databaseState, {}).catch((error: unknown) => {
    if (sqlState(error) === undefinedTable) return null;
    throw error;
  });
  if (state === null)
    return [warn('database', 'reachable, and has no tables of Ngoma', 'npm start makes them')];
  const schema = lookAtSchema(state.migrations, (await readMigrations(migrationsDir)).length);
  const clock = lookAtDatabaseClock(Math.abs(Date.now() - state.nowMs));
  if (schema.verdict !== 'ok') return [schema, clock];

  const health = await db.one(databaseHealth, {});
  const sizeMb = Number(health.sizeBytes) / 1024 ** 2;
  return [
    fine('database', `PostgreSQL ${health.version}, ${sizeMb.toFixed(0)} MB`),
    schema,
    clock,
    health.failed === 0n
      ? fine('jobs', `${health.waiting} waiting, ${health.running} running, none dead`)
      : warn(
          'jobs',
          `${health.failed} dead`,
          'open Admin, Jobs: each says why, and can be tried again',
        ),
    lookAtDelivery(Number(health.undelivered), (health.oldestSeconds ?? 0) * secondMs),
    lookAtAudit(await readFact<LastAudit>(db, lastAuditFact)),
  ];
}

const undefinedTable = '42P01';

function lookAtSchema(applied: number, known: number): Finding {
  const found = `${applied} of ${known} migrations applied`;
  if (applied < known) return warn('schema', found, 'npm start applies the others');
  return applied === known
    ? fine('schema', found)
    : fail('schema', found, 'the database is newer than this program: update Ngoma');
}

function lookAtDatabaseClock(offMs: number): Finding {
  const found = `${Math.round(offMs)} ms from ours`;
  return offMs <= clockOffMsMax
    ? fine('clock of the database', found)
    : warn('clock of the database', found, 'set both machines by the same time server');
}

function lookAtDelivery(waiting: number, oldestMs: number): Finding {
  const found = `${waiting} waiting`;
  return oldestMs <= deliveryLateMs
    ? fine('events', found)
    : warn(
        'events',
        `${found}, the oldest for ${Math.round(oldestMs / minuteMs)} minutes`,
        'start the server; if it runs, its log says why they fail',
      );
}

function lookAtAudit(last: LastAudit | null): Finding {
  const command = 'run npx --no-install ngoma audit plays';
  if (last === null) return warn('audit of plays', 'never done', command);
  const found = `${last.differences} differences on ${new Date(last.at).toISOString().slice(0, 10)}`;
  if (last.differences > 0)
    return fail('audit of plays', found, `${command} and report what it prints`);
  return Date.now() - last.at > auditAgeMsMax
    ? warn('audit of plays', found, command)
    : fine('audit of plays', found);
}
