// From "this sounds" every ten seconds to one play for each time something was played. A phone or a box asks a server
// about stretches of sound and may be offline for hours between two answers; a monitor, which hears without a pause,
// has the finer rules of recognition/count-from-sound.ts. Pure: the same in a browser and on a box.

/** Stretches that must agree on recording and line before it is a play; one that is as good as certain is enough. */
const agreeingMin = 2;
const certain = 0.98;
const confidenceMin = 0.5;
/** Bridged while the line (place in the recording against time) is kept: talk-over, an advertisement. */
const keptGapMs = 90_000;
/** Of such a gap, what still counts as played. */
const bridgedMs = 20_000;
const lineToleranceMs = 1_500;
/** A deck drifts, and a speed is known to about a per cent. */
const driftShare = 0.012;
/** The recording begins again further back than an edit or a loop goes: a second play. */
const jumpBackMs = 30_000;
const runsMax = 8;
const pastMax = 8;
/** Of one sound in many catalogue entries, as many are followed. */
const namesMax = 4;
/** Heard this much longer than another name of the same sound: half a stretch. */
const edgeMs = 5_000;
const togetherShare = 0.8;
/** The hashes of a day of one recording are proof enough. */
const proofsMax = 9_000;

export type Named = {
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
};

type Sounding = Named & {
  /** Where in the recording the stretch begins. */
  readonly offsetMs: number;
  readonly speed: number;
};

/** What a stretch of sound was said to be. */
export type Identified = {
  /** When the stretch began and ended, on a clock that only runs forward. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly match:
    | (Sounding & {
        readonly confidence: number;
        /** Other recordings that are the same audio there: another entry of it, or an edit. */
        readonly sameAudio?: readonly Sounding[];
      })
    | null;
  /** Names the hashes the answer rests on. */
  readonly proof: string;
};

export type HeardPlay = Named & {
  readonly fromMs: number;
  readonly toMs: number;
  readonly playedMs: number;
  /** Where in the recording the latest stretch began. */
  readonly offsetMs: number;
  readonly speed: number;
  readonly confidence: number;
  /** In order; the hash over them is the play's evidence. */
  readonly proofs: readonly string[];
};

type Run = Named & {
  fromMs: number;
  toMs: number;
  playedMs: number;
  /** When the recording would have begun, for the latest stretch. */
  beginMs: number;
  offsetMs: number;
  speed: number;
  confidence: number;
  stretches: number;
  /** Of these, in how many it was named before every other name of the sound. */
  named: number;
  /** In how many another recording was the same audio. */
  same: Map<string, number>;
  proofs: string[];
};

export type IdentifiedCounter = {
  /** Takes the next stretch in order of time; answers the plays that are over. */
  hear(stretch: Identified): readonly HeardPlay[];
  /** Nothing was heard until then; answers the plays that are over by it. */
  passTo(atMs: number): readonly HeardPlay[];
  /** What sounds now and is sure enough to count. */
  nowPlaying(): readonly HeardPlay[];
  /** From when on the stretches are still needed: what began before is over. Null when nothing is open. */
  openFromMs(): number | null;
  /** Nothing more will come. */
  end(): readonly HeardPlay[];
};

export function countIdentified(): IdentifiedCounter {
  let runs: readonly Run[] = [];
  let past: readonly Run[] = [];

  /** Of one sound under several names, one is a play. */
  function close(over: readonly Run[]): readonly HeardPlay[] {
    const all = [...past, ...runs];
    runs = runs.filter((run) => !over.includes(run));
    past = [...past, ...over].slice(-pastMax);
    return over
      .filter((run) => isPlay(run) && !all.some((other) => isNamedBy(other, run)))
      .map(toPlay);
  }

  function closeBefore(atMs: number): readonly HeardPlay[] {
    return close(runs.filter((run) => atMs - run.toMs > keptGapMs));
  }

  function place(stretch: Identified, match: Match, name: Sounding): readonly HeardPlay[] {
    const own = runs.find((run) => run.recordingId === name.recordingId);
    if (own !== undefined && goesOn(own, stretch.fromMs, name.offsetMs, name.speed)) {
      extend(own, stretch, match, name);
      return [];
    }
    const plays = own === undefined ? [] : close([own]);
    runs = [...runs, begin(stretch, match, name)];
    return runs.length > runsMax ? [...plays, ...close(runs.slice(0, 1))] : plays;
  }

  return {
    hear(stretch) {
      const plays = closeBefore(stretch.fromMs);
      const { match } = stretch;
      if (match === null || match.confidence < confidenceMin) return plays;
      return [...plays, ...namesOf(match).flatMap((name) => place(stretch, match, name))];
    },
    passTo: closeBefore,
    nowPlaying: () =>
      runs.filter((run) => isPlay(run) && !runs.some((other) => isNamedBy(other, run))).map(toPlay),
    openFromMs: () => (runs.length === 0 ? null : Math.min(...runs.map((run) => run.fromMs))),
    end: () => close(runs),
  };
}

