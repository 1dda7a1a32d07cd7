export { normaliseArtist, normaliseName, normaliseTitle } from './match-text.ts';
export {
  existingRecordings,
  mergedAway,
  resolveRecordings,
  sameDuration,
  type RecordingRef,
} from './resolve-recordings.ts';
export { recordingsLearned, recordingsMerged } from './events.ts';
export { parseGtin, parseIsrc } from './identifiers.ts';
export { readItems } from './reading/read-items.ts';
export {
  addRecordings,
  splitFromTheBeginning,
  type AddedRecording,
} from './adding/add-recordings.ts';
export type { RecordingDraft } from './adding/draft.ts';
export type { CatalogContext } from './context.ts';
export { openCatalog } from './room.ts';
export { coverKeyOf } from './reading/open.ts';
export { mergeRecordings } from './editing/merge-recordings.ts';
export { claimParty } from './editing/parties.ts';
export { setSplit, type WantedSplit } from './splits/set-split.ts';
export { noteDuration } from './editing/note-duration.ts';
export type { RecordingItem } from './shapes.ts';
