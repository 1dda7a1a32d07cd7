import type { Heard, Hit, SoundMatcher } from '#counting/hearing/index.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { hear, type SoundQuery } from './hear.ts';
import { identify, prepareSearch, type Match, type Shard } from './identify.ts';
import { lookIntoWindows, type Settled } from './look-into-windows.ts';
import { identifyWindow } from './second-look.ts';

// The engine, fed continuously: every two seconds it is asked what sounded in the last eight.

const samplesPerMs = 16;
export const windowMs = 8_000;
const hopMs = 2_000;
const edgeMs = 1_000;
const hopSamples = hopMs * samplesPerMs;
const hopsPerWindow = windowMs / hopMs;
/** -60 dBFS: below it nothing is asked. */
const silentRms = 1e-3;

/** Recordings of the second index: what was heard before and matched nothing. */
export type UnknownShards = () => readonly Shard[];
const none: UnknownShards = () => [];

/**
 * Searches here and now. `shardsNow` is asked at every window, so that recordings that arrive are recognised without a new
 * connection. `unknownNow` is asked about what is none of them, and never instead: its sounds must not cast doubt on a recording.
 */
export function openSoundMatcher(
  shardsNow: () => readonly Shard[],
  unknownNow: UnknownShards = none,
): SoundMatcher {
  const search = prepareSearch();
  const judgement = openJudgement(unknownNow);
  const looks = lookIntoWindows<Window>();
  const answers: Heard[] = [];
  const join = joinHops();
  const feed = cutHops((hop, atMs) => {
    const samples = join(hop, atMs);
    if (isSilent(samples)) {
      settle(looks.end());
      return void answers.push(silenceAt(atMs));
    }
    const looking = looks.next(windowOf(samples, atMs));
    let step = looking.next();
    while (step.done !== true) {
      const { window, expected } = step.value;
      step = looking.next(identifyWindow(search, shardsNow(), window.query(), expected));
    }
    settle(step.value);
  });

  function settle(windows: readonly Settled<Window>[]): void {
    for (const { window, answer } of windows) {
      const heard = judgement(answer, window);
      if (heard !== null) answers.push(heard);
    }
  }

  return {
    hear(pcm) {
      feed(pcm);
      return answers.splice(0);
    },
    async close() {
      settle(looks.end());
      return answers.splice(0);
    },
  };
}

/** The last seconds of a channel; transformed when somebody asks, because most of talk is passed over. */
export type Window = {
  readonly atMs: number;
  readonly lengthMs: number;
  query(): SoundQuery;
};

export function windowOf(samples: Float32Array, atMs: number): Window {
  let query: SoundQuery | null = null;
  return { atMs, lengthMs: samples.length / samplesPerMs, query: () => (query ??= hear(samples)) };
}

type Judgement = (answer: Settled<Window>['answer'], window: Window) => Heard | null;

/** What an answer of the index says of the window it was asked about; windows are judged in their order. */
export function openJudgement(unknownNow: UnknownShards): Judgement {
  const search = prepareSearch();
  const placeKnown = openPlacing();
  const placeUnknown = openPlacing();
  return (answer, window) => {
    const { atMs, lengthMs } = window;
    if (answer === 'failed') return null;
    if (answer === 'covered') return { atMs, hits: [], music: 'music', isCovered: true };
    if (answer === 'passed over') return { atMs, hits: [], music: 'unknown', isPassedOver: true };
    const names = answer.match === null ? [] : [answer.match, ...answer.sameAudio];
    const sounds = [names, answer.beside === null ? [] : [answer.beside]];
    const hits = sounds.flatMap((same) =>
      withSameAudio(same.map((one) => placeKnown(one, atMs, lengthMs))),
    );
    if (hits.length > 0) return { atMs, hits, music: 'music' };
    const doubtful =
      answer.doubtful === null ? {} : { doubtful: placeKnown(answer.doubtful, atMs, lengthMs) };
    const shards = unknownNow();
    if (shards.length === 0) return { atMs, hits: [], music: 'unknown', ...doubtful };
    const again = identify(search, shards, window.query(), 'speeds');
    // What was kept in two stretches cannot be told apart here, and is one sound.
    const kept = again.match === null ? again.alternatives : [again.match, ...again.sameAudio];
    const unknown = kept.map((one) => ({ ...placeUnknown(one, atMs, lengthMs), confidence: 1 }));
    return {
      atMs,
      hits: [],
      music: 'unknown',
      ...doubtful,
      ...(unknown.length > 0 && { unknown: withSameAudio(unknown) }),
    };
  };
}

