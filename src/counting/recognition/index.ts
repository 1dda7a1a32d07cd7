export { openDecoders, type Decoders } from './decoding/decoders.ts';
export type { IndexContext } from './index-catalogue.ts';
export { catalogueIndexed, soundKept } from './events.ts';
export { indexFolderToFile, type FolderReport } from './index-folder.ts';
export type { IndexStore } from './index-store.ts';
export { openRecognition } from './room.ts';
export type { Comparer, Searcher } from './search-thread.ts';
