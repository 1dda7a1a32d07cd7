import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFile } from 'music-metadata';
import { demoCatalogue } from './catalogue.ts';
import { describeRecording } from './compose/compose-recording.ts';
import { demoAudioFile, writeDemoAudio, type DemoAudioProgress } from './write-demo-audio.ts';

const folder = await mkdtemp(join(tmpdir(), 'ngoma-demo-audio-'));
after(() => rm(folder, { recursive: true }));

const recording = demoCatalogue().recordings[3]!;
const path = join(folder, demoAudioFile(recording));

test('a recording is written whole, with its tags, its cover and the length that was announced', async () => {
  const seen: DemoAudioProgress[] = [];
  const result = await writeDemoAudio(folder, {
    only: [recording.key],
    onProgress: (progress) => seen.push(progress),
  });
  assert.deepEqual(result.failed, []);
  assert.deepEqual(seen, [{ done: 1, total: 1, title: recording.title, made: true }]);
  assert.deepEqual(
    (await readdir(folder)).sort(),
    [demoAudioFile(recording), 'manifest.json'].sort(),
  );

  const { common, format } = await parseFile(path, { duration: true });
  assert.equal(common.title, 'Ngwino Tubyine');
  assert.equal(common.artist, 'Shema Rugendo feat. Keza Umurava');
  assert.equal(common.album, 'Ngwino Tubyine');
  assert.deepEqual(common.isrc, [recording.isrc]);
  assert.deepEqual([common.track.no, common.track.of], [1, 2]);
  assert.deepEqual([common.genre, common.year], [['Afrobeats'], 2025]);
  assert.equal(common.picture?.[0]?.format, 'image/png');
  const announced = describeRecording(recording.seed, {
    genre: recording.genre,
    seconds: recording.seconds,
  });
  assert.equal(common.bpm, announced.tempoBpm);
  assert.ok(Math.abs(format.duration! * 1000 - announced.durationMs) < 100, `${format.duration} s`);
  assert.equal(result.files[0]!.durationMs, announced.durationMs);
});

test('what is there is not made again, what was cut off is', async () => {
  const before = (await stat(path)).mtimeMs;
  const seen: boolean[] = [];
  await writeDemoAudio(folder, {
    only: [recording.key],
    onProgress: ({ made }) => seen.push(made),
  });
  assert.equal((await stat(path)).mtimeMs, before);
  const { size } = await stat(path);
  await truncate(path, 1_000);
  await writeDemoAudio(folder, {
    only: [recording.key],
    onProgress: ({ made }) => seen.push(made),
  });
  assert.equal((await stat(path)).size, size);
  assert.deepEqual(seen, [false, true]);
});

test('an abort stops within two seconds and leaves nothing half-made', async () => {
  const other = await mkdtemp(join(tmpdir(), 'ngoma-demo-audio-'));
  try {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 400);
    const started = Date.now();
    const result = await writeDemoAudio(other, { signal: abort.signal });
    assert.equal(result.aborted, true);
    assert.ok(Date.now() - started < 2_400);
    assert.deepEqual(
      (await readdir(other)).filter((name) => name.endsWith('.tmp')),
      [],
    );
  } finally {
    await rm(other, { recursive: true });
  }
});

test('a folder that cannot be written to gives reasons and an end, not a hang', async () => {
  const blocked = demoCatalogue()
    .recordings.slice(0, 5)
    .map(({ key }) => key);
  const target = await mkdtemp(join(tmpdir(), 'ngoma-demo-audio-'));
  try {
    // A folder where the file should go: fails for root too, unlike a missing permission.
    for (const { isrc } of demoCatalogue().recordings.slice(0, 5))
      await mkdir(join(target, `${isrc}.mp3.tmp`));
    const result = await writeDemoAudio(target, { only: blocked });
    assert.equal(result.files.length, 0);
    assert.equal(result.failed.length, 3);
    assert.match(result.failed[0]!.reason, /open|directory/i);
  } finally {
    await rm(target, { recursive: true });
  }
});
