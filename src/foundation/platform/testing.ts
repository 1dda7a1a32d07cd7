import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startDatabase, type RunningDatabase } from './launcher.ts';
import { migrate, readMigrations, migrationsDir } from './migrate.ts';
import { openDatabase, type Database } from './postgres.ts';

// A real PostgreSQL for tests: one server, one migrated template, one clone per test file.

export type TestDatabase = { readonly url: string; readonly db: Database };

/** What node:test gives: a test's context, or the module's own `{ after }`. */
export type Ending = { after(work: () => Promise<void>): void };

const templateLock = 0x6e67_0001;
const usersLock = 0x6e67_0002;
const templatesKeptMax = 4;
let clones = 0;

/**
 * An own database with every migration applied, dropped when the test (or with `{ after }` the file) ends.
 * `locale` is what `create database` says of it, for tests that hold under any; `migrations` a folder of fewer. `npm test` passes the address of its server; a file run by hand starts one that the last user stops.
 */
export async function testDatabase(
  t: Ending,
  options: { readonly locale?: string; readonly migrations?: string } = {},
): Promise<TestDatabase> {
  const server = await joinServer();
  const name = `ngoma_test_${process.pid}_${++clones}`;
  const url = withDatabase(server.url, name);
  try {
    if (options.locale === undefined) {
      const template = await ensureTemplate(server);
      await server.admin.query(`create database ${name} template ${template}`);
    } else {
      // A clone has the locale of its template.
      await server.admin.query(`create database ${name} template template0 ${options.locale}`);
      await migrate(url, options.migrations);
    }
  } catch (error) {
    await leaveServer(server); // an open connection would keep the test from ending
    throw error;
  }
  const db = openDatabase(url);
  t.after(async () => {
    await db.close();
    await dropDatabase(server.admin, name);
    await leaveServer(server);
  });
  return { url, db };
}

const dropAttemptsMax = 40;
const dropRetryMs = 50;

/** Connections that are closing just now are waited for: a forced drop would fail in the program that closes them. */
async function dropDatabase(admin: pg.Client, name: string): Promise<void> {
  for (let attempt = 1; attempt <= dropAttemptsMax; attempt++) {
    const dropped = await admin.query(`drop database if exists ${name}`).then(
      () => true,
      () => false,
    );
    if (dropped) return;
    await new Promise((resolve) => setTimeout(resolve, dropRetryMs));
  }
  await admin.query(`drop database if exists ${name} with (force)`);
}

type Server = {
  readonly url: string;
  readonly admin: pg.Client;
  readonly own: RunningDatabase | null;
};

async function joinServer(): Promise<Server> {
  const given = process.env['NGOMA_TEST_DATABASE_URL'];
  if (given) return { url: given, admin: await connect(given), own: null };
  for (let attempt = 1; ; attempt++) {
    const own = await startTestServer(handRunHome());
    try {
      const admin = await connect(own.url);
      await admin.query('select pg_advisory_lock_shared($1)', [usersLock]);
      await dropLeftovers(admin);
      return { url: own.url, admin, own };
    } catch (error) {
      if (attempt >= 5) throw error; // the last user was stopping the server while we joined
    }
  }
}

async function leaveServer(server: Server): Promise<void> {
  if (server.own === null) return server.admin.end();
  await server.admin.query('select pg_advisory_unlock_shared($1)', [usersLock]);
  const { rows } = await server.admin.query<{ last: boolean }>(
    'select pg_try_advisory_lock($1) as last',
    [usersLock],
  );
  // While we hold the lock alone nobody else is inside; who comes now loses its connection and starts the server anew.
  if (rows[0]?.last === true) await server.own.stop();
  await server.admin.end().catch(() => {});
}

export function handRunHome(): string {
  return path.join(os.tmpdir(), `ngoma-test-${process.getuid?.() ?? 'user'}`);
}

export async function startTestServer(home: string): Promise<RunningDatabase> {
  return startDatabase({ home, say: () => {}, durable: false, connectionsMax: 200 });
}

/** Files start at once: the first one migrates, the others wait and clone. */
async function ensureTemplate({ admin, url }: Server): Promise<string> {
  const migrations = await readMigrations(migrationsDir);
  const hash = createHash('sha256')
    .update(migrations.map((m) => m.hash).join())
    .digest('hex')
    .slice(0, 12);
  const template = `ngoma_template_${hash}`;
  await admin.query('select pg_advisory_lock($1)', [templateLock]);
  try {
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [
      template,
    ]);
    if (rowCount !== 0) return template;
    const half = `${template}_half`;
    await admin.query(`drop database if exists ${half} with (force)`);
    await admin.query(`create database ${half}`);
    await migrate(withDatabase(url, half));
    await admin.query(`alter database ${half} rename to ${template}`);
    await dropOldTemplates(admin);
    return template;
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [templateLock]);
  }
}

async function dropOldTemplates(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select datname as name from pg_database where datname ~ '^ngoma_template_[0-9a-f]+$' order by oid desc offset $1`,
    [templatesKeptMax],
  );
  for (const { name } of rows) await admin.query(`drop database if exists ${name} with (force)`);
}

/** Clones of test processes that were killed; their number says whose they were. */
async function dropLeftovers(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    "select datname as name from pg_database where datname ~ '^ngoma_test_[0-9]+_[0-9]+$'",
  );
  for (const { name } of rows) {
    if (!isAlive(Number(name.split('_')[2])))
      await admin.query(`drop database if exists ${name} with (force)`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // the server may be stopped by its last user; the next statement reports it
  await client.connect();
  return client;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
