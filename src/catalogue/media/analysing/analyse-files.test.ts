import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import { createLog } from '#foundation/platform/log.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { writeDemoAudio } from '#main/demo/write-demo-audio.ts';
import type { LibraryContext } from '../context.ts';
import { importFolder } from '../importing/import-folder.ts';
import { flac, wav } from '../testing.ts';
import { analyseFiles } from './analyse-files.ts';
import { analyseSound, waveformBins } from './analyse-sound.ts';

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-analyse-'));
after(() => rm(home, { recursive: true, force: true }));
const { db } = await testDatabase({ after });
const ctx: LibraryContext = {
  db,
  blobs: diskBlobs(path.join(home, 'blobs')),
  log: createLog('silent'),
};
const job = { signal: new AbortController().signal, progress: () => {} };
const root = path.join(home, 'library');
await mkdir(root);

type Row = {
  title: string;
  duration_ms: number | null;
  catalogued_ms: number | null;
  loudness_lufs: number | null;
  peak_dbtp: number | null;
  waveform: Buffer | null;
  problem: string | null;
};
async function analysisOf(title: string): Promise<Row> {
  const { rows } = await db.pool.query<Row>(
    `select r.title, a.duration_ms, r.duration_ms as catalogued_ms, a.loudness_lufs, a.peak_dbtp, a.waveform, a.problem
     from media.analysis a join media.file f on f.id = a.file_id join catalog.recording r on r.id = f.recording_id where r.title = $1`,
    [title],
  );
  assert.equal(rows.length, 1, title);
  return rows[0]!;
}

/** A sine of 997 Hz at -20 dBFS in the middle four fifths of the sound, silence around it. */
function tone(bytes: Buffer, seconds: number): Buffer {
  const rate = 8_000;
  const start = bytes.length - seconds * rate * 2;
  for (let i = 0; i < seconds * rate; i++) {
    const sounds = i > (seconds * rate) / 10 && i < (seconds * rate * 9) / 10;
    bytes.writeInt16LE(
      sounds ? Math.round(3_277 * Math.sin((2 * Math.PI * 997 * i) / rate)) : 0,
      start + 2 * i,
    );
  }
  return bytes;
}

test('length, loudness, peak and waveform are those of the sound, whatever the tags say', async () => {
  await writeFile(path.join(root, 'tone.wav'), tone(wav({ title: 'Tone', artist: 'A' }, 10), 10));
  await writeFile(path.join(root, 'silence.wav'), wav({ title: 'Silence', artist: 'A' }, 3));
  await writeFile(path.join(root, 'hollow.flac'), flac({ title: 'Hollow', artist: 'A' }, 60));
  await importFolder(ctx, root);
  await db.pool.query(`update catalog.recording set duration_ms = 99000 where title = 'Tone'`);
  assert.deepEqual(await analyseFiles(ctx, job), { analysed: 2, problems: 1 });

  const heard = await analysisOf('Tone');
  assert.deepEqual([heard.duration_ms, heard.catalogued_ms], [10_000, 10_000]);
  // A mono sine of 997 Hz at -20 dBFS peak measures -23 LUFS by the definition of BS.1770 (0 dBFS is -3.01).
  assert.ok(Math.abs(heard.loudness_lufs! + 23) < 0.3, `${heard.loudness_lufs} LUFS`);
  assert.ok(Math.abs(heard.peak_dbtp! + 20) < 0.3, `${heard.peak_dbtp} dBTP`);
  const [edge, middle] = [heard.waveform![20]!, heard.waveform![waveformBins / 2]!];
  assert.ok(
    heard.waveform!.length === waveformBins && edge < 3 && Math.abs(middle - 25.5) < 2,
    `${edge} ${middle}`,
  );

  const silent = await analysisOf('Silence');
  assert.deepEqual([silent.duration_ms, silent.loudness_lufs], [3_000, null]);
  const hollow = await analysisOf('Hollow');
  assert.equal(hollow.duration_ms, null);
  assert.match(hollow.problem!, /^(undecodable|crashed)/);
  assert.deepEqual(await analyseFiles(ctx, job), { analysed: 0, problems: 0 }, 'each file once');
});

test('a decoder that crashes or hangs costs one line', async () => {
  for (const name of ['crash', 'hang', 'fine'])
    await writeFile(path.join(root, `${name}.wav`), wav({ title: name, artist: 'B' }, 1));
  await importFolder(ctx, root);
  const worker = path.join(home, 'misbehaving-worker.ts');
  const here = path.resolve(import.meta.dirname, '../../../foundation/platform');
  await writeFile(
    worker,
    `import { answerQuestions } from '${here}/worker-process.ts';
     answerQuestions(async ({ path }: { path: string }) => {
       if (path.endsWith('crash.wav')) process.abort();
       if (path.endsWith('hang.wav')) for (;;);
       return { kind: 'analysed', durationMs: 1000, loudnessLufs: -14, peakDbtp: -1, waveform: new Uint8Array(1000) };
     });`,
  );
  assert.deepEqual(await analyseFiles(ctx, job, { worker, timeoutMs: 1_000 }), {
    analysed: 1,
    problems: 2,
  });
  assert.match((await analysisOf('crash')).problem!, /^crashed/);
  assert.match((await analysisOf('hang')).problem!, /^timed-out/);
});

test('a playlist with the name of a song opens nothing', async () => {
  await writeFile(path.join(root, 'list.wav'), wav({ title: 'List', artist: 'C' }, 1));
  await importFolder(ctx, root);
  await writeFile(
    path.join(root, 'list.wav'),
    `#EXTM3U\n#EXTINF:1,\n${path.join(root, 'tone.wav')}\n#EXT-X-ENDLIST\n`,
  );
  await analyseFiles(ctx, job);
  assert.match((await analysisOf('List')).problem!, /^undecodable/);
});

test('a composed recording measures what ffmpeg says of it', async () => {
  const [made] = (await writeDemoAudio(home, { only: ['recording-3'] })).files;
  await measures(path.join(home, made!.file), 'mp3', {
    loudnessLufs: -14,
    peakDbtp: -1.6,
    durationMs: made!.durationMs,
  });
});

const real = path.resolve(
  import.meta.dirname,
  '../../../../../shared/data/audio/kevin-macleod--vibe-ace.ogg',
);
test(
  'a real recording measures what ffmpeg says of it',
  { skip: existsSync(real) ? false : 'no shared/data/audio beside the checkout' },
  async () => {
    await measures(real, 'ogg', { loudnessLufs: -17.2, peakDbtp: -0.4, durationMs: 61_459 });
  },
);

async function measures(
  file: string,
  format: 'mp3' | 'ogg',
  expected: {
    readonly loudnessLufs: number;
    readonly peakDbtp: number;
    readonly durationMs: number;
  },
): Promise<void> {
  const heard = await analyseSound({ path: file, format });
  assert.ok(heard.kind === 'analysed');
  assert.ok(
    Math.abs(heard.loudnessLufs! - expected.loudnessLufs) <= 0.1 &&
      Math.abs(heard.peakDbtp! - expected.peakDbtp) <= 0.1,
    `${heard.loudnessLufs} ${heard.peakDbtp}`,
  );
  assert.ok(Math.abs(heard.durationMs - expected.durationMs) < 50, `${heard.durationMs}`);
}
