import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { isUuid } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { writeWhole } from './spooling/spool.ts';

export type HeldState = { readonly agentId: string; release(): Promise<void> };

/**
 * Takes a folder for one agent. The lock is a socket: it is gone when its holder is, however that ended.
 */
export async function holdState(folder: string): Promise<HeldState | Refusal<'STATE'>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch {
    return refuse('STATE', `${folder} cannot be written; choose another folder with --state.`);
  }
  const lock = lockOf(folder);
  if (await isHeld(lock))
    return refuse(
      'STATE',
      `Another agent already works in ${folder}; give this one a --state of its own.`,
    );
  await rm(lock, { force: true });
  const server = createServer((socket) => void socket.end());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(lock, resolve);
  });
  server.unref();
  return {
    agentId: await ensureAgentId(path.join(folder, 'agent-id')),
    release: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

/** In the temporary folder, because the path of a socket may have only a hundred bytes. */
function lockOf(folder: string): string {
  const name = createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 16);
  return path.join(os.tmpdir(), `ngoma-listen-${name}.sock`);
}

export function isListening(folder: string): Promise<boolean> {
  return isHeld(lockOf(folder));
}

function isHeld(lock: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(lock);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function ensureAgentId(file: string): Promise<string> {
  const known = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (isUuid(known)) return known;
  const fresh = randomUUID();
  await writeWhole(file, fresh);
  return fresh;
}
