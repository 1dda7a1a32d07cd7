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
/** The hashes of a day of one recording are proof enough. */
const proofsMax = 9_000;

export type Named = {
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
};

/** What a stretch of sound was said to be. */
export type Identified = {
  /** When the stretch began and ended, on a clock that only runs forward. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly match:
    | (Named & {
        /** Where in the recording the stretch begins. */
        readonly offsetMs: number;
        readonly speed: number;
        readonly confidence: number;
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

  function closeBefore(atMs: number): readonly HeardPlay[] {
    const over = runs.filter((run) => atMs - run.toMs > keptGapMs);
    runs = runs.filter((run) => !over.includes(run));
    return over.filter(isPlay).map(toPlay);
  }

  return {
    hear(stretch) {
      const plays = [...closeBefore(stretch.fromMs)];
      const { match } = stretch;
      if (match === null || match.confidence < confidenceMin) return plays;
      const own = runs.find((run) => run.recordingId === match.recordingId);
      if (own !== undefined && goesOn(own, stretch.fromMs, match.offsetMs, match.speed)) {
        extend(own, stretch, match);
        return plays;
      }
      if (own !== undefined) {
        runs = runs.filter((run) => run !== own);
        if (isPlay(own)) plays.push(toPlay(own));
      }
      runs = [...runs, begin(stretch, match)];
      const [oldest] = runs;
      if (runs.length > runsMax && oldest !== undefined) {
        runs = runs.slice(1);
        if (isPlay(oldest)) plays.push(toPlay(oldest));
      }
      return plays;
    },
    passTo: closeBefore,
    nowPlaying: () => runs.filter(isPlay).map(toPlay),
    openFromMs: () => (runs.length === 0 ? null : Math.min(...runs.map((run) => run.fromMs))),
    end() {
      const plays = runs.filter(isPlay).map(toPlay);
      runs = [];
      return plays;
    },
  };
}

type Match = NonNullable<Identified['match']>;

function begin({ fromMs, toMs, proof }: Identified, match: Match): Run {
  const { recordingId, title, artist, offsetMs, speed, confidence } = match;
  return {
    recordingId,
    title,
    artist,
    fromMs,
    toMs,
    playedMs: toMs - fromMs,
    beginMs: fromMs - offsetMs / speed,
    offsetMs,
    speed,
    confidence,
    stretches: 1,
    proofs: [proof],
  };
}

function extend(run: Run, { fromMs, toMs, proof }: Identified, match: Match): void {
  const gapMs = Math.max(0, fromMs - run.toMs);
  run.playedMs += Math.min(gapMs, bridgedMs) + Math.max(0, toMs - Math.max(fromMs, run.toMs));
  run.toMs = Math.max(run.toMs, toMs);
  run.beginMs = fromMs - match.offsetMs / match.speed;
  run.offsetMs = match.offsetMs;
  run.stretches += 1;
  run.speed += (match.speed - run.speed) / run.stretches;
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
