import { ngomaPreset } from '#market/economy/assumptions.ts';
import { monteCarlo } from '#market/economy/model.ts';

// 10,000 draws of the economic model; asked: under 200 ms.

const streams = new Map([
  ['spotify', 40_000_000],
  ['boomplay', 25_000_000],
  ['audiomack', 30_000_000],
  ['youtube', 60_000_000],
]);
const runs = 9;
monteCarlo(ngomaPreset, streams, 1);
const times = Array.from({ length: runs }, (_, i) => {
  const started = performance.now();
  monteCarlo(ngomaPreset, streams, i);
  return performance.now() - started;
}).toSorted((a, b) => a - b);
console.log(
  `10,000 draws: median ${times[4]!.toFixed(0)} ms, slowest of ${runs} ${times.at(-1)!.toFixed(0)} ms (limit 200 ms)`,
);
