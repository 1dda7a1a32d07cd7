import { frameMs, framesPerSecond } from '#foundation/dsp/find-peaks.ts';
import type { Sharing } from './find-shared.ts';
import type { Stretch } from './follow-line.ts';

// What an upload is of a recording that shares sound with it.

/**
 * `same`: the whole of both, as it was; `edit`: most of one is in the other, cut or put together anew; `respeed`: at another
 * speed or pitch; `mix`: a long part of one sounds by itself in the other; `sample`: a short part, or one under something else.
 */
export type SharingKind = 'same' | 'edit' | 'respeed' | 'mix' | 'sample';

export type SharedStretch = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly otherFromMs: number;
  readonly otherToMs: number;
};

export type Judgement = {
  readonly otherId: string;
  readonly kind: SharingKind;
  /** Pace of the upload against the other: 1.06 is 6 % faster. */
  readonly speed: number;
  readonly pitchCents: number;
  /** From 0 to 1, rising with how many of the peaks agree; not a calibrated probability. */
  readonly confidence: number;
  /** Parts of the upload and of the other that are shared. */
  readonly part: number;
  readonly otherPart: number;
  readonly stretches: readonly SharedStretch[];
};

/** Of the peaks, those that agree; below it, another performance in the same tempo and key comes as far. */
const agreedMin = 0.14;
/** Of what is met, what is also as loud: two performances meet as often and agree less. */
const asLoudMin = 0.74;
/**
 * Less is believed of so many peaks when of what is met so much is as loud, and so much as loud to 0.75 dB: of what only
 * resembles it, in the same tempo and key, at most 71 and 42 % were, of drums from one loop 81 and 56.
 */
const faintPeaksMin = 24;
const faintAgreedMin = 0.075;
const faintAsLoudMin = 0.78;
const faintJustAsLoudMin = 0.6;
/** Agreement from which the shared part sounds by itself and not under something else. */
const plainAgreed = 0.4;
const wholePart = 0.93;
/** What is missing at the ends of the same recording: silence, and seconds that are looked at together. */
const wholeSlackFrames = 3 * framesPerSecond;
const mostPart = 0.6;
/** One that is so much longer than the other is more than an edit of it. */
const mixLengthsMin = 2.5;
const mixFramesMin = 15 * framesPerSecond;
const sharedFramesMin = 5 * framesPerSecond;
/** Paces and pitches further from 1 than this are no encoder's rounding. */
const respeedMin = 0.004;
const respeedCentsMin = 12;

export function judgeSharings(
  uploadFrames: number,
  sharings: readonly Sharing[],
): readonly Judgement[] {
  const long = sharings.filter(({ stretches }) => {
    const plainly = stretches.filter((one) => one.agreed >= plainAgreed * one.asked);
    return framesOf(plainly) >= mixFramesMin;
  });
  return sharings.flatMap((sharing) => {
    // Several long ones, each in its own place, make a mix of the upload.
    const hasOthers = long.some(
      (other) => other !== sharing && overlapOf(other.stretches, sharing.stretches) < 0.5,
    );
    const judged = judge(uploadFrames, sharing, hasOthers);
    return judged === null ? [] : [judged];
  });
}

function judge(uploadFrames: number, sharing: Sharing, hasOthers: boolean): Judgement | null {
  const told = tell(uploadFrames, sharing, sharing.stretches);
  const { agreed, asLoud, otherFrames } = told.measured;
  if (agreed < agreedMin || asLoud < asLoudMin || otherFrames < sharedFramesMin)
    return judgeFaint(uploadFrames, sharing);
  return { ...told.told, kind: kindOf(uploadFrames, sharing, told, hasOthers) };
}

/** What lies over a sample drowns most of its peaks; those that are left are as loud as only the same sound has them. */
function judgeFaint(uploadFrames: number, sharing: Sharing): Judgement | null {
  const { told, measured } = tell(uploadFrames, sharing, sharing.faint);
  const { agreed, asLoud, justAsLoud, peaks, otherFrames } = measured;
  const isTheSame =
    peaks >= faintPeaksMin &&
    agreed >= faintAgreedMin &&
    asLoud >= faintAsLoudMin &&
    justAsLoud >= faintJustAsLoudMin &&
    otherFrames >= sharedFramesMin;
  return isTheSame ? { ...told, kind: 'sample' } : null;
}

