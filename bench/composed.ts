import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { composeRecording, type ComposeOptions } from '#main/demo/compose/compose-recording.ts';
import type { ComposedRecording } from '#main/demo/compose/composed-recording.ts';

// Composed recordings for the benchmarks of recognition, made once and kept under the system's temporary folder as 16-bit
// samples at 16 kHz. Of ten, three share a drum loop, one an intro and one a sample with a neighbour.

export type Composed = {
  readonly name: string;
  readonly samples: Float32Array;
  /** Recordings with the same word are known to share sound. */
  readonly family: string;
};

const folder = path.join(os.tmpdir(), 'ngoma-composed');
const seconds = 64;

/** What a recording of this number shares, and with which. */
export function familyOf(index: number): {
  readonly kind: 'none' | 'loop' | 'intro' | 'sample';
  readonly family: string;
} {
  const ten = Math.floor(index / 10);
  const digit = index % 10;
  if (digit < 3) return { kind: 'loop', family: `loop-${ten}` };
  if (digit < 5) return { kind: digit === 3 ? 'none' : 'intro', family: `intro-${ten}` };
  if (digit < 7) return { kind: digit === 5 ? 'none' : 'sample', family: `sample-${ten}` };
  return { kind: 'none', family: `own-${index}` };
}

export async function composed(index: number): Promise<Composed> {
  const name = `composed-${String(index).padStart(4, '0')}`;
  const file = path.join(folder, `${name}.s16`);
  const { family } = familyOf(index);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    const samples = compose(index).channels[0]!;
    const bytes = Int16Array.from(samples, (value) =>
      Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767))),
    );
    await writeFile(`${file}.${process.pid}`, new Uint8Array(bytes.buffer));
    await rename(`${file}.${process.pid}`, file);
  }
  const bytes = await readFile(file);
  const stored = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return { name, family, samples: Float32Array.from(stored, (value) => value / 32_768) };
}

function compose(index: number): ComposedRecording {
  const { kind, family } = familyOf(index);
  const shape: ComposeOptions = { seconds, sampleRate: fingerprintRate, channels: 1 };
  const seed = `distractor-${index}`;
  if (kind === 'loop') return composeRecording(seed, { ...shape, sharedLoop: family });
  if (kind === 'intro')
    return composeRecording(seed, { ...shape, sharedIntro: compose(index - 1) });
  if (kind === 'sample') return composeRecording(seed, { ...shape, sampleOf: compose(index - 1) });
  return composeRecording(seed, shape);
}
