import type { Key } from './harmony.ts';
import type { GenreName, InstrumentName, SectionKind } from './score.ts';

export type ComposedSection = {
  readonly kind: SectionKind;
  readonly startMs: number;
  readonly endMs: number;
};

/** A stretch that also exists in another recording, in both recordings' time. */
export type SharedStretch = {
  readonly startMs: number;
  readonly endMs: number;
  readonly sourceStartMs: number;
};

export type RecordingFacts = {
  readonly sampleRate: number;
  readonly genre: GenreName;
  readonly tempoBpm: number;
  readonly key: Key;
  /** `F# minor`. */
  readonly keyName: string;
  readonly durationMs: number;
  readonly sections: readonly ComposedSection[];
  readonly instruments: readonly InstrumentName[];
};

export type ComposedRecording = RecordingFacts & {
  /** One or two channels of equal length, in [-1, 1]. */
  readonly channels: readonly Float32Array[];
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
  readonly shared: readonly SharedStretch[];
};
