import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Logger, runMigrations as migrateJobQueue } from 'graphile-worker';
import pg from 'pg';

// Forward only, one sequence, one transaction each. A migration that was applied and then edited is refused:
// two installations would silently differ.

export const migrationsDir = path.resolve(import.meta.dirname, '../../../migrations');

type Migration = {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly hash: string;
};

export type MigrateReport = { readonly applied: readonly string[]; readonly total: number };

const lockKey = 0x6e676f6d; // "ngom": two servers starting at once migrate one after the other

// The queue's own library reports through its logger; what fails is thrown anyway.
const quiet = new Logger(() => () => {});

export class MigrationError extends Error {}

export async function readMigrations(dir: string): Promise<readonly Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(dir, name), 'utf8');
      return { number: Number(name.slice(0, 4)), name, text, hash: hashOf(text) };
    }),
  );
  migrations.forEach((migration, i) => {
    if (migration.number !== i + 1) {
      throw new MigrationError(
        `migrations must be numbered without gaps: ${migration.name} stands at place ${i + 1}`,
      );
    }
  });
  return migrations;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
}

export async function migrate(url: string, dir: string = migrationsDir): Promise<MigrateReport> {
  const migrations = await readMigrations(dir);
  await migrateJobQueue({ connectionString: url, logger: quiet });
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(
      `create table if not exists public.migration (
         number int primary key, name text not null, hash text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ number: number; name: string; hash: string }>(
      'select number, name, hash from public.migration order by number',
    );
    checkDrift(migrations, rows);
    const applied: string[] = [];
    for (const migration of migrations.slice(rows.length)) {
      await apply(client, migration);
      applied.push(migration.name);
    }
    return { applied, total: migrations.length };
  } finally {
    await client.end(); // releases the advisory lock too
  }
}

function checkDrift(
  migrations: readonly Migration[],
  applied: readonly { name: string; hash: string }[],
): void {
  applied.forEach((row, i) => {
    const migration = migrations[i];
    if (migration === undefined) {
      throw new MigrationError(
        `the database is newer than this program: it has ${row.name}; update Ngoma`,
      );
    }
    if (migration.name !== row.name || migration.hash !== row.hash) {
      throw new MigrationError(
        `${row.name} was applied and has changed since; add a new migration instead`,
      );
    }
  });
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.text);
    await client.query('insert into public.migration (number, name, hash) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.hash,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new MigrationError(`${migration.name}: ${(error as Error).message}`, { cause: error });
  }
}
