import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 40;

/**
 * Holds `file` for this process alone, or answers null when another process keeps it longer than `waitMs`.
 * The operating system drops the lock with the process, so kill -9 leaves nothing stale and no process id is
 * ever guessed at. Node has no flock; SQLite's exclusive transaction is the one kernel lock it ships.
 */
export async function holdLock(file: string, waitMs = 0): Promise<{ release(): void } | null> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const lock = new DatabaseSync(file, { timeout: 0 });
    try {
      lock.exec('begin exclusive');
      return { release: () => lock.close() };
    } catch (error) {
      lock.close();
      if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error;
    }
    if (Date.now() >= deadline) return null;
    await sleep(pollMs);
  }
}

const sqliteBusy = 5;
