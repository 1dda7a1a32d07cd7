import type { HashedSound } from '#foundation/dsp/hash-sound.ts';
import type { SoundKind } from './judge-sound.ts';

// What the hashing worker and the page say to each other.

export type FromWorker =
  | { readonly kind: 'level'; readonly level: number }
  | {
      readonly kind: 'stretch';
      readonly sound: HashedSound;
      readonly proof: string;
      readonly sounds: SoundKind;
      readonly lengthMs: number;
      /** Where in the sound it ends, from when the microphone was opened. */
      readonly endMs: number;
    };
export type Begin = { readonly port: MessagePort; readonly sampleRate: number };
