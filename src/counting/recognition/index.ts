export { openDecoders, type Decoders } from './decoding/decoders.ts';
export { serveRecognition } from './http.ts';
export {
  recognitionSubscribers,
  recognitionTasks,
  requestIndexing,
  type IndexContext,
} from './index-catalogue.ts';
export type { CatalogueIndexed, SoundKept } from './events.ts';
export { indexFolderToFile, type FolderReport } from './index-folder.ts';
export { openIndexStore, type IndexStore } from './index-store.ts';
export { openSearcher, type Comparer, type Searcher } from './search-thread.ts';
