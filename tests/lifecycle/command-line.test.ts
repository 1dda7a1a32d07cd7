import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isPostgres } from '#foundation/platform/launcher/postmaster.ts';
import { openDatabase } from '#foundation/platform/postgres.ts';
import {
  databaseUrl,
  isPlainSentence,
  postmasterPid,
  root,
  startServer,
  temporaryHome,
} from './server-process.ts';

// Commands as an operator types them, beside a server and without one.

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

async function ngoma(line: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(root, 'src/cli/main.ts'), ...line.split(' ')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { code, ...output };
}

function runsPostgres(home: string): boolean {
  const pid = postmasterPid(home);
  return pid !== null && isPostgres(pid);
}

type Finding = { readonly what: string; readonly verdict: string; readonly found: string };
function findingsOf({ stdout }: Ended): ReadonlyMap<string, Finding> {
  return new Map((JSON.parse(stdout) as Finding[]).map((finding) => [finding.what, finding]));
}

test('what is misspelt is refused with 2 and one sentence, what has no data yet with 1', async (t) => {
  const home = temporaryHome(t);
  for (const [line, code] of [
    ['dance', 2],
    ['audit', 2],
    ['audit plays --jsn', 2],
    ['audit plays', 1],
  ] as const) {
    const ended = await ngoma(line, { NGOMA_HOME: home });
    assert.deepEqual([ended.code, ended.stdout], [code, ''], line);
    assert.ok(isPlainSentence(ended.stderr), ended.stderr);
  }
});

test('a wrong setting is one sentence, whatever the command', async (t) => {
  const ended = await ngoma('config', { NGOMA_HOME: temporaryHome(t), PORT: 'many' });
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /^PORT must be a port/);
});

test('config masks what is secret', async (t) => {
  const ended = await ngoma('config --json', {
    NGOMA_HOME: temporaryHome(t),
    NGOMA_ADMIN_PASSWORD: 'drum-and-bass',
  });
  assert.equal(ended.code, 0);
  assert.ok(!ended.stdout.includes('drum-and-bass'));
  const rows = JSON.parse(ended.stdout) as { env: string; value: string; source: string }[];
  assert.deepEqual(
    rows
      .filter(({ env }) => env === 'NGOMA_ADMIN_PASSWORD')
      .map(({ value, source }) => [value, source]),
    [['(set)', 'environment']],
  );
});

test('commands use the database of a running server and leave it running', async (t) => {
  const home = temporaryHome(t);
  const server = await startServer({ home });
  await server.ready();
  const port = new URL(server.address).port;
  const audit = await ngoma('audit plays --json', { NGOMA_HOME: home });
  assert.equal(audit.code, 0, audit.stderr);
  assert.equal((JSON.parse(audit.stdout) as { evidence: number }).evidence, 0);

  const doctor = await ngoma('doctor --json', { NGOMA_HOME: home, PORT: port });
  const findings = findingsOf(doctor);
  assert.match(findings.get('server')!.found, /^is ready at/);
  assert.equal(findings.get('audit of plays')!.verdict, 'ok');
  assert.equal(findings.get('schema')!.verdict, 'ok');
  assert.equal(doctor.code, 0, doctor.stdout);

  assert.ok(await server.isReady());
  server.child.kill('SIGTERM');
  assert.equal(await server.ended(), 0);
});