type Told = {
  readonly told: Omit<Judgement, 'kind'>;
  readonly measured: {
    /** Shares: of the peaks that agree, of what is met what is as loud, and what is just as loud. */
    readonly agreed: number;
    readonly asLoud: number;
    readonly justAsLoud: number;
    readonly peaks: number;
    readonly frames: number;
    readonly otherFrames: number;
  };
};

function tell(uploadFrames: number, sharing: Sharing, stretches: readonly Stretch[]): Told {
  const sum = (of: (one: Stretch) => number): number =>
    stretches.reduce((all, one) => all + of(one), 0);
  const peaks = sum((one) => one.agreed);
  const met = Math.max(
    1,
    sum((one) => one.met),
  );
  const agreed =
    peaks /
    Math.max(
      1,
      sum((one) => one.asked),
    );
  const frames = unionOf(stretches.map(({ from, to }) => [from, to]));
  const otherFrames = unionOf(stretches.map(otherSpan));
  const longest = stretches.reduce<Stretch | null>(
    (a, b) => (a === null || b.agreed > a.agreed ? b : a),
    null,
  );
  return {
    measured: {
      agreed,
      asLoud: peaks / met,
      justAsLoud: sum((one) => one.justAsLoud) / met,
      peaks,
      frames,
      otherFrames,
    },
    told: {
      otherId: sharing.recordingId,
      speed: round(longest?.tempo ?? 1, 4),
      pitchCents: Math.round(1_200 * Math.log2(longest?.pitch ?? 1)),
      confidence: round(confidenceOf(agreed, peaks / met), 4),
      part: round(Math.min(1, frames / Math.max(1, uploadFrames)), 4),
      otherPart: round(Math.min(1, otherFrames / Math.max(1, sharing.frames)), 4),
      stretches: stretches.map((one) => {
        const [otherFrom, otherTo] = otherSpan(one);
        return {
          fromMs: msOf(one.from),
          toMs: msOf(one.to),
          otherFromMs: msOf(otherFrom),
          otherToMs: msOf(otherTo),
        };
      }),
    },
  };
}

function kindOf(
  uploadFrames: number,
  sharing: Sharing,
  { told, measured }: Told,
  hasOthers: boolean,
): SharingKind {
  const { speed, pitchCents, stretches, part, otherPart } = told;
  const { frames, otherFrames } = measured;
  const isRespeed = Math.abs(speed - 1) > respeedMin || Math.abs(pitchCents) > respeedCentsMin;
  const isWhole = (shared: number, whole: number): boolean =>
    shared >= wholePart * whole || whole - shared <= wholeSlackFrames;
  if (measured.agreed < plainAgreed) return 'sample';
  if (isWhole(frames, uploadFrames) && isWhole(otherFrames, sharing.frames))
    return isRespeed ? 'respeed' : stretches.length === 1 ? 'same' : 'edit';
  // A bar that is looped for a minute is still a bar.
  const isLong = Math.min(frames, otherFrames) >= mixFramesMin;
  if (isLong && part < mostPart && hasOthers) return 'mix';
  if (Math.max(part, otherPart) < mostPart) return isLong ? 'mix' : 'sample';
  const lengths = uploadFrames / Math.max(1, speed * sharing.frames);
  if (Math.max(lengths, 1 / lengths) >= mixLengthsMin) return isLong ? 'mix' : 'sample';
  return isRespeed ? 'respeed' : 'edit';
}

/** Logistic in both, the slopes chosen by hand: a clean copy is sure, a sample under other music is a suspicion. */
function confidenceOf(agreed: number, asLoud: number): number {
  return 1 / ((1 + Math.exp(-(agreed - 0.17) * 30)) * (1 + Math.exp(-(asLoud - 0.72) * 30)));
}

function otherSpan({ offset, tempo, from, to }: Stretch): [number, number] {
  return [Math.max(0, offset + tempo * from), Math.max(0, offset + tempo * to)];
}

function framesOf(stretches: readonly Stretch[]): number {
  return unionOf(stretches.map(({ from, to }) => [from, to]));
}

function unionOf(spans: readonly (readonly [number, number])[]): number {
  let sum = 0;
  let reached = -Infinity;
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}

/** Part of the shorter of both that lies in the other. */
function overlapOf(one: readonly Stretch[], other: readonly Stretch[]): number {
  const both = framesOf([...one, ...other]);
  const [a, b] = [framesOf(one), framesOf(other)];
  return (a + b - both) / Math.max(1, Math.min(a, b));
}

function msOf(frame: number): number {
  return Math.round(frame * frameMs);
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
