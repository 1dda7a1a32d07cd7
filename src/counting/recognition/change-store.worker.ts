import { writeSync } from 'node:fs';
import { createLog } from '#foundation/platform/log.ts';
import { openIndexStore } from './index-store.ts';
import { changesFrom, peaksOf, smallLimits } from './index-store.testing.ts';

// Changes an index without end, saying each change before and after, until it is killed.

const [folder = '', first = '0'] = process.argv.slice(2);
const store = await openIndexStore({ folder, log: createLog('silent'), limits: smallLimits });
writeSync(1, 'opened\n');
for (const change of changesFrom(Number(first))) {
  writeSync(1, `${JSON.stringify(change)}\n`);
  if (change.kind === 'add')
    await store.add(
      change.numbers.map((number) => ({
        recordingId: `r${number}`,
        title: String(change.seed),
        artist: '',
        file: null,
        ...peaksOf(change.seed + number),
      })),
    );
  else await store.remove(change.numbers.map((number) => `r${number}`));
  writeSync(1, 'done\n');
}