test('without a server a command starts the database and the last command stops it; an altered rollup is found', async (t) => {
  const home = temporaryHome(t);
  const server = await startServer({ home });
  await server.ready();
  const db = openDatabase(databaseUrl(home));
  await db.pool.query(
    `insert into plays.hourly values ('00000000-0000-7000-8000-000000000001', '2026-11-01 10:00Z', 0, 'RW', 3, 7, 210000)`,
  );
  await db.close();
  server.child.kill('SIGTERM');
  await server.ended();
  assert.ok(!runsPostgres(home));

  const [plays, ledger, runs] = await Promise.all(
    ['audit plays', 'audit ledger', 'audit runs'].map((line) => ngoma(line, { NGOMA_HOME: home })),
  );
  assert.deepEqual(
    [plays!.code, ledger!.code, runs!.code],
    [1, 0, 0],
    plays!.stderr + ledger!.stderr + runs!.stderr,
  );
  assert.match(plays!.stdout, /the rollup says 7, the evidence says 0/);
  assert.ok(!runsPostgres(home), 'PostgreSQL was left running');

  const doctor = await ngoma('doctor --json', { NGOMA_HOME: home });
  assert.equal(findingsOf(doctor).get('audit of plays')!.verdict, 'fail');
  assert.equal(doctor.code, 1);
});

test('doctor looks at a machine without data, changes nothing, and names a port that is taken', async (t) => {
  const home = temporaryHome(t);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  t.after(async () => void squatter.close());
  const { port } = squatter.address() as { port: number };
  const doctor = await ngoma('doctor --json', { NGOMA_HOME: home, PORT: String(port) });
  const findings = findingsOf(doctor);
  assert.equal(findings.get('port')!.verdict, 'fail');
  assert.match(findings.get('database')!.found, /none yet/);
  assert.equal(doctor.code, 1);
  assert.ok(!runsPostgres(home));
});

test('doctor says in words what is wrong with DATABASE_URL, and never its password', async (t) => {
  const doctor = await ngoma('doctor', {
    NGOMA_HOME: temporaryHome(t),
    DATABASE_URL: 'postgres://ngoma:hush-hush@127.0.0.1:1/none',
  });
  assert.equal(doctor.code, 1);
  assert.match(doctor.stdout, /DATABASE_URL does not work/);
  assert.ok(!doctor.stdout.includes('hush-hush'));
});

/** Half a second of silence: 8 kHz, one channel, 8 bits, where 128 is zero. */
function silentWav(): Buffer {
  const bytes = Buffer.alloc(44 + 4_000, 128);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8_000, 24);
  bytes.writeUInt32LE(8_000, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(4_000, 40);
  return bytes;
}

type Imported = Readonly<Record<'added' | 'unchanged' | 'skipped', number>> & {
  readonly skippedFiles: readonly { readonly path: string; readonly reason: string }[];
};

test('import makes an installation where there is none, goes on beside a server, and ends in one JSON report', async (t) => {
  const home = temporaryHome(t);
  const music = path.join(path.dirname(home), 'music');
  mkdirSync(music);
  writeFileSync(path.join(music, 'Amina - Morning.wav'), silentWav());
  writeFileSync(path.join(music, 'broken.mp3'), 'this is no music');

  const first = await ngoma(`import ${music} --json`, { NGOMA_HOME: home });
  assert.equal(first.code, 0, first.stderr);
  const report = JSON.parse(first.stdout) as Imported;
  assert.deepEqual([report.added, report.skipped], [1, 1]);
  assert.match(report.skippedFiles[0]!.path, /broken\.mp3$/);
  assert.ok(!runsPostgres(home));

  const server = await startServer({ home });
  await server.ready();
  writeFileSync(path.join(music, 'Amina - Evening.wav'), silentWav());
  const second = await ngoma(`import ${music} --json`, { NGOMA_HOME: home });
  assert.equal(second.code, 0, second.stderr);
  const again = JSON.parse(second.stdout) as Imported;
  assert.deepEqual([again.added, again.unchanged, again.skipped], [1, 1, 1]);
  const found = await fetch(`${server.address}/api/v1/recordings?query=amina`);
  assert.equal(((await found.json()) as { items: unknown[] }).items.length, 2);
  server.child.kill('SIGTERM');
  await server.ended();
});

test('a folder that cannot be read is one sentence and 1', async (t) => {
  const home = temporaryHome(t);
  const ended = await ngoma('import /nowhere', { NGOMA_HOME: home });
  assert.equal(ended.code, 1);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, /\/nowhere does not exist; nothing was changed\.\s*$/);
});
