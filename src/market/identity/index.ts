export {
  matchRead,
  matchRecordings,
  readRecording,
  type ReadRecording,
  type SourceRecording,
  type Verdict,
} from './match-recordings.ts';
export { spellingKey, titleCore } from './spelling.ts';
export { namesIn } from './read-credit.ts';
