import { framesPerSecond, stepsMax } from '#foundation/dsp/find-peaks.ts';
import {
  everyWitness,
  findCandidates,
  pairsOf,
  type Ballot,
  type Playing,
} from './find-candidates.ts';
import type { Fingerprint } from './fingerprint-sound.ts';
import type { Shard } from './identify.ts';
import { levelsOf, placesOf, type Segment } from './segment.ts';
import { plain, speedBank } from './speed-bank.ts';
import { follow, settle, type Stretch } from './follow-line.ts';
import type { Line } from './match-peaks.ts';

// What a fingerprint has in common with the recordings of an index: windows of it are looked up as a listener's would be, first
// as they are and then, where that explains nothing, at other speeds; and from every window that agrees the line is followed.

/** A recording that shares sound with the one asked about. */
export type Sharing = {
  readonly recordingId: string;
  /** Frames of the whole recording. */
  readonly frames: number;
  /** By where they begin in the one asked about; each part of it in one stretch at most. */
  readonly stretches: readonly Stretch[];
  /** Those and others that agree less; under something louder not more can be expected. */
  readonly faint: readonly Stretch[];
};

const windowFrames = 6 * framesPerSecond;
const hopFrames = 8 * framesPerSecond;
/** Six hours. */
const windowsMax = 2_700;
/** Windows that are asked at every speed: forty times the price of one that is not. */
const bankEveryFrames = 30 * framesPerSecond;
const bankWindowsMin = 5;
const bankWindowsMax = 24;
/** Both sides are as sparse as an index is, so a tenth of a listener's pairs say as much. */
const plainFanOut = 5;
const plainLook = { candidatesMax: 48, votesMin: 4, postingsMax: 1_000_000 };
const bankFanOut = 3;
const bankLook = { candidatesMax: 12, votesMin: 5, postingsMax: 200_000 };
const witnesses = everyWitness(windowFrames);
/** Of the candidates of one window, those with most votes are looked at. */
const settledMax = 16;
const peaksMin = 40;
/** Agreement of a window from which its line is worth following ... */
const seedAgreedMin = 0.13;
/** ... with which it is followed while so many agree ... */
const followedAgreedMin = 0.12;
/** ... and that must stand out of what chance gives in as few peaks. */
const chanceAgreed = 0.03;
const seedDeviationsMin = 5;
/** What sounds under something louder agrees less; it is kept apart, and judged by more than that. */
const faintAgreedMin = 0.06;
const faintFollowedMin = 0.05;
const faintDeviationsMin = 3.5;
/** Of a stretch that agrees so well nothing else is looked for. */
const explainedAgreed = 0.4;
const sameLineFrames = 12;
const sameTempo = 0.003;
const stretchesMax = 64;

/** Yields after every window, so that whoever runs it can do something else in between. */
export function* findShared(
  ballot: Ballot,
  shards: readonly Shard[],
  one: Fingerprint,
  exceptId: string,
): Generator<void, readonly Sharing[]> {
  const found = new Map<string, Found>();
  const ask = (start: number, playing: Playing): void => {
    const isPlain = playing === plain;
    const window = windowOf(one, start);
    if (window.length < peaksMin) return;
    const pairs = pairsOf(window, isPlain ? plainFanOut : bankFanOut);
    const limits = isPlain ? plainLook : bankLook;
    const candidates = shards.flatMap(({ segment, isLive }) =>
      findCandidates(ballot, segment, pairs, witnesses, playing, limits)
        .filter(({ recording }) => isLive(recording))
        .map((candidate) => ({ ...candidate, segment })),
    );
    candidates.sort((a, b) => b.votes - a.votes);
    for (const { segment, recording, offset } of candidates.slice(0, settledMax)) {
      const { recordingId } = segment.recordings[recording]!;
      if (recordingId === exceptId) continue;
      const line = { ...playing, offset: offset - playing.tempo * start };
      const known = found.get(recordingId) ?? { segment, recording, stretches: [], faint: [] };
      if (tryLine(one, known, start, line)) found.set(recordingId, known);
    }
  };

  const last = (one.places.at(-1) ?? 0) >>> 10;
  const starts: number[] = [];
  for (let at = 0; at === 0 || at + windowFrames <= last; at += hopFrames)
    if (starts.length < windowsMax) starts.push(at);
  for (const start of starts) {
    ask(start, plain);
    yield;
  }
  for (const start of spread(
    starts.filter((at) => !isExplained(found, at)),
    last,
  )) {
    if (isExplained(found, start)) continue;
    for (const playing of speedBank) {
      ask(start, playing);
      yield;
    }
    // What goes at this speed here goes at it elsewhere too.
    for (const playing of playingsOf(found))
      for (const other of starts.filter((at) => !isExplained(found, at))) {
        ask(other, playing);
        yield;
      }
  }
  return [...found].map(([recordingId, { segment, recording, ...of }]) => ({
    recordingId,
    frames: (placesOf(segment, recording).at(-1) ?? 0) >>> 10,
    stretches: withoutEchoes(of.stretches),
    faint: withoutEchoes([...of.stretches, ...of.faint]),
  }));
}

