import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_S16 } from 'node-av/constants';
import { importFolder } from '#catalogue/media/index.ts';
import { decodeFrames } from '#foundation/decoding/decode-sound.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import { createLog } from '#foundation/platform/log.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { encodeLadder, type MadeRung } from './encode-ladder.ts';
import { rungs } from './ladder.ts';
import { makeLadders } from './make-ladders.ts';
import { openLadders } from './open-ladder.ts';
import { bandwidthOf, masterPlaylist, mediaPlaylist, partOf, secondsOf } from './playlists.ts';
import type { RungRow } from './queries.ts';

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-ladder-'));
after(() => rm(home, { recursive: true, force: true }));
const rate = 44_100;

/** A tone that climbs under noise, so that no two moments are alike and an encoder has work. */
function composed(seconds: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: seconds * rate }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const t = i / rate;
    return 0.4 * Math.sin(2 * Math.PI * (200 + 40 * t) * t) + 0.2 * (state / 2 ** 31 - 1);
  });
}

/** What a player hears of a file: left channel, edit list applied. */
function heard(file: string): Float32Array {
  const blocks: Float32Array[] = [];
  decodeFrames(file, (frame) => {
    const bytes = frame.data![0]!;
    const isInt = frame.format === AV_SAMPLE_FMT_S16;
    if (!isInt) assert.equal(frame.format, AV_SAMPLE_FMT_FLTP);
    blocks.push(
      Float32Array.from({ length: frame.nbSamples }, (_, i) =>
        isInt ? bytes.readInt16LE(4 * i) / 32_768 : bytes.readFloatLE(4 * i),
      ),
    );
    return true;
  });
  return Float32Array.from(blocks.flatMap((block) => [...block]));
}

const samples = composed(21);
const source = path.join(home, 'composed.wav');
await writeFile(source, waveFile(samples, rate));
const folder = path.join(home, 'made');
mkdirSync(folder);
const ladder = encodeLadder({ path: source, folder });
const made = (name: string): MadeRung => ladder.rungs.find((rung) => rung.name === name)!;
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

test('every rung is made of one decode, in segments of two and then six seconds', () => {
  assert.deepEqual(
    ladder.rungs.map(({ name }) => name),
    rungs.map(({ name }) => name),
  );
  for (const rung of ladder.rungs) {
    const [first, ...others] = secondsOf({ ...rung, blob: '' });
    assert.ok(first! >= 2 && first! < 2.1, `${rung.name} begins with ${first} s`);
    for (const seconds of others.slice(0, -1))
      assert.ok(seconds >= 6 && seconds < 6.1, `${rung.name} ${seconds} s`);
    assert.ok(Math.abs(sum(secondsOf({ ...rung, blob: '' })) - 21) < 0.001, rung.name);
  }
});

test('a rung needs at most a tenth more than its name says, also of a dense signal', () => {
  for (const { name, bitrate } of rungs) {
    if (bitrate === null) continue;
    const rung = made(name);
    const bits = 8 * sum(rung.segmentBytes);
    const perS = bits / sum(secondsOf({ ...rung, blob: '' }));
    assert.ok(perS < bitrate * 1.1 && perS > bitrate * 0.85, `${name}: ${Math.round(perS)} bit/s`);
  }
});

test('FLAC is what was decoded, sample for sample, and every rung begins and ends with the sound', () => {
  const lossless = heard(made('flac').file);
  assert.equal(lossless.length, samples.length);
  const wave = Buffer.from(waveFile(samples, rate));
  const start = wave.length - 2 * samples.length;
  const differing = lossless.filter(
    (value, i) => value * 32_768 !== wave.readInt16LE(start + 2 * i),
  ).length;
  assert.equal(differing, 0, `${lossless[5_000]! / samples[5_000]!} of the level`);
  for (const name of ['aac-64', 'aac-256'] as const) {
    const coded = heard(made(name).file);
    // Whole frames at the end: less than one more than the sound.
    assert.ok(coded.length >= samples.length && coded.length - samples.length < 1_024, name);
    const at = (offset: number): number => {
      let product = 0;
      for (let i = 5_000; i < 25_000; i++) product += coded[i + offset]! * samples[i]!;
      return product;
    };
    const offsets = Array.from({ length: 201 }, (_, i) => i - 100);
    const best = offsets.reduce((a, b) => (at(b) > at(a) ? b : a));
    assert.equal(best, 0, `${name} is ${best} samples late`);
  }
});

