import { watch } from 'chokidar';
import type { LibraryContext } from './context.ts';
import { requestImport } from './jobs.ts';

/** Long enough for a copy of an album to be over, short enough to seem immediate. */
const quietMs = 3_000;
const depthMax = 32;

export type Watch = { close(): Promise<void> };

/**
 * Imports the folder again whenever it has changed and then been quiet for a moment. What is unchanged is not read again,
 * so which file it was need not be known; a file still being written is read again after its next change.
 */
export async function watchLibrary(
  ctx: LibraryContext,
  folder: string,
  options: { readonly quietMs?: number } = {},
): Promise<Watch> {
  let timer: NodeJS.Timeout | undefined;
  let importing: Promise<unknown> = Promise.resolve();
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      importing = requestImport(ctx, folder).catch((error: unknown) =>
        ctx.log.warn(
          { err: error, folder },
          'the changed library will be imported after the next change',
        ),
      );
    }, options.quietMs ?? quietMs);
  };
  const watcher = watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    depth: depthMax,
    ignored: (path) => /[/\\]\.[^/\\]*$/.test(path),
    ignorePermissionErrors: true,
  });
  for (const event of ['add', 'change', 'unlink', 'addDir', 'unlinkDir'] as const)
    watcher.on(event, changed);
  // Too many folders for the system's limit, most likely: the library is imported when asked.
  watcher.on('error', (error: unknown) =>
    ctx.log.warn({ err: error, folder }, 'the library cannot be watched'),
  );
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
      await importing;
    },
  };
}