type Match = NonNullable<Identified['match']>;

function namesOf(match: Match): readonly Sounding[] {
  return [match, ...(match.sameAudio ?? [])].slice(0, namesMax);
}

function begin(
  { fromMs, toMs, proof }: Identified,
  match: Match,
  { recordingId, title, artist, offsetMs, speed }: Sounding,
): Run {
  const run: Run = {
    recordingId,
    title,
    artist,
    fromMs,
    toMs,
    playedMs: toMs - fromMs,
    beginMs: fromMs - offsetMs / speed,
    offsetMs,
    speed,
    confidence: match.confidence,
    stretches: 1,
    named: 0,
    same: new Map(),
    proofs: [proof],
  };
  noteNames(run, match);
  return run;
}

function noteNames(run: Run, match: Match): void {
  if (match.recordingId === run.recordingId) run.named += 1;
  for (const { recordingId } of namesOf(match))
    if (recordingId !== run.recordingId)
      run.same.set(recordingId, (run.same.get(recordingId) ?? 0) + 1);
}

function extend(
  run: Run,
  { fromMs, toMs, proof }: Identified,
  match: Match,
  { offsetMs, speed }: Sounding,
): void {
  const gapMs = Math.max(0, fromMs - run.toMs);
  run.playedMs += Math.min(gapMs, bridgedMs) + Math.max(0, toMs - Math.max(fromMs, run.toMs));
  run.toMs = Math.max(run.toMs, toMs);
  run.beginMs = fromMs - offsetMs / speed;
  run.offsetMs = offsetMs;
  run.stretches += 1;
  run.speed += (speed - run.speed) / run.stretches;
  noteNames(run, match);
  run.confidence = Math.max(run.confidence, match.confidence);
  if (run.proofs.length < proofsMax) run.proofs.push(proof);
}

/** On the line, or an edit of it: forward as far as one likes, back no further than a loop goes. */
function goesOn(run: Run, fromMs: number, offsetMs: number, speed: number): boolean {
  const sinceMs = Math.max(0, fromMs - run.toMs);
  const allowed = lineToleranceMs + driftShare * (sinceMs + offsetMs);
  if (Math.abs(fromMs - offsetMs / speed - run.beginMs) <= allowed) return true;
  return sinceMs <= bridgedMs && offsetMs > run.offsetMs - jumpBackMs;
}

function isPlay(run: Run): boolean {
  return run.stretches >= agreeingMin || run.confidence >= certain;
}

/** One audio under two entries, or an edit: the play is of the one that was heard longer, else of the one named more often. */
function isNamedBy(other: Run, run: Run): boolean {
  if (2 * (run.same.get(other.recordingId) ?? 0) < run.stretches) return false;
  const togetherMs = Math.min(other.toMs, run.toMs) - Math.max(other.fromMs, run.fromMs);
  if (togetherMs < togetherShare * (run.toMs - run.fromMs)) return false;
  const moreMs = other.playedMs - run.playedMs;
  if (Math.abs(moreMs) > edgeMs) return moreMs > 0;
  const named = other.named - run.named;
  return named > 0 || (named === 0 && other.recordingId < run.recordingId);
}

function toPlay(run: Run): HeardPlay {
  const { recordingId, title, artist, fromMs, toMs, playedMs } = run;
  const { offsetMs, speed, confidence, proofs } = run;
  return {
    recordingId,
    title,
    artist,
    fromMs,
    toMs,
    playedMs,
    offsetMs,
    speed,
    confidence,
    proofs,
  };
}
