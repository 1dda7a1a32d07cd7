import { existsSync } from 'node:fs';
import path from 'node:path';
import { CannotStart } from '#foundation/platform/cannot-start.ts';
import type { LoadedConfig } from '#foundation/platform/config.ts';
import {
  checkDatabase,
  startDatabase,
  type RunningDatabase,
} from '#foundation/platform/launcher.ts';
import { migrate } from '#foundation/platform/migrate.ts';
import { openDatabase, type Database } from '#foundation/platform/postgres.ts';
import { claimHome } from '../claim-home.ts';

// A command finds the database as the server does: DATABASE_URL, or the embedded one, started when nobody runs it.

/** What a command may do to the data before it begins: make them, bring their schema up to date, or nothing at all. */
type Touch = 'make' | 'migrate' | 'nothing';

export async function withDatabase<T>(
  touch: Touch,
  loaded: LoadedConfig,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const { databaseUrl, home } = loaded.config;
  if (databaseUrl !== null) {
    await checkDatabase(databaseUrl);
    return withUrl(databaseUrl, touch, work);
  }
  if (touch !== 'make' && !hasDatabase(home)) throw noDataYet(home);
  const visit = await enter(home);
  try {
    return await withUrl(visit.url, touch, work);
  } finally {
    await visit.leave();
  }
}

/** Whether an embedded database was ever made here. */
export function hasDatabase(home: string): boolean {
  return existsSync(path.join(home, 'db.json'));
}

function noDataYet(home: string): CannotStart {
  return new CannotStart(
    `There is no data in ${home} yet: run npm start once, or say where the data is with NGOMA_HOME.`,
  );
}

async function withUrl<T>(
  url: string,
  touch: Touch,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  if (touch !== 'nothing') await migrate(url);
  const db = openDatabase(url, { connectionsMax: 6 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

type Visit = { readonly url: string; leave(): Promise<void> };

/** Commands hold it together; who gets it alone is the last one inside. */
const commandsLock = 0x6e67_0003;
const entryAttemptsMax = 5;

/** The embedded database, started or found. The last command to leave stops it, unless a server has it by then. */
async function enter(home: string): Promise<Visit> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await join(await startDatabase({ home, say }), home);
    } catch (error) {
      // Else the last one inside was stopping it while we came.
      if (error instanceof CannotStart || attempt >= entryAttemptsMax) throw error;
    }
  }
}

async function join(running: RunningDatabase, home: string): Promise<Visit> {
  const db = openDatabase(running.url, { connectionsMax: 1 });
  try {
    const inside = await db.pool.connect();
    inside.on('error', () => {}); // the last one out is still connected when it stops PostgreSQL
    await inside.query('select pg_advisory_lock_shared($1)', [commandsLock]);
    return {
      url: running.url,
      async leave() {
        try {
          await inside.query('select pg_advisory_unlock_shared($1)', [commandsLock]);
          const { rows } = await inside.query<{ alone: boolean }>(
            'select pg_try_advisory_lock($1) as alone',
            [commandsLock],
          );
          if (rows[0]?.alone === true) await stopUnclaimed(home, () => running.stop());
        } catch {
          // a server that was here stopped and took PostgreSQL along
        } finally {
          inside.release(true);
          await db.close();
        }
      },
    };
  } catch (error) {
    void db.close(); // its connection may be broken and still checked out
    throw error;
  }
}

async function stopUnclaimed(home: string, stop: () => Promise<void>): Promise<void> {
  const claim = await claimHome(home).catch(() => null);
  if (claim === null) return; // a server runs, and needs its database whoever started it
  await claim.note('stopping'); // a start that comes now waits instead of losing its database
  await stop();
  claim.release();
}

/** Progress and remarks; stdout holds the answer alone. */
export function say(line: string): void {
  console.error(line);
}
