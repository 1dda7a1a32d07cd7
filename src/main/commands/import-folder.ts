import path from 'node:path';
import {
  importFolder as importMusic,
  listSkippedFiles,
  requestAnalysis,
  type ImportReport,
  type LibraryContext,
} from '#catalogue/media/index.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import { loadConfig } from '#foundation/platform/config.ts';
import { createLog } from '#foundation/platform/log.ts';
import { onStopSignal } from '../stop-signals.ts';
import { say, withDatabase } from './with-database.ts';

/** With --json all of a broken library would otherwise be one line of gigabytes. */
const skippedListedMax = 1_000;
const skippedShownMax = 20;
const tellEveryMs = 1_000;

/** Imports in this process, so that it works beside a server and without one; the analysis of sound is left to the server. */
export async function importFolder(dir: string, asJson: boolean): Promise<number> {
  const loaded = loadConfig(process.env);
  const stopping = new AbortController();
  onStopSignal(
    () => stopping.abort(new Error('stopped')),
    () => process.exit(1),
  );
  return withDatabase('make', loaded, async (db) => {
    const library: LibraryContext = {
      db,
      blobs: diskBlobs(path.join(loaded.config.home, 'blobs')),
      log: createLog('silent'), // what was left out is in the report
    };
    try {
      const report = await importMusic(library, dir, {
        signal: stopping.signal,
        progress: tellProgress(),
      });
      if ('kind' in report) {
        say(report.detail ?? report.code);
        return 1;
      }
      await requestAnalysis(library);
      const limit = asJson ? skippedListedMax : skippedShownMax;
      const skipped = await listSkippedFiles(db, report.folder, limit);
      console.log(
        asJson ? JSON.stringify({ ...report, skippedFiles: skipped }) : toText(report, skipped),
      );
      return 0;
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
      say('Stopped; what was imported is kept, and the same command goes on from there.');
      return 1;
    }
  });
}

function tellProgress(): (done: number, total: number | null, note: string) => void {
  let toldAt = 0;
  return (done, total, note) => {
    const isLast = done === total;
    if (!isLast && Date.now() - toldAt < tellEveryMs) return;
    toldAt = Date.now();
    say(total === null ? `${note}: ${done} seen ...` : `${note}: ${done} of ${total}`);
  };
}

type Skipped = Awaited<ReturnType<typeof listSkippedFiles>>;

function toText(report: ImportReport, skipped: Skipped): string {
  const counts = ['seen', 'added', 'updated', 'unchanged', 'skipped', 'missing'] as const;
  const hidden = report.skipped - skipped.length;
  return [
    `folder     ${report.folder}`,
    ...counts.map((name) => `${name.padEnd(9)}  ${report[name]}`),
    ...skipped.map(({ path: file, reason, detail }) => `skipped: ${file}: ${reason}: ${detail}`),
    ...(hidden > 0 ? [`... and ${hidden} more; Admin, Imports lists them all.`] : []),
  ].join('\n');
}
