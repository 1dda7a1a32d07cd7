import path from 'node:path';
import { importFolder, type LibraryContext } from '#catalogue/media/index.ts';
import { demoCatalogue } from './catalogue.ts';
import { writeDemoAudio } from './write-demo-audio.ts';

/** Files are shown to listeners in handfuls, because reading the folder again for each one would be work for nothing. */
const filesPerImport = 6;

export type SoundContext = { readonly media: LibraryContext; readonly home: string };

/**
 * Composes the sound of the demo behind everything else, and lets it be heard as it comes. What is there is not made again;
 * stopping in the middle loses at most one recording's work.
 */
export async function composeSound(
  ctx: SoundContext,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const folder = path.join(ctx.home, 'demo');
  const total = demoCatalogue().recordings.length;
  let waiting = 0;
  let importing: Promise<unknown> = Promise.resolve();
  const show = (): void => {
    waiting = 0;
    importing = importing.then(() => importFolder(ctx.media, folder, { signal }));
  };
  const { files, failed } = await writeDemoAudio(folder, {
    signal,
    onProgress({ done, made }) {
      if (!made) return;
      waiting += 1;
      if (waiting === filesPerImport) show();
      if (done % filesPerImport === 0 && done < total)
        say(`Demo: ${done} of ${total} recordings composed.`);
    },
  });
  if (signal.aborted) return;
  show();
  await importing;
  if (failed.length > 0)
    say(
      `Demo: ${failed.length} recordings could not be composed (${failed[0]!.reason}); the next start tries again.`,
    );
  else say(`Demo: all ${files.length} recordings can be heard.`);
}
