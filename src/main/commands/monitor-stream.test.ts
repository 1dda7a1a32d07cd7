import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { reply, serveRaw, wavStream } from '#foundation/streams/testing.ts';
import { writeSegment } from '#counting/recognition/segment-file.ts';
import { buildSegment } from '#counting/recognition/segment.ts';
import { melody } from '#counting/recognition/testing.ts';

test(
  'a stream is monitored without server or database: plays are printed as they open and close, to its end',
  { timeout: 60_000 },
  async (t) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-monitor-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const song = melody(21, 40);
    const index = path.join(folder, 'songs.index');
    const entry = { recordingId: 'song-1', title: 'Umunsi', artist: 'Keza', file: null };
    await writeSegment(index, buildSegment([{ ...entry, ...fingerprintSound(song) }]));
    const samples = Int16Array.from(song, (sample) => Math.max(-1, Math.min(1, sample)) * 32_767);
    const body = Buffer.concat([wavStream(0), Buffer.from(samples.buffer)]);
    const station = await serveRaw(t, (socket) =>
      socket.end(
        reply(
          'HTTP/1.0 200 OK',
          {
            'content-type': 'audio/wav',
            'accept-ranges': 'bytes',
            'content-length': String(body.length),
          },
          body,
        ),
      ),
    );
    const program = `import { monitorStream } from '${path.join(import.meta.dirname, 'monitor-stream.ts')}';
    process.exitCode = await monitorStream('${station.url}', { index: '${index}', asJson: true });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (bytes) => (printed += String(bytes)));
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
    const lines = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map((line) => [line['event'], line['title']]),
      [
        ['opened', 'Keza - Umunsi'],
        ['closed', 'Keza - Umunsi'],
      ],
    );
    assert.ok(
      Math.abs(Number(lines[1]!['heardMs']) - 40_000) < 8_000,
      String(lines[1]!['heardMs']),
    );
    assert.match(String(lines[1]!['evidenceHash']), /^[0-9a-f]{64}$/);
  },
);
