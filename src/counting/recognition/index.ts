export { pinAddress } from './monitor/guard-address.ts';
export { openDecoders, type Decoders } from './decoding/decoders.ts';
export { hear, type Heard } from './hear.ts';
export { heardOfHashes } from './heard-of-hashes.ts';
export {
  identify,
  nothing,
  prepareSearch,
  type Answer,
  type Match,
  type Shard,
} from './identify.ts';
export type { DensityName } from './algorithm.ts';
export { indexFolderToFile, type FolderReport } from './index-folder.ts';
export { readSegment, UnreadableIndex } from './segment-file.ts';
export { asParts } from './monitor/open-stream.ts';
export type { CountEvent, SoundPlay } from './count-from-sound.ts';
export { hashEvidence } from './hash-evidence.ts';
export { bodyOf, readHeaders } from './monitor/raw-http.ts';
export { streamBytes } from './monitor/byte-reader.ts';
export { cleanTitle, decodeText } from './monitor/demux-icy.ts';
export type { MonitorContext } from './monitor/context.ts';
export { openEar } from './monitor/ear.ts';
export { serveStations } from './monitor/http.ts';
export { sourceOf, type Source as ChannelSource } from './monitor/source.ts';
export { openMonitors, type Attached, type Monitors } from './monitor/monitors.ts';
export { openStream } from './monitor/open-stream.ts';
export { paceParts, pumpStream, Undecodable } from './monitor/pump-stream.ts';
export { findMount } from './monitor/queries.ts';
export type { StationsContext } from './monitor/stations.ts';
export { formatOfType } from './monitor/stream-format.ts';
export { watchStation } from './monitor/watch-station.ts';
export { openUnknownIndex } from './monitor/unknown/unknown-index.ts';
export { sayTrouble, trouble } from './monitor/trouble.ts';
export { openSoundMatcher } from './sound-matcher.ts';
export { openStationThread, type StationThread } from './monitor/station-thread.ts';
export { openIndexStore, type IndexStore } from './index-store.ts';
export { openSearcher, type Searcher } from './search-thread.ts';
export {
  recognitionSubscribers,
  recognitionTasks,
  requestIndexing,
  type IndexContext,
} from './index-catalogue.ts';
export { serveRecognition } from './http.ts';
export { forgetOldAnswers, outsideRecognisers } from './outside/ask-outside.ts';
export { serveOutside, type OutsideServingContext } from './outside/serve-outside.ts';
