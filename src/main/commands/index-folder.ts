import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { DensityName } from '#counting/recognition/engine.ts';
import { indexFolderToFile } from '#counting/recognition/index.ts';
import { onStopSignal } from '../stop-signals.ts';
import { say } from './with-database.ts';

const tellEveryMs = 1_000;
const skippedShownMax = 20;

/** Where an index lies that nobody named: with the data, when there are data, else here. */
export function usualIndexFile(): string {
  const home = process.env['NGOMA_HOME'];
  return home !== undefined && home !== ''
    ? path.join(home, 'ngoma.index')
    : path.resolve('ngoma.index');
}

export async function indexFolder(
  dir: string,
  {
    out,
    density,
    asJson,
  }: {
    readonly out: string | null;
    readonly density: DensityName;
    readonly asJson: boolean;
  },
): Promise<number> {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) {
    say(`There is no folder ${dir}.`);
    return 1;
  }
  const file = path.resolve(out ?? usualIndexFile());
  await mkdir(path.dirname(file), { recursive: true });
  const stopping = new AbortController();
  onStopSignal(
    () => stopping.abort(new Error('stopped; the index is as it was before')),
    () => process.exit(1),
  );
  let toldAt = 0;
  const report = await indexFolderToFile(path.resolve(dir), file, {
    signal: stopping.signal,
    density,
    progress(done, total) {
      if (done !== total && Date.now() - toldAt < tellEveryMs) return;
      toldAt = Date.now();
      say(`indexed: ${done} of ${total}`);
    },
  });
  if (asJson) console.log(JSON.stringify({ index: file, ...report }));
  else {
    console.log(
      `${report.indexed} recordings, ${report.seconds} s, ${report.postings} postings in ${file}`,
    );
    for (const skipped of report.skipped.slice(0, skippedShownMax))
      console.log(`skipped: ${skipped.file}: ${skipped.reason}: ${skipped.detail}`);
  }
  return report.indexed > 0 ? 0 : 1;
}
