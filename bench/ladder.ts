import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encodeLadder } from '#catalogue/renditions/encode-ladder.ts';
import { rungs } from '#catalogue/renditions/ladder.ts';
import { waveFile } from '#foundation/dsp/wave-file.ts';
import { machine } from './house.ts';

// The whole ladder of a song by CPU time, and each rung by itself: seconds of sound a CPU second; asked: 12 for all of it. Bytes a minute
// against what a rung's name says; asked: within a tenth. A file may be named in BENCH_FILE; without one, three composed minutes.

const seconds = 180;
const rate = 44_100;
const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-bench-ladder-'));
let file = process.env['BENCH_FILE'];
if (file === undefined) {
  let state = 7;
  const samples = Float32Array.from({ length: seconds * rate }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const t = i / rate;
    const beat = Math.exp(-8 * (t % 0.5));
    return 0.3 * Math.sin(2 * Math.PI * (110 + 3 * t) * t) + 0.3 * beat * (state / 2 ** 31 - 1);
  });
  file = path.join(folder, 'composed.wav');
  await writeFile(file, waveFile(samples, rate));
}

function timed(only?: (typeof rungs)[number]['name']) {
  const before = process.cpuUsage();
  const made = encodeLadder({ path: file!, folder, ...(only !== undefined && { only: [only] }) });
  const { user, system } = process.cpuUsage(before);
  return { made, times: (made.durationMs * 1_000) / (user + system) };
}

console.log(machine());
const { made, times } = timed();
console.log(
  `all six rungs of ${(made.durationMs / 1_000).toFixed(0)} s: ${times.toFixed(1)} times real time a core (asked 12)`,
);
for (const { name, bitrate } of rungs) {
  const rung = made.rungs.find((one) => one.name === name)!;
  const bytes = rung.segmentBytes.reduce((a, b) => a + b, rung.initBytes);
  const perMinute = (bytes * 60_000) / made.durationMs;
  const nominal =
    bitrate === null ? '' : `, ${((perMinute * 8) / 60 / bitrate).toFixed(3)} of its name`;
  console.log(
    `${name.padEnd(8)} ${timed(name).times.toFixed(0).padStart(4)} times real time, ${Math.round(perMinute / 1_000)} kB a minute${nominal}`,
  );
}
await rm(folder, { recursive: true, force: true });
