export { openDecoders, type Decoders } from './decoding/decoders.ts';
export { hear, type Heard } from './hear.ts';
export {
  identify,
  nothing,
  prepareSearch,
  type Answer,
  type Match,
  type Shard,
} from './identify.ts';
export { indexFolderToFile, type FolderReport } from './index-folder.ts';
export { readSegment, UnreadableIndex } from './segment-file.ts';
