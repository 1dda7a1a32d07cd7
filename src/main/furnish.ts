import { requestImport, watchLibrary } from '#catalogue/media/index.ts';
import type { Config } from '#foundation/platform/config.ts';
import { findJob, type JobId } from '#foundation/platform/jobs.ts';
import type { House } from './compose.ts';
import { composeSound } from './demo/compose-sound.ts';
import { isDemoMade, makeCountry } from './demo/make-country.ts';

// What a house opens with: the operator's library, or the demo country, or nothing.

export type Furnishing = { close(): Promise<void> };

type Say = (line: string) => void;

/** Makes the demo's figures before it answers; sound and imports go on behind. */
export async function furnish(
  house: House,
  config: Config,
  demo: boolean,
  say: Say,
): Promise<Furnishing> {
  const stopping = new AbortController();
  const onError = (error: unknown): void => {
    if (!stopping.signal.aborted)
      house.log.warn({ err: error }, 'furnishing failed and will be tried at the next start');
  };
  const behind: Promise<void>[] = [];
  const closings: (() => Promise<void>)[] = [];
  if (demo) {
    if (!(await isDemoMade(house))) await makeCountry(house, say);
    behind.push(
      composeSound({ media: house.media, home: config.home }, say, stopping.signal).catch(onError),
    );
  }
  if (config.library !== null) {
    const requested = await requestImport(house.media, config.library);
    if ('kind' in requested) say(`Library: ${requested.detail ?? requested.code}`);
    else {
      behind.push(tellProgress(house, requested.jobId, say, stopping.signal).catch(onError));
      const watch = await watchLibrary(house.media, config.library);
      closings.push(() => watch.close());
      say(`Library: ${config.library} is being imported and watched.`);
    }
  }
  return {
    async close() {
      stopping.abort();
      await Promise.all([...behind, ...closings.map((close) => close())]);
    },
  };
}

const lookEveryMs = 1_000;
const tellEveryMs = 5_000;

async function tellProgress(
  house: House,
  jobId: JobId,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  let toldAt = Date.now();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs).unref());
    if (signal.aborted) return;
    const job = await house.db.one(findJob, { id: jobId });
    if (job.endedAt !== null) {
      const report = job.result as { seen: number; added: number; skipped: number } | null;
      say(
        report === null
          ? `Library: the import ended as ${job.status}: ${job.error ?? ''}`
          : `Library: ${report.seen} files seen, ${report.added} added, ${report.skipped} skipped.`,
      );
      return;
    }
    if (job.total !== null && Date.now() - toldAt >= tellEveryMs) {
      toldAt = Date.now();
      say(`Library: import ${job.done} of ${job.total}.`);
    }
  }
}
