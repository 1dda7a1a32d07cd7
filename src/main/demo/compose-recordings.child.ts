// The process that composes and encodes, started by write-demo-audio.ts: a second of computing per recording and a
// native codec have no place in the server. One job in, one answer out, until the parent hangs up.

import { renameSync, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import { composeRecording } from './compose/compose-recording.ts';
import { tonicName } from './compose/harmony.ts';
import type { GenreName } from './compose/score.ts';
import { encodeMp3, type Mp3Tags } from './encode-mp3.ts';
import { paintCover } from './paint-cover.ts';

export type ComposeJob = {
  readonly path: string;
  readonly seed: string;
  readonly genre: GenreName;
  readonly seconds: number;
  readonly coverId: string;
  readonly tags: Omit<Mp3Tags, 'bpm' | 'musicalKey'>;
};

export type ComposeAnswer =
  | {
      readonly kind: 'written';
      readonly bytes: number;
      readonly durationMs: number;
      readonly tempoBpm: number;
      readonly keyName: string;
      readonly integratedLufs: number;
      readonly truePeakDbtp: number;
    }
  | { readonly kind: 'failed'; readonly reason: string };

const sampleRate = 44_100;
const coverPx = 600;
const niceness = 10;

function compose(job: ComposeJob): ComposeAnswer {
  const recording = composeRecording(job.seed, {
    genre: job.genre,
    seconds: job.seconds,
    sampleRate,
  });
  const [left, right] = recording.channels;
  const minor = recording.key.mode === 'minor' || recording.key.mode === 'dorian';
  const musicalKey = `${tonicName(recording.key)}${minor ? 'm' : ''}`;
  const half = `${job.path}.tmp`;
  encodeMp3(
    half,
    [left!, right!],
    sampleRate,
    { ...job.tags, bpm: recording.tempoBpm, musicalKey },
    paintCover(job.coverId, coverPx),
    coverPx,
  );
  renameSync(half, job.path);
  const { durationMs, tempoBpm, keyName, integratedLufs, truePeakDbtp } = recording;
  return {
    kind: 'written',
    bytes: statSync(job.path).size,
    durationMs,
    tempoBpm,
    keyName,
    integratedLufs,
    truePeakDbtp,
  };
}

// People who listen while this runs come first.
setPriority(niceness);
process.on('disconnect', () => process.exit(0));
process.on('message', (job: ComposeJob) => {
  let answer: ComposeAnswer;
  try {
    answer = compose(job);
  } catch (error) {
    answer = { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(answer);
});
