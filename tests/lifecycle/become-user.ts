import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

// As root some tests run a program as another user. A checkout that lies under a folder of mode 0700 he may not enter; there
// he is lent the one power to read and to search folders, and still may write nothing that is not his.

export const nobody = 65_534;

/** The program and its arguments as `uid` runs them. */
export function asUser(
  uid: number | undefined,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  if (uid === undefined) return command;
  const lent = isOpenToAll(command[0]) ? [] : lending;
  return [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${uid}`,
    '--clear-groups',
    ...lent,
    '--',
    ...command,
  ];
}

const lending = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];

/** Why root cannot become somebody else here, for `skip`; false where it can, or where there is no root. */
export function cannotBecome(): string | false {
  if (process.getuid?.() !== 0) return false;
  const [program, ...args] = asUser(nobody, [process.execPath, '-e', '0']);
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return false;
  return `as root this needs setpriv and its powers: ${error?.message ?? stderr.trim()}`;
}

/** Whether everybody may enter every folder on the way. */
export function isOpenToAll(file: string): boolean {
  const folder = path.dirname(file);
  return (statSync(folder).mode & 0o001) !== 0 && (folder === '/' || isOpenToAll(folder));
}
