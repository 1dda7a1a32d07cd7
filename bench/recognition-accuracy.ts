import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hear, identify, prepareSearch, readSegment } from '#counting/recognition/engine.ts';
import { indexFolderToFile } from '#counting/recognition/index.ts';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { resample } from '#foundation/dsp/resample.ts';
import { readWav } from '../src/foundation/decoding/read-wav.ts';

// Accuracy by condition beside the best peer (docs/recognition-method.md). Arguments: the script that cuts and degrades,
// a folder of tracks, excerpts per track, a folder with what an earlier run has made already, and an index (bench/pad-index.ts)
// to be searched together with that of the tracks.

const [script, tracks, perTrack = '2', made, distractors] = process.argv.slice(2);
if (script === undefined || tracks === undefined)
  throw new Error('bench/recognition-accuracy.ts DEGRADE.py TRACKS [PER-TRACK] [MADE] [INDEX]');

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
type Cell = { asked: number; right: number; wrong: number; placed: number; cpuMs: number[] };

const folder = made ?? mkdtempSync(path.join(os.tmpdir(), 'ngoma-accuracy-'));
if (!existsSync(path.join(folder, 'manifest.jsonl')))
  execFileSync('python3', [script, '--tracks', tracks, '--out', folder, '--per-track', perTrack], {
    stdio: 'inherit',
  });
const index = path.join(folder, 'bench.index');
// Only the tracks themselves: what lies in folders below them (the speech that is mixed in, for one) is not asked about.
const only = mkdtempSync(path.join(os.tmpdir(), 'ngoma-tracks-'));
for (const entry of readdirSync(tracks, { withFileTypes: true }))
  if (entry.isFile()) symlinkSync(path.resolve(tracks, entry.name), path.join(only, entry.name));
await indexFolderToFile(only, index);
rmSync(only, { recursive: true });
const files = distractors === undefined ? [index] : [index, distractors];
const shards = await Promise.all(
  files.map(async (file) => ({ segment: await readSegment(file), isLive: () => true })),
);
if (shards[0]!.segment.recordings.length === 0) throw new Error(`${tracks} holds no track`);
const search = prepareSearch();
const cells = new Map<string, Cell>();
const confidences: { confidence: number; isRight: boolean }[] = [];
const rows = readFileSync(path.join(folder, 'manifest.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

for (const row of rows) {
  const wav = readWav(readFileSync(path.join(folder, row.file)));
  if (wav === null) throw new Error(`${row.file} is no WAV file`);
  const samples = resample(wav.samples, wav.sampleRate, fingerprintRate);
  const before = process.cpuUsage();
  const { match } = identify(search, shards, hear(samples));
  const used = process.cpuUsage(before);
  const key = `${row.condition} ${row.length}`;
  const cell = cells.get(key) ?? { asked: 0, right: 0, wrong: 0, placed: 0, cpuMs: [] };
  cells.set(key, cell);
  cell.asked += 1;
  cell.cpuMs.push((used.user + used.system) / 1e3);
  if (match === null) continue;
  const isRight = row.present && match.recordingId === row.track;
  confidences.push({ confidence: match.confidence, isRight });
  if (!isRight) cell.wrong += 1;
  else {
    cell.right += 1;
    if (Math.abs(match.offsetMs - row.start * 1_000) <= offsetTolerableMs) cell.placed += 1;
  }
}

const conditions = [...new Set(rows.map((row) => row.condition))];
console.log(
  'condition     best peer 10 s    10 s  wrong  within 50 ms     5 s  wrong  CPU ms of 10 s p50, p95',
);
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
      cpu(ten, 0.5),
      cpu(ten, 0.95),
    ].join(' '),
  );
}
for (const length of [10, 5]) {
  const all = [...cells].filter(([key]) => key.endsWith(` ${length}`)).map(([, cell]) => cell);
  const sum = (of: 'asked' | 'right' | 'wrong'): number =>
    all.reduce((total, cell) => total + cell[of], 0);
  if (sum('asked') > 0)
    console.log(`${length} s: ${sum('right')} of ${sum('asked')} right, ${sum('wrong')} wrong`);
}
for (const [from, to] of [
  [0.9, 0.95],
  [0.95, 0.99],
  [0.99, 1.01],
] as const) {
  const some = confidences.filter(({ confidence }) => confidence >= from && confidence < to);
  const right = some.filter(({ isRight }) => isRight).length;
  console.log(`confidence from ${from}: ${right} of ${some.length} answers right`);
}

/** CPU time of a query, hearing and searching, in ms. */
function cpu(cell: Cell | undefined, part: number): string {
  const sorted = [...(cell?.cpuMs ?? [])].sort((a, b) => a - b);
  return (sorted[Math.floor(part * (sorted.length - 1))] ?? 0).toFixed(0).padStart(6);
}

function percent(cell: Cell | undefined, of: 'right' | 'placed'): string {
  return cell === undefined
    ? '      -'
    : `${((100 * cell[of]) / cell.asked).toFixed(0)} %`.padStart(7);
}
