import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  hear,
  identify,
  indexFolderToFile,
  prepareSearch,
  readSegment,
} from '#counting/recognition/index.ts';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { readWav } from '../src/counting/recognition/decoding/read-wav.ts';

// Accuracy by condition beside the best peer (docs/recognition-method.md). Arguments: the script that cuts and degrades,
// a folder of tracks, excerpts per track, and a folder with what an earlier run has made already.

const [script, tracks, perTrack = '2', made] = process.argv.slice(2);
if (script === undefined || tracks === undefined)
  throw new Error('bench/recognition-accuracy.ts DEGRADE.py TRACKS [PER-TRACK] [MADE]');

/** The best calibrated peer at 10 s, in per cent; where two were tied, one figure. */
const peers: Readonly<Record<string, number>> = {
  'pink_-5': 90,
  'pink_-10': 45,
  'speed_-4': 39,
  'speed_-2': 98,
  'speed_+2': 98,
  'speed_+4': 86,
  'speed_+8': 0,
  'pitch_+50': 98,
  'pitch_+100': 57,
};
const offsetTolerableMs = 50;

type Row = {
  readonly file: string;
  readonly track: string;
  readonly present: boolean;
  readonly start: number;
  readonly length: number;
  readonly condition: string;
};
type Cell = { asked: number; right: number; wrong: number; placed: number };

const folder = made ?? mkdtempSync(path.join(os.tmpdir(), 'ngoma-accuracy-'));
if (!existsSync(path.join(folder, 'manifest.jsonl')))
  execFileSync('python3', [script, '--tracks', tracks, '--out', folder, '--per-track', perTrack], {
    stdio: 'inherit',
  });
const index = path.join(folder, 'bench.index');
await indexFolderToFile(tracks, index);
const shards = [{ segment: await readSegment(index), isLive: () => true }];
const search = prepareSearch();
const cells = new Map<string, Cell>();
const tookMs: number[] = [];
const rows = readFileSync(path.join(folder, 'manifest.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

for (const row of rows) {
  const wav = readWav(readFileSync(path.join(folder, row.file)));
  if (wav === null) throw new Error(`${row.file} is no WAV file`);
  const samples = resample(wav.samples, wav.sampleRate, fingerprintRate);
  const startedAt = performance.now();
  const { match } = identify(search, shards, hear(samples));
  tookMs.push(performance.now() - startedAt);
  const key = `${row.condition} ${row.length}`;
  const cell = cells.get(key) ?? { asked: 0, right: 0, wrong: 0, placed: 0 };
  cells.set(key, cell);
  cell.asked += 1;
  if (match === null) continue;
  const isRight = row.present && match.recordingId === row.track;
  if (!isRight) cell.wrong += 1;
  else {
    cell.right += 1;
    if (Math.abs(match.offsetMs - row.start * 1_000) <= offsetTolerableMs) cell.placed += 1;
  }
}

const conditions = [...new Set(rows.map((row) => row.condition))];
console.log('condition     best peer 10 s    10 s  wrong  within 50 ms     5 s  wrong');
for (const condition of conditions) {
  const ten = cells.get(`${condition} 10`);
  const five = cells.get(`${condition} 5`);
  console.log(
    [
      condition.padEnd(14),
      String(peers[condition] ?? 100).padStart(13),
      percent(ten, 'right'),
      String(ten?.wrong ?? 0).padStart(6),
      percent(ten, 'placed').padStart(14),
      percent(five, 'right'),
      String(five?.wrong ?? 0).padStart(6),
    ].join(' '),
  );
}
for (const length of [10, 5]) {
  const all = [...cells].filter(([key]) => key.endsWith(` ${length}`)).map(([, cell]) => cell);
  const sum = (of: keyof Cell): number => all.reduce((total, cell) => total + cell[of], 0);
  if (sum('asked') > 0)
    console.log(`${length} s: ${sum('right')} of ${sum('asked')} right, ${sum('wrong')} wrong`);
}
tookMs.sort((a, b) => a - b);
console.log(
  `query p50 ${at(0.5)} ms, p95 ${at(0.95)} ms (${rows.length} queries, hearing and searching)`,
);

function at(part: number): string {
  return (tookMs[Math.floor(part * (tookMs.length - 1))] ?? 0).toFixed(0);
}

function percent(cell: Cell | undefined, of: 'right' | 'placed'): string {
  return cell === undefined
    ? '      -'
    : `${((100 * cell[of]) / cell.asked).toFixed(0)} %`.padStart(7);
}
