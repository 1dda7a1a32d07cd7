import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { asProgram, type RunAs } from '#foundation/platform/launcher/run-as.ts';
import { systemPostgres } from '../peers.ts';
import { freePort, startServer, temporaryHome } from './server-process.ts';

const bin = systemPostgres();

test(
  'DATABASE_URL of a system PostgreSQL >= 15 is used, and no other is started',
  { skip: bin === null && 'no system PostgreSQL >= 15 found' },
  async (t) => {
    const home = temporaryHome(t);
    mkdirSync(home);
    const data = path.join(home, 'system');
    const runAs: RunAs = process.getuid?.() === 0 ? { kind: 'namespace' } : { kind: 'self' };
    const run = (program: string, args: readonly string[]) => {
      const { file, args: argv } = asProgram(runAs, path.join(bin!, program), args);
      execFileSync(file, [...argv], { stdio: 'ignore', cwd: '/' });
    };
    const port = await freePort();
    run('initdb', [
      '-D',
      data,
      '-U',
      'ngoma',
      '-E',
      'UTF8',
      '--locale=C',
      '-A',
      'trust',
      '--no-sync',
    ]);
    run('pg_ctl', [
      '-D',
      data,
      '-w',
      '-l',
      path.join(home, 'log'),
      '-o',
      `-p ${port} -h 127.0.0.1 -c unix_socket_directories=`,
      'start',
    ]);
    try {
      const server = await startServer({
        home,
        env: { DATABASE_URL: `postgres://ngoma@127.0.0.1:${port}/postgres` },
      });
      await server.ready();
      assert.equal(existsSync(path.join(home, 'db')), false);
      server.child.kill('SIGINT');
      assert.equal(await server.ended(), 0, server.output());
    } finally {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
    }
  },
);
