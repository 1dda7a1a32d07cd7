import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from '#foundation/platform/cannot-start.ts';
import { holdLock } from '#foundation/platform/hold-lock.ts';

// One server per home: two would write the same blobs and stop each other's database.

export type Claim = {
  /** What a second start is told. */
  note(state: 'starting' | 'running' | 'stopping', address?: string): Promise<void>;
  release(): void;
};

type Noted = { readonly pid: number; readonly state: string; readonly address: string | null };

const stoppingWaitMsMax = 15_000;
const pollMs = 100;

/** Takes the home, waits for a server that is stopping, and refuses beside one that runs. */
export async function claimHome(home: string): Promise<Claim> {
  const file = path.join(home, 'server.lock');
  const deadline = Date.now() + stoppingWaitMsMax;
  for (;;) {
    const lock = await holdLock(file);
    if (lock !== null) {
      const claim: Claim = {
        note: (state, address) => note(home, state, address),
        release: () => lock.release(),
      };
      await claim.note('starting');
      return claim;
    }
    const noted = await readNote(home);
    if (noted?.state !== 'stopping' || Date.now() > deadline) throw alreadyRuns(home, noted);
    await sleep(pollMs);
  }
}

function alreadyRuns(home: string, noted: Noted | null): CannotStart {
  const who =
    noted === null
      ? ''
      : ` (process ${noted.pid}${noted.address === null ? ', still starting' : `, at ${noted.address}`})`;
  return new CannotStart(
    `Ngoma already runs with the data in ${home}${who}: open it, or stop it first.`,
  );
}

async function note(home: string, state: string, address: string | null = null): Promise<void> {
  const file = path.join(home, 'server.json');
  await writeFile(`${file}.tmp`, JSON.stringify({ pid: process.pid, state, address }));
  await rename(`${file}.tmp`, file);
}

async function readNote(home: string): Promise<Noted | null> {
  try {
    return JSON.parse(await readFile(path.join(home, 'server.json'), 'utf8')) as Noted;
  } catch {
    return null; // the other start has the lock and has not written yet
  }
}