test('playlists say what the segments are, and every part they name is there', async () => {
  const rows: RungRow[] = ladder.rungs.map(({ file: _file, ...rung }) => ({ ...rung, blob: '' }));
  const master = masterPlaylist('aac', rows)!;
  const rung = rows.find(({ name }) => name === 'aac-128')!;
  const { peak, average } = bandwidthOf(rung);
  const perSegment = rung.segmentBytes.map(
    (bytes, i) => (8 * bytes * rung.sampleRate) / rung.segmentSamples[i]!,
  );
  assert.equal(peak, Math.ceil(Math.max(...perSegment)));
  assert.ok(
    master.includes(
      `#EXT-X-STREAM-INF:BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${average},CODECS="mp4a.40.2"\naac-128.m3u8`,
    ),
    master,
  );
  assert.ok(!master.includes('opus'), 'one codec a master');
  const media = mediaPlaylist(rung);
  const named = [...media.matchAll(/aac-128\/(\S+?)"?$/gm)].map(([, part]) => part!);
  assert.deepEqual(
    named,
    ['init.mp4', '1.m4s', '2.m4s', '3.m4s', '4.m4s', '5.m4s'].slice(0, named.length),
  );
  const file = await readFile(made('aac-128').file);
  const ends = named.map((part) => partOf(rung, part)!);
  assert.equal(ends.at(-1)!.end, file.length - 1);
  for (const [i, part] of ends.entries())
    assert.equal(part.start, i === 0 ? 0 : ends[i - 1]!.end + 1);
  for (const wrong of ['0.m4s', '99.m4s', '../1.m4s', 'init.mp4/x', '1e3.m4s', ''])
    assert.equal(partOf(rung, wrong), null, wrong);
});

test(
  'another reader of the format plays it',
  { skip: existsSync('/usr/bin/ffmpeg') ? false : 'no ffmpeg on this machine' },
  () => {
    for (const { file, name } of ladder.rungs) {
      const told = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 'null', '-'], {
        encoding: 'utf8',
      });
      assert.equal(told, '', name);
    }
  },
);

test('a library gets its ladders, a broken file its reason, and other bytes another ladder', async (t) => {
  const { db } = await testDatabase(t);
  const blobs = diskBlobs(path.join(home, 'blobs'));
  const ctx = { db, blobs, log: createLog('silent'), now: () => Date.now() };
  const library = path.join(home, 'library');
  mkdirSync(library);
  const song = path.join(library, 'song.wav');
  await writeFile(song, waveFile(composed(3), rate));
  const broken = Buffer.from(waveFile(composed(1), rate)).subarray(0, 60);
  await writeFile(path.join(library, 'broken.wav'), broken);
  await importFolder(ctx, library);
  const work = path.join(home, 'work');
  mkdirSync(work);
  const job = { signal: new AbortController().signal, progress() {} };

  const first = await makeLadders(ctx, work, job);
  assert.deepEqual([first.made + first.problems, first.left], [first.made + first.problems, 0]);
  assert.ok(first.made >= 1, JSON.stringify(first));
  assert.deepEqual(await makeLadders(ctx, work, job), { made: 0, problems: 0, left: 0 });
  assert.deepEqual(readdirSync(work), [], 'nothing unfinished is left');

  const { rows } = await db.pool.query<{ recording_id: RecordingId; blob: string }>(
    `select recording_id, blob from renditions.rung where name = 'aac-64'`,
  );
  const { recording_id: id, blob } = rows[0]!;
  const ladders = openLadders(ctx);
  const [rung] = await ladders.of(id);
  const init = await ladders.read(rung!, 'init.mp4');
  assert.equal(init!.subarray(4, 8).toString(), 'ftyp');
  assert.equal((await ladders.read(rung!, '1.m4s'))!.subarray(4, 8).toString(), 'moof');
  assert.equal(await ladders.read(rung!, '9.m4s'), null);

  await writeFile(song, waveFile(composed(5), rate));
  await importFolder(ctx, library);
  const again = await makeLadders(ctx, work, job);
  assert.equal(again.made, 1);
  assert.equal(await blobs.size(blob), null, 'what nobody names is gone');
});
