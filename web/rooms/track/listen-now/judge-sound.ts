// Whether ten seconds that nobody recognises are somebody talking. Speech stops between syllables and words, music
// seldom does: the share of quiet moments tells them apart (Saunders, "Real-time discrimination of broadcast
// speech/music", ICASSP 1996). Drums alone stop as often, and the screen says so; nothing is counted by it.

const momentSamples = 320; // 20 ms at 16 kHz
const momentsPerSecond = 50;
const quietBelow = 0.35;
/** One reading voice: 0.25; a drum solo: 0.3 to 0.4; twelve other tracks: 0 to 0.13. */
const haltingShare = 0.18;
const silenceRms = 0.0005;

export type SoundKind = 'silence' | 'halting' | 'steady';

export function judgeSound(samples: Float32Array): SoundKind {
  const levels = Array.from({ length: Math.floor(samples.length / momentSamples) }, (_, i) =>
    rmsOf(samples.subarray(i * momentSamples, (i + 1) * momentSamples)),
  );
  if (rmsOf(samples) < silenceRms || levels.length === 0) return 'silence';
  return quietShare(levels) > haltingShare ? 'halting' : 'steady';
}

/** Of each second, the moments that are far below its mean. */
export function quietShare(levels: readonly number[]): number {
  let quiet = 0;
  for (let from = 0; from < levels.length; from += momentsPerSecond) {
    const second = levels.slice(from, from + momentsPerSecond);
    const mean = second.reduce((sum, level) => sum + level, 0) / second.length;
    quiet += second.filter((level) => level < quietBelow * mean).length;
  }
  return quiet / levels.length;
}

export function rmsOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
