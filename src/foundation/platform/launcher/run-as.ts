import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CannotStart } from '../cannot-start.ts';

// PostgreSQL refuses to run as root. In a user namespace it sees itself as nobody while every file stays root's,
// so no chown is needed and a 0700 folder works; where namespaces are refused it runs as another user.

export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace' }
  | { readonly kind: 'user'; readonly name: string; readonly uid: number; readonly gid: number };

export type Program = {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
};

const nobodyId = 65_534;
const intoNamespace = ['--user', `--map-user=${nobodyId}`, `--map-group=${nobodyId}`, '--'];

export function asProgram(runAs: RunAs, file: string, args: readonly string[]): Program {
  switch (runAs.kind) {
    case 'self':
      return { file, args, options: {} };
    case 'namespace':
      return { file: 'unshare', args: [...intoNamespace, file, ...args], options: {} };
    case 'user':
      return { file, args, options: { uid: runAs.uid, gid: runAs.gid } };
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Whether a namespace works here for these folders. Root loses its power over other people's files inside one,
 * so a checkout or home that belongs to somebody else counts as refused.
 */
export function namespaceWorks(binary: string, home: string): boolean {
  const probe = spawnSync(
    'unshare',
    [...intoNamespace, 'sh', '-c', 'test -x "$1" && test -w "$2"', 'sh', binary, home],
    { stdio: 'ignore', timeout: 5_000 },
  );
  return probe.status === 0;
}

/** The user that runs PostgreSQL for root: it needs an entry in passwd, and users are never created. */
export function serviceUser(): RunAs & { kind: 'user' } {
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const entry = entries.find((fields) => fields[0] === name);
    if (entry) return { kind: 'user', name, uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new CannotStart(
    'PostgreSQL does not run as root, and this machine allows no user namespace and has neither a user postgres nor nobody: start Ngoma as an ordinary user.',
  );
}
