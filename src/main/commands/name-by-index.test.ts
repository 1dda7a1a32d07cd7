import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { nameByIndex } from './name-by-index.ts';

// A box with an index of its own and no server: it says what it hears, and what counts still waits for the server.

const rate = 16_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-name-here-'));
after(() => rmSync(folder, { recursive: true }));
const cli = path.resolve(import.meta.dirname, '../../cli/main.ts');

function written(name: string, samples: Float32Array): string {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) =>
    bytes.writeInt16LE(
      Math.max(-32_768, Math.min(32_767, Math.round(30_000 * sample))),
      44 + 2 * i,
    ),
  );
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
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
