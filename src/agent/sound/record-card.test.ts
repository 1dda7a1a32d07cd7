import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { hashSound } from '#foundation/dsp/hash-sound.ts';
import { openInput } from './open-input.ts';

// The real arecord and the real ALSA library, with a card that plays a file instead of listening to a room.

const rate = 16_000;
const seconds = 12;
const isMissing = spawnSync('arecord', ['--version']).error !== undefined;

test(
  'a sound card is recorded through arecord, sample for sample',
  { skip: isMissing && 'arecord is not installed', timeout: 60_000 },
  async (t) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-card-'));
    const before = process.env['ALSA_CONFIG_PATH'];
    t.after(() => {
      rmSync(folder, { recursive: true });
      if (before === undefined) delete process.env['ALSA_CONFIG_PATH'];
      else process.env['ALSA_CONFIG_PATH'] = before;
    });
    const played = Int16Array.from({ length: seconds * rate }, (_, i) => {
      const hz = 220 * 2 ** (((Math.floor(i / 4_000) * 5) % 24) / 12);
      return Math.round(9_000 * Math.sin((2 * Math.PI * hz * i) / rate));
    });
    const recorded = path.join(folder, 'room.raw');
    writeFileSync(recorded, new Uint8Array(played.buffer));
    const config = path.join(folder, 'asound.conf');
    writeFileSync(
      config,
      `pcm.room { type file slave.pcm { type null } file /dev/null infile "${recorded}" format raw }\n`,
    );
    process.env['ALSA_CONFIG_PATH'] = config;

    const sound = await openInput({ kind: 'alsa', card: 'room' });
    assert.ok(!('kind' in sound), JSON.stringify(sound));
    const heard = new Float32Array(10 * rate);
    let filled = 0;
    for await (const block of sound.blocks) {
      const part = block.subarray(0, heard.length - filled);
      heard.set(part, filled);
      filled += part.length;
      if (filled === heard.length) break;
    }
    sound.stop();
    assert.equal(filled, heard.length, sound.complaint() ?? 'it ended early');
    assert.equal(sound.rate, rate);
    const truth = Float32Array.from(played.subarray(0, heard.length), (value) => value / 32_768);
    assert.deepEqual(hashSound(heard), hashSound(truth));
    assert.ok(hashSound(heard).hashes.length > 100);
  },
);

test(
  'a card that is not there is said with what arecord says',
  { skip: isMissing && 'arecord is not installed', timeout: 60_000 },
  async () => {
    const sound = await openInput({ kind: 'alsa', card: 'gramophone' });
    assert.ok(!('kind' in sound));
    for await (const _ of sound.blocks) assert.fail('no sound comes of it');
    assert.match(sound.complaint()!, /^arecord ended: .*gramophone/s);
  },
);
