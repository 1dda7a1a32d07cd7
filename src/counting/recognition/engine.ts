// The second front door: the engine itself, without database, HTTP and processes, for threads, commands and benches.

export type { DensityName } from './algorithm.ts';
export type { Playing } from './find-candidates.ts';
export { createFingerprinter, type Fingerprinter } from './fingerprint-sound.ts';
export { hear, type SoundQuery } from './hear.ts';
export { queryOfHashes } from './query-of-hashes.ts';
export { identify, nothing, prepareSearch, type Answer, type Shard } from './identify.ts';
export { judgeSharings, type SharedStretch, type SharingKind } from './judge-sharing.ts';
export { lookIntoWindows, type Settled } from './look-into-windows.ts';
export type { WindowAnswer } from './second-look.ts';
export { readSegment, UnreadableIndex } from './segment-file.ts';
export { buildSegment } from './segment.ts';
export {
  cutHops,
  isSilent,
  joinHops,
  openJudgement,
  openSoundMatcher,
  silenceAt,
  windowMs,
  windowOf,
  type Window,
} from './sound-matcher.ts';
