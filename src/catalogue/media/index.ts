export type { LibraryContext, MediaContext } from './context.ts';
export { soundsChanged } from './events.ts';
export { importFolder, type ImportOptions, type ImportReport } from './importing/import-folder.ts';
export { listSkippedFiles } from './importing/list-skipped.ts';
export { requestAnalysis, requestImport } from './jobs.ts';
export { openMedia } from './room.ts';
export { openSound, soundOf } from './serving/open-sound.ts';
export { sendSound } from './serving/serve-sound.ts';
export { watchLibrary, type Watch } from './watch-library.ts';
