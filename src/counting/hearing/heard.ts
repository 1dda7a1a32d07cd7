import type { RecordingId } from '#foundation/kernel/ids.ts';

// The seam between what recognises (an engine here, a server far away) and what counts.

/** One recording that sounds in a window. Hits of one window are ordered, the strongest first. */
export type Hit = {
  readonly recordingId: RecordingId;
  /** What to call it, where no catalogue is at hand to ask. */
  readonly name?: Name;
  /** Where in the recording we are at the window's `atMs`. */
  readonly offsetMs: number;
  /** 1.03 where it is played three per cent faster. */
  readonly speed: number;
  /** Calibrated: 0.9 is right nine times of ten. */
  readonly confidence: number;
  /** Distinct seconds of the window that agree. */
  readonly seconds: number;
  /** When the first and the last agreeing landmark of the window sounded, where the engine tells. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Other hits of this window that are the same audio here: one sound, and several names for it. */
  readonly sameAs?: readonly RecordingId[];
};

export type Name = { readonly title: string; readonly artist: string };

/** What sounds in one window of sound, on a clock that only runs forward. */
export type Heard = {
  /** When the window ends: of a channel the stream time, from the first sample fed; of a phone or a box the time of day. */
  readonly atMs: number;
  /** When it begins, where windows do not overlap. */
  readonly fromMs?: number;
  readonly hits: readonly Hit[];
  /** Of sound that matches nothing: whether it is silent, music, or neither that we could tell. */
  readonly music: 'silence' | 'unknown' | 'music';
  /** With no hit, one that is not sure by itself: it may lengthen what is known from other windows, and opens nothing. */
  readonly doubtful?: Hit;
  /** It was not looked into, because what sounds before and after it goes on through it. */
  readonly isCovered?: true;
  /** It was not looked into, because nothing was found before and after it. */
  readonly isPassedOver?: true;
  /** Of what matches nothing: the earlier unknown sound it repeats, by that sound's id; several where it was kept more than once. */
  readonly unknown?: readonly Hit[];
  /** What the answer rests on, where that is more than the hits' own numbers: it goes into a play's evidence. */
  readonly proof?: string;
};

/** Fed continuously with mono sound at 16 kHz, in blocks of any length; answers what it has heard since. */
export type SoundMatcher = {
  hear(pcm16kMono: Float32Array): readonly Heard[];
  /** No more sound comes; answers what was still being worked on. One that answers at once has nothing to close. */
  close?(): Promise<readonly Heard[]>;
};