/** Several names of one sound, each with the others. */
function withSameAudio(names: readonly Hit[]): readonly Hit[] {
  if (names.length < 2) return names;
  const ids = names.map(({ recordingId }) => recordingId);
  return names.map((one) => ({ ...one, sameAs: ids.filter((id) => id !== one.recordingId) }));
}

/** The engine says where a window begins in the recording, and how many of its seconds agree, but not which. */
function openPlacing(): (found: Match, atMs: number, lengthMs: number) => Hit {
  /** Until when each was heard last: it tells which end of a window a part of it is. */
  const heardUntil = new Map<string, number>();
  return (found, atMs, lengthMs) => {
    const startMs = atMs - lengthMs;
    const heardMs = Math.min(Math.max(found.seconds * 1_000, hopMs), lengthMs);
    const goesOn = (heardUntil.get(found.recordingId) ?? -Infinity) >= startMs + edgeMs;
    // Nothing is heard before its own beginning.
    const beginsMs = startMs + Math.max(0, -found.offsetMs / found.speed);
    const fromMs = Math.min(atMs, Math.max(beginsMs, goesOn ? startMs : atMs - heardMs));
    for (const [id, untilMs] of heardUntil) if (untilMs < startMs) heardUntil.delete(id);
    const toMs = Math.min(atMs, fromMs + heardMs);
    heardUntil.set(found.recordingId, toMs);
    return {
      recordingId: found.recordingId as RecordingId,
      offsetMs: found.offsetMs + lengthMs * found.speed,
      speed: found.speed,
      confidence: found.confidence,
      seconds: (toMs - fromMs) / 1_000,
      fromMs,
      toMs,
    };
  };
}

/** Cuts a stream into blocks of two seconds; `atMs` is the stream time where a block ends. */
export function cutHops(
  take: (hop: Float32Array<ArrayBuffer>, atMs: number) => void,
): (pcm: Float32Array) => void {
  let hop = new Float32Array(hopSamples);
  let fed = 0;
  return (pcm) => {
    for (let at = 0; at < pcm.length;) {
      const part = pcm.subarray(at, at + hopSamples - (fed % hopSamples));
      hop.set(part, fed % hopSamples);
      fed += part.length;
      at += part.length;
      if (fed % hopSamples !== 0) continue;
      const whole = hop;
      hop = new Float32Array(hopSamples); // whoever takes it may send it to another thread
      take(whole, fed / samplesPerMs);
    }
  };
}

/** The last eight seconds at every hop; what came before a hop that is missing is no part of them. */
export function joinHops(): (hop: Float32Array, atMs: number) => Float32Array {
  let hops: Float32Array[] = [];
  let lastMs = 0;
  return (hop, atMs) => {
    if (atMs !== lastMs + hopMs) hops = [];
    lastMs = atMs;
    hops = [...hops, hop].slice(-hopsPerWindow);
    const window = new Float32Array(hops.length * hopSamples);
    hops.forEach((one, i) => window.set(one, i * hopSamples));
    return window;
  };
}

export function silenceAt(atMs: number): Heard {
  return { atMs, hits: [], music: 'silence' };
}

export function isSilent(window: Float32Array): boolean {
  let sum = 0;
  for (const sample of window) sum += sample * sample;
  return Math.sqrt(sum / window.length) < silentRms;
}
