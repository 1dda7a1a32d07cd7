import { existsSync } from 'node:fs';
import { readFile, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { CannotStart } from '#foundation/platform/cannot-start.ts';
import type { Config } from '#foundation/platform/config.ts';
import { holdLock } from '#foundation/platform/hold-lock.ts';
import { prepareHome } from '#foundation/platform/launcher.ts';
import { fail, fine, warn, type Finding } from './finding.ts';

// Where the program stands: its data folder, its disk, its port, its clock, and whether it runs already.

const freeGbWanted = 2;
const answerMsMax = 3_000;

export async function lookAtMachine(config: Config): Promise<readonly Finding[]> {
  return [await lookAtFolder(config.home), ...(await lookAtServer(config)), await lookAtClock()];
}

async function lookAtFolder(home: string): Promise<Finding> {
  const what = 'data folder';
  if (!existsSync(home)) return fine(what, `${home} does not exist yet; npm start makes it`);
  try {
    await prepareHome(home);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    return fail(what, home, error.message);
  }
  const { bavail, bsize } = await statfs(home);
  const freeGb = (bavail * bsize) / 1024 ** 3;
  const found = `${home} can be written, ${freeGb.toFixed(1)} GB free`;
  return freeGb >= freeGbWanted
    ? fine(what, found)
    : warn(what, found, `plays and music need room: free some, at least ${freeGbWanted} GB`);
}

async function lookAtServer(config: Config): Promise<readonly Finding[]> {
  const address = await findServer(config.home);
  if (address !== null) return [await lookAtHealth(address)];
  const code = await tryPort(config);
  const port = `${config.host}:${config.port}`;
  switch (code) {
    case null:
      return [fine('port', `${port} is free`)];
    case 'EADDRINUSE':
      return [
        fail(
          'port',
          `${port} is used by another program`,
          'stop it, or choose another port with PORT',
        ),
      ];
    case 'EACCES':
      return [
        fail('port', `this user may not listen on ${port}`, 'choose a port above 1023 with PORT'),
      ];
    default:
      return [fail('port', `${port}: ${code}`, 'set HOST to an address of this machine')];
  }
}

/** Where the server of this data folder answers; null when none runs. The lock says so, because a process id can lie. */
async function findServer(home: string): Promise<string | null> {
  const file = path.join(home, 'server.lock');
  if (!existsSync(file)) return null;
  const lock = await holdLock(file);
  if (lock !== null) {
    lock.release();
    return null;
  }
  const note = await readFile(path.join(home, 'server.json'), 'utf8').catch(() => '{}');
  return (JSON.parse(note) as { address?: string | null }).address ?? '';
}

async function lookAtHealth(address: string): Promise<Finding> {
  const what = 'server';
  if (address === '') return warn(what, 'is starting or stopping', 'look again in a moment');
  // Our own authority is not known to this process, and a server that holds the lock is there either way.
  if (address.startsWith('https:')) return fine(what, `runs at ${address}`);
  const answer = await fetch(`${address}/health/ready`, {
    signal: AbortSignal.timeout(answerMsMax),
  }).catch(() => null);
  return answer?.ok === true
    ? fine(what, `is ready at ${address}`)
    : warn(what, `runs at ${address} and is not ready`, 'its own output says what it waits for');
}

async function tryPort(config: Config): Promise<string | null> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(config.port, config.host, () => probe.close(() => resolve(null)));
  });
}

/** A box without a clock battery wakes up years ago; the files of this program were written after that. */
async function lookAtClock(): Promise<Finding> {
  const { mtime } = await stat(path.resolve(import.meta.dirname, '../../../../package-lock.json'));
  const now = new Date();
  return now < mtime
    ? fail(
        'clock',
        `says ${now.toISOString()}, before this program was installed`,
        'set it; plays of the right time would be refused as ahead',
      )
    : fine('clock', now.toISOString());
}