type Found = {
  readonly segment: Segment;
  readonly recording: number;
  readonly stretches: Stretch[];
  readonly faint: Stretch[];
};

function windowOf({ places }: Fingerprint, start: number): Uint32Array {
  return places
    .filter((place) => place >>> 10 >= start && place >>> 10 < start + windowFrames)
    .map((place) => place - start * stepsMax);
}

function tryLine(one: Fingerprint, known: Found, start: number, line: Line): boolean {
  const { segment, recording } = known;
  const end = start + windowFrames;
  const middle = (start + end) / 2;
  const at = (of: Line): number => of.offset + of.tempo * middle;
  const isKnown = (of: Line, stretches: readonly Stretch[]): boolean =>
    stretches.some(
      (stretch) =>
        stretch.from <= middle &&
        stretch.to >= middle &&
        Math.abs(at(stretch) - at(of)) < sameLineFrames &&
        (Math.abs(stretch.tempo - of.tempo) < sameTempo || isPlainlyHeard(stretch)),
    );
  if (known.stretches.length >= stretchesMax || isKnown(line, known.stretches)) return false;
  const other = { places: placesOf(segment, recording), levels: levelsOf(segment, recording) };
  const { line: settled, matches } = settle(one, other, start, end, line);
  const { asked, agreed } = matches;
  const deviations = (agreed - chanceAgreed * asked) / Math.sqrt(chanceAgreed * asked + 1);
  if (isKnown(settled, known.stretches)) return false;
  if (agreed >= seedAgreedMin * asked && deviations >= seedDeviationsMin) {
    known.stretches.push(follow(one, other, start, end, settled, followedAgreedMin));
    return true;
  }
  if (
    known.faint.length >= stretchesMax ||
    agreed < faintAgreedMin * asked ||
    deviations < faintDeviationsMin ||
    isKnown(settled, known.faint)
  )
    return false;
  known.faint.push(follow(one, other, start, end, settled, faintFollowedMin));
  return true;
}

function isPlainlyHeard({ agreed, asked }: Stretch): boolean {
  return agreed >= explainedAgreed * asked;
}

function isExplained(found: ReadonlyMap<string, Found>, start: number): boolean {
  const middle = start + windowFrames / 2;
  return [...found.values()].some(({ stretches }) =>
    stretches.some(
      (stretch) => stretch.from <= middle && stretch.to >= middle && isPlainlyHeard(stretch),
    ),
  );
}

/** Some of the windows, as far apart as they can be. */
function spread(starts: readonly number[], last: number): readonly number[] {
  const wanted = Math.max(
    bankWindowsMin,
    Math.min(bankWindowsMax, Math.floor(last / bankEveryFrames)),
  );
  if (starts.length <= wanted) return starts;
  return Array.from(
    { length: wanted },
    (_, i) => starts[Math.floor(((i + 0.5) * starts.length) / wanted)]!,
  );
}

/** The speeds other than plain at which something was found. */
function playingsOf(found: ReadonlyMap<string, Found>): readonly Playing[] {
  const playings = new Map<string, Playing>();
  for (const { stretches } of found.values())
    for (const { tempo, pitch } of stretches)
      if (Math.abs(tempo - 1) > 0.005 || Math.abs(pitch - 1) > 0.005)
        playings.set(`${tempo.toFixed(2)} ${pitch.toFixed(2)}`, { tempo, pitch });
  return [...playings.values()].slice(0, playingsMax);
}

const playingsMax = 6;

/** A bar that is repeated fits a bar later too; of stretches over the same part the one with most peaks stays. */
function withoutEchoes(stretches: readonly Stretch[]): readonly Stretch[] {
  const kept: Stretch[] = [];
  for (const one of [...stretches].sort((a, b) => b.agreed - a.agreed)) {
    const covered = kept.reduce(
      (sum, other) =>
        sum + Math.max(0, Math.min(one.to, other.to) - Math.max(one.from, other.from)),
      0,
    );
    if (covered * 2 < one.to - one.from) kept.push(one);
  }
  return kept.sort((a, b) => a.from - b.from);
}
