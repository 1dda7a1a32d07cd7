import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { nameByIndex } from './name-by-index.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';

// A box with an index of its own and no server: it says what it hears, and what counts still waits for the server.

const rate = 16_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-name-here-'));
after(() => rmSync(folder, { recursive: true }));
const cli = path.resolve(import.meta.dirname, '../../cli/main.ts');

function written(name: string, samples: Float32Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, waveFile(samples, rate));
  return file;
}

function ngoma(...words: readonly string[]): Promise<string | number> {
  return new Promise((resolve) =>
    execFile(process.execPath, [cli, ...words], (error) => resolve(error?.code ?? 0)),
  );
}

test('a box that has an index names what it hears while no server answers, and counts nothing by it', async () => {
  mkdirSync(path.join(folder, 'music'));
  const song = composeRecording('offline', { seconds: 40, sampleRate: rate, channels: 1 })
    .channels[0]!;
  written('music/Umuhanda 9.wav', song);
  const index = path.join(folder, 'box.index');
  assert.equal(await ngoma('index', path.join(folder, 'music'), '--out', index), 0);
  const heard = written('heard.wav', song.slice(8 * rate, 29 * rate));
  const state = path.join(folder, 'state');
  const listening = [
    'listen',
    '--once',
    '--device',
    `file:${heard}`,
    '--index',
    index,
    '--state',
    state,
    '--server',
    'http://127.0.0.1:9',
    '--key',
    '0197a3b2-8a11-7c3e-9f00-2b6d1f0a9c11:k',
  ];
  assert.equal(await ngoma(...listening), 1, 'two stretches wait for a server');
  const status = JSON.parse(readFileSync(path.join(state, 'status.json'), 'utf8')) as {
    heardHere: string;
    stretches: { waiting: number };
    plays: { waiting: number };
  };
  assert.match(status.heardHere, /Umuhanda 9/);
  assert.deepEqual([status.stretches.waiting, status.plays.waiting], [2, 0]);
});

test('an index that is not there is said, and nothing is listened to', async () => {
  assert.equal(await nameByIndex(path.join(folder, 'no.index')), null);
});
