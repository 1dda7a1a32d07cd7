import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

// Real programs that tests talk to when the machine has them. None is needed; the report says which were used.

export type Peer = { readonly name: string; readonly found: string | null };

export function findPeers(): readonly Peer[] {
  return [
    versionOf('ffmpeg', ['-version']),
    versionOf('icecast2', ['-v']),
    versionOf('liquidsoap', ['--version']),
    versionOf('mpd', ['--version']),
    versionOf('mpdscribble', ['--version']),
    versionOf('fpcalc', ['-version']),
    versionOf('sox', ['--version']),
    versionOf('chromium', ['--version']),
    { name: 'pylast', found: findPylast() },
    { name: 'system PostgreSQL >= 15', found: systemPostgres() },
  ];
}

const pylastVersion = 'import pylast; print(pylast.__version__)';
/** The first python may be one that Debian's packages do not belong to. */
const pythons = ['python3', '/usr/bin/python3'] as const;

function findPylast(): string | null {
  return (
    pythons.map((python) => firstLine(python, ['-c', pylastVersion])).find((one) => one !== null) ??
    null
  );
}

function versionOf(program: string, args: readonly string[]): Peer {
  return { name: program, found: firstLine(program, args) };
}

function firstLine(program: string, args: readonly string[]): string | null {
  const run = spawnSync(program, args, { encoding: 'utf8', timeout: 10_000 });
  if (run.error || run.status !== 0) return null;
  return (`${run.stdout}${run.stderr}`.trim().split('\n')[0] ?? '').slice(0, 60);
}

/** Debian keeps the server outside PATH, one folder a major version. */
export function systemPostgres(): string | null {
  const folder = '/usr/lib/postgresql';
  try {
    const majors = readdirSync(folder).map(Number);
    const newest = Math.max(...majors.filter((major) => major >= 15));
    return Number.isFinite(newest) ? `${folder}/${newest}/bin` : null;
  } catch {
    return null;
  }
}
