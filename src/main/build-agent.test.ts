import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { device, localServer } from '#agent/testing.ts';
import { buildAgent } from './build-agent.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';

// The bundled file alone in an empty folder, on the oldest Node that is here.

const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-built-agent-'));
after(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'ngoma-listen.mjs');
copyFileSync(await buildAgent(), file);
const node = oldestNode();

function oldestNode(): string {
  const versionOf = (program: string): number =>
    Number(
      /^v(\d+)/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ??
        Infinity,
    );
  const known = ['/usr/local/bin/node', '/usr/bin/node', process.execPath].filter(
    (program) => versionOf(program) >= 20,
  );
  return known.sort((a, b) => versionOf(a) - versionOf(b))[0]!;
}

type Run = {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
};

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
  const child = spawn(node, [file, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      NGOMA_LISTEN_KEY: `${device.deviceId}:${device.secret}`,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream!.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => output, ended };
}

/** So many seconds of chords that change, as a WAV file of 16 bits at 16 kHz. */
function music(name: string, seconds: number): string {
  const rate = 16_000;
  const samples = Float32Array.from({ length: seconds * rate }, (_, i) => {
    const hz = 220 * 2 ** (((Math.floor(i / 4_000) * 5) % 12) / 12);
    return 0.25 * Math.sin((2 * Math.PI * hz * i) / rate);
  });
  const place = path.join(folder, name);
  writeFileSync(place, waveFile(samples, rate));
  return place;
}

/** A server that knows one song: the n-th stretch it is asked about is ten seconds further into it. */
async function knowing(t: TestContext) {
  let asked = 0;
  const heard: unknown[] = [];
  const server = await localServer((hashes) => {
    heard.push(hashes);
    return {
      recordingId: '0197a3b2-8a11-7c3e-9f00-000000000001',
      title: 'Umuhanda 9',
      artist: 'Ruganzu Twins',
      offsetMs: asked++ * 10_000,
      speed: 1,
      pitchCents: 0,
      confidence: 0.97,
      seconds: 9,
    };
  });
  t.after(() => server.close());
  return { server, heard };
}

test('the built file runs alone on Node 20: it hears a file once, sends its play and stops', async (t) => {
  const { server, heard } = await knowing(t);
  const state = path.join(folder, 'once');
  const { ended, output } = run([
    '--device',
    `file:${music('forty.wav', 40)}`,
    '--server',
    server.origin,
    '--state',
    state,
    '--once',
  ]);
  assert.equal(await ended, 0, output());
  const [play] = [...server.counted.values()];
  assert.equal(server.counted.size, 1);
  assert.ok(Math.abs(play!.playedMs - 40_000) < 500, `${play!.playedMs}`);
  assert.equal(heard.length, 4);
  assert.ok(Array.isArray(heard[0]) && heard[0].length > 50, 'hashes of music');
  assert.match(output(), /Umuhanda 9 by Ruganzu Twins, 40 s\./);
  const status = run(['--status', '--state', state]);
  assert.equal(await status.ended, 1);
  assert.match(status.output(), /No agent works in .*once\.[\s\S]*"sent": 1/);
});

test('raw sound through a pipe, at another rate and in stereo, is heard until it ends', async (t) => {
  const { server, heard } = await knowing(t);
  const args = [
    '--device',
    'stdin',
    '--rate',
    '16000',
    '--channels',
    '2',
    '--server',
    server.origin,
  ];
  const { child, ended, output } = run([...args, '--state', path.join(folder, 'pipe'), '--once']);
  child.stdin!.end(readFileSync(music('eighty.wav', 80)).subarray(44));
  assert.equal(await ended, 0, output());
  assert.equal(heard.length, 4);
  assert.equal(server.counted.size, 1);
});

test('killed with -9 while it writes, and started again, it sends what it heard', async (t) => {
  const { server } = await knowing(t);
  const state = path.join(folder, 'killed');
  const args = ['--server', server.origin, '--state', state];
  server.broken = { status: 503, body: '' };
  const first = run(['--device', `file:${music('long.wav', 600)}`, ...args]);
  for (let waited = 0; spooled(state) < 12 && waited < 20_000; waited += 10) await sleep(10);
  first.child.kill('SIGKILL');
  await first.ended;
  const kept = spooled(state);
  assert.ok(kept >= 12, first.output());
  server.broken = null;
  const second = run(['--device', `file:${music('short.wav', 10)}`, ...args, '--once']);
  assert.equal(await second.ended, 0, second.output());
  const heardMs = [...server.counted.values()].reduce((sum, play) => sum + play.playedMs, 0);
  // The clock gets better while it listens, so the stretches of a play may overlap by a part of a second.
  assert.ok(heardMs >= kept * 10_000 - 1_000, `${heardMs} ms of ${kept} stretches`);
});

/** Whole stretches on the disk. */
function spooled(state: string): number {
  try {
    return readFileSync(path.join(state, 'stretches'), 'utf8').split('\n').length - 2;
  } catch {
    return 0;
  }
}

test('two agents in one folder: the second says so', async (t) => {
  const { server } = await knowing(t);
  const state = path.join(folder, 'shared');
  const args = ['--device', 'http://127.0.0.1:9/', '--server', server.origin, '--state', state];
  const first = run(args);
  for (let waited = 0; !first.output().includes('Trying again') && waited < 15_000; waited += 50)
    await sleep(50);
  const second = run(args);
  assert.equal(await second.ended, 1);
  assert.match(second.output(), /^Another agent already works in [^\n]+\.\n$/);
  assert.equal(await run(['--status', '--state', state]).ended, 0);
  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0, first.output());
});

test('what is absent or wrong is one sentence and not 0', async () => {
  const known = ['--server', 'http://127.0.0.1:9', '--state', path.join(folder, 'wrong')];
  for (const [args, code] of [
    [['--device', 'file:/nowhere.wav', ...known, '--once'], 1],
    [['--device', 'alsa', ...known, '--once'], 1],
    [['--device', 'gramophone', ...known], 2],
  ] as const) {
    const { ended, output } = run(args, args[1] === 'alsa' ? { PATH: '/nowhere' } : {});
    assert.equal(await ended, code, output());
    assert.match(output(), /^[^\n]+\.\n$/);
  }
});
