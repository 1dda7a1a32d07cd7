export type { LibraryContext, MediaContext } from './context.ts';
export type { SoundsChanged } from './events.ts';
export { serveMedia } from './http.ts';
export { importFolder, type ImportOptions, type ImportReport } from './importing/import-folder.ts';
export { listSkippedFiles } from './importing/list-skipped.ts';
export { mediaSubscribers, mediaTasks, requestAnalysis, requestImport } from './jobs.ts';
export { openSound, soundOf } from './serving/open-sound.ts';
export { sendSound } from './serving/serve-sound.ts';
export { watchLibrary, type Watch } from './watch-library.ts';
