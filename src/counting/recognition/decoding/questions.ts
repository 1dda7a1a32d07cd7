import type { DensityName } from '../algorithm.ts';
import type { SoundQuery } from '../hear.ts';

// What is asked of a decoding process, and what it answers.

export type Question =
  | { readonly kind: 'hear'; readonly path: string; readonly secondsMax: number }
  | { readonly kind: 'fingerprint'; readonly path: string; readonly density?: DensityName }
  | { readonly kind: 'chromaprint'; readonly path: string };

export type Reading =
  | { readonly kind: 'heard'; readonly query: SoundQuery; readonly seconds: number }
  | {
      readonly kind: 'fingerprinted';
      readonly places: Uint32Array;
      readonly levels: Uint8Array;
      readonly seconds: number;
      readonly title: string | null;
      readonly artist: string | null;
    }
  | { readonly kind: 'chromaprinted'; readonly fingerprint: string; readonly seconds: number }
  | { readonly kind: 'problem'; readonly reason: string; readonly detail: string };
