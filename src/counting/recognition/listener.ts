import type { RecordingId } from '#foundation/kernel/ids.ts';

// The seam between what hears (the engine) and what counts (count-from-sound.ts). It runs wherever the engine runs.

/** One recording that sounds in a window. Matches of one window are ordered, the strongest first. */
export type Match = {
  readonly recordingId: RecordingId;
  /** Where in the recording we are at the window's `atMs`. */
  readonly offsetMs: number;
  /** 1.03 where it is played three per cent faster. */
  readonly speed: number;
  /** Calibrated: 0.9 is right nine times of ten. */
  readonly confidence: number;
  /** Distinct seconds of the window that agree. */
  readonly seconds: number;
  /** Stream time of the first and the last agreeing landmark of the window, where the engine tells. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Other matches of this window that are the same audio here: one sound, and several names for it. */
  readonly sameAs?: readonly RecordingId[];
};

/** What sounds, judged about every two seconds over the last six or so. */
export type Heard = {
  /** Stream time of the latest sound considered, from the first sample fed. */
  readonly atMs: number;
  readonly matches: readonly Match[];
  /** Of sound that matches nothing: whether it is silent, music, or neither that we could tell. */
  readonly music: 'silence' | 'unknown' | 'music';
  /** With no match, one that is not sure by itself: it may lengthen what is known from other windows, and opens nothing. */
  readonly doubtful?: Match;
  /** It was not looked into, because what sounds before and after it goes on through it. */
  readonly isCovered?: true;
  /** It was not looked into, because nothing was found before and after it. */
  readonly isPassedOver?: true;
  /** Of what matches nothing: the earlier unknown sound it repeats, by that sound's id; several where it was kept more than once. */
  readonly unknown?: readonly Match[];
};

/** Fed continuously with mono sound at 16 kHz, in blocks of any length; answers what it has heard since. */
export type SoundMatcher = {
  hear(pcm16kMono: Float32Array): readonly Heard[];
  /** No more sound comes; answers what was still being worked on. One that answers at once has nothing to close. */
  close?(): Promise<readonly Heard[]>;
};
