import type { Refusal } from '#foundation/kernel/outcome.ts';

/** What is asked of somebody else's catalogue. */
export type OutsideQuestion = {
  /** Of the whole file, in Chromaprint's text form (foundation/dsp/chromaprint.ts); null where there is only a part of one. */
  readonly fingerprint: string | null;
  readonly durationMs: number;
  /** Ten seconds or so, encoded; left out unless the owner of the sound agreed that it leaves. */
  readonly sound?: { readonly bytes: Uint8Array; readonly mediaType: string };
};

/** What somebody else says it is: a claim to be weighed, never a match of ours. */
export type OutsideClaim = {
  readonly title: string;
  readonly artists: readonly string[];
  /** As received; ISRC 3901 is checked where it is used. */
  readonly isrc: string | null;
  readonly musicbrainzId: string | null;
  readonly durationMs: number | null;
  /** 0 to 1 as the service says; null where it says nothing. */
  readonly score: number | null;
  /** Where in the recording the sound was, where the service says. */
  readonly offsetMs: number | null;
};

export type OutsideRefusal = Refusal<
  'OUTSIDE_UNREACHABLE' | 'OUTSIDE_REFUSED' | 'OUTSIDE_UNREADABLE' | 'OUTSIDE_BUSY'
>;

/** AcoustID and AudD stand behind this. */
export type OutsideRecogniser = {
  readonly service: 'acoustid' | 'audd';
  /** Whether it hears the sound itself, and not only its fingerprint. */
  readonly hearsSound: boolean;
  /** What one answered question costs, in millionths of the currency unit. */
  readonly priceMicros: number;
  readonly currency: string;
  /** The claims, best first; empty when the service knows nothing like it. */
  ask(question: OutsideQuestion): Promise<readonly OutsideClaim[] | OutsideRefusal>;
};
