import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { chromaprintOf, createChromaprinter, encodeChromaprint } from './chromaprint.ts';
import { waveFile } from './wave-file.ts';

const music = path.resolve(import.meta.dirname, '../../../../shared/data/audio');
/** All 13 files: 99.84 %; the first ones keep the suite short. */
const filesCompared = 4;
const hasFpcalc = spawnSync('fpcalc', ['-version']).status === 0;
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

/** Eight seconds of four detuned voices that change every 0.4 s: the same numbers on every machine. */
function composed(rate: number): Float32Array {
  const notes = [0, 3, 7, 10, 12, 15, 5, 8, 2, 11];
  return Float32Array.from({ length: rate * 8 }, (_, i) => {
    const beat = Math.floor(i / (0.4 * rate));
    let sample = 0;
    for (let voice = 0; voice < 4; voice++) {
      const note = notes[(beat * (voice + 1) + voice) % notes.length]!;
      const hz = 110 * 2 ** (note / 12 + (voice % 3));
      sample += Math.sin((2 * Math.PI * hz * i) / rate) * (0.2 - 0.03 * voice);
    }
    return sample;
  });
}

/** What fpcalc 1.5.1 printed for `composed(11025)` as a WAV file of 16 bits. */
const printedByFpcalc =
  'AQAAK4k0RVMs4TL-oDnlQcP34jyqNcnRsCTkD5eSHHmDfaiF5tjzALEeqFGiE-nkhLiOG80vlMmOJwtC8Wj2KISeZccvPHB-PA-8JMWFB8-iCf4HXXlx4d0JZx7-Qz8AwpAgjCkAAVKEGiIRBCIICIQAhBkoBCAENEQAQwYIgIgD';

test('the fingerprint of composed sound is, letter for letter, what fpcalc 1.5.1 prints', () => {
  assert.equal(encodeChromaprint(chromaprintOf(composed(11_025), 11_025)), printedByFpcalc);
});

test('sound fed in crumbs gives the fingerprint of the whole', () => {
  const sound = composed(44_100);
  const whole = createChromaprinter(44_100);
  whole.push(sound);
  const crumbs = createChromaprinter(44_100);
  for (let from = 0; from < sound.length; from += 777)
    crumbs.push(sound.subarray(from, from + 777));
  assert.deepEqual(crumbs.end(), whole.end());
});

test('too little sound has no fingerprint, and silence has one that says nothing changes', () => {
  assert.equal(chromaprintOf(new Float32Array(11_025 * 2), 11_025).length, 0);
  assert.equal(encodeChromaprint(new Uint32Array(0)), 'AQAAAA');
  assert.equal(new Set(chromaprintOf(new Float32Array(11_025 * 5), 11_025)).size, 1);
});

test('what is longer than AcoustID compares is cut off, not read', () => {
  const long = new Float32Array(300 * 8_000);
  assert.equal(chromaprintOf(long, 8_000).length, 948);
});

test(
  'on composed sound of other rates nearly every bit is what fpcalc computes',
  { skip: !hasFpcalc && 'fpcalc is not installed' },
  () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-chromaprint-'));
    try {
      for (const rate of [8_000, 44_100, 48_000]) {
        const sound = composed(rate);
        const file = path.join(folder, `${rate}.wav`);
        writeFileSync(file, waveFile(sound, rate));
        const share = equalBits(fpcalc(file), chromaprintOf(sound, rate));
        assert.ok(share > 0.99, `${rate} Hz: ${share}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test(
  'on real music 99.8 % of bits are what fpcalc computes; the rest is the other resampler',
  {
    skip:
      (!hasFpcalc && 'fpcalc is not installed') ||
      (!hasFfmpeg && 'ffmpeg is not installed') ||
      (!existsSync(music) && 'the folder of real music (../shared/data/audio) is not here'),
  },
  (t) => {
    const shares = readdirSync(music)
      .filter((file) => /\.(mp3|ogg)$/.test(file))
      .slice(0, filesCompared)
      .map((file) => {
        const mine = chromaprintOf(decode(path.join(music, file), 44_100), 44_100);
        return equalBits(fpcalc(path.join(music, file)), mine);
      });
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    t.diagnostic(`equal bits: ${(100 * mean).toFixed(2)} % over ${shares.length} files`);
    assert.ok(mean > 0.997, `${mean}`);
    assert.ok(Math.min(...shares) > 0.99, `${Math.min(...shares)}`);
  },
);

function fpcalc(file: string): readonly number[] {
  // It ends with 3 and a complete answer when the last frame of a file is broken.
  const { stdout } = spawnSync('fpcalc', ['-raw', '-plain', file], { encoding: 'utf8' });
  return stdout.trim().split(',').map(Number);
}

function equalBits(theirs: readonly number[], mine: Uint32Array): number {
  assert.equal(mine.length, theirs.length);
  let equal = 0;
  mine.forEach((item, i) => {
    const differs = (item ^ theirs[i]!) >>> 0;
    equal += 32 - differs.toString(2).replaceAll('0', '').length;
  });
  return equal / (32 * mine.length);
}

function decode(file: string, rate: number): Float32Array {
  const args = ['-v', 'error', '-i', file, '-t', '121', '-ac', '1', '-ar', String(rate)];
  const { stdout } = spawnSync('ffmpeg', [...args, '-f', 'f32le', '-'], { maxBuffer: 1 << 28 });
  return new Float32Array(new Uint8Array(stdout).buffer, 0, stdout.length >> 2);
}
