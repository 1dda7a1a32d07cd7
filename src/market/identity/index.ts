export { matchRecordings, type SourceRecording, type Verdict } from './match-recordings.ts';
