import type { RecordingId } from '#foundation/kernel/ids.ts';
import { hear, type Heard as Sound } from './hear.ts';
import {
  identify,
  prepareSearch,
  type Answer,
  type Match as Found,
  type Shard,
} from './identify.ts';
import type { Heard, Match, SoundMatcher } from './listener.ts';

// The engine, fed continuously: every two seconds it is asked what sounded in the last eight.

const samplesPerMs = 16;
export const windowMs = 8_000;
const hopMs = 2_000;
const edgeMs = 1_000;
const windowSamples = windowMs * samplesPerMs;
const hopSamples = hopMs * samplesPerMs;
/** -60 dBFS: below it nothing is asked. */
const silentRms = 1e-3;
/** What is unknown is asked about less often: every speed is tried, and nobody is paid for it. */
const unknownEvery = 3;
/** Answers that are this far behind are not waited for; the counter bridges what is missing. */
const behindMax = 8;

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
  const answers: Heard[] = [];
  const feed = cutWindows((window, atMs) => {
    if (isSilent(window)) return void answers.push({ atMs, matches: [], music: 'silence' });
    const sound = hear(window);
    answers.push(judgement(identify(search, shardsNow(), sound), sound, atMs, window.length));
  });
  return {
    hear(pcm) {
      feed(pcm);
      return answers.splice(0);
    },
  };
}

/**
 * Searches elsewhere (a thread, another machine): a window's answer is handed over when it is there, in order, with a later
 * block of sound. A search that fails or is too far behind costs that window.
 */
export function openRemoteMatcher(
  searcher: { search(sound: Sound): Promise<Answer> },
  unknownNow: UnknownShards = none,
): SoundMatcher {
  const judgement = openJudgement(unknownNow);
  const asked: { answer: Heard | null; isDone: boolean }[] = [];
  const feed = cutWindows((window, atMs) => {
    if (asked.length >= behindMax) return;
    if (isSilent(window))
      return void asked.push({ answer: { atMs, matches: [], music: 'silence' }, isDone: true });
    const question: (typeof asked)[number] = { answer: null, isDone: false };
    asked.push(question);
    const sound = hear(window);
    // The search takes the evidence with it, and a second look at the unknown needs it.
    const kept = unknownNow().length > 0 ? { ...sound, evidence: sound.evidence.slice() } : sound;
    searcher
      .search(sound)
      .then((answer) => {
        question.answer = judgement(answer, kept, atMs, window.length);
      })
      .catch(() => {})
      .finally(() => {
        question.isDone = true;
      });
  });
  return {
    hear(pcm) {
      feed(pcm);
      const waiting = asked.findIndex(({ isDone }) => !isDone);
      const done = asked.splice(0, waiting < 0 ? asked.length : waiting);
      return done.flatMap(({ answer }) => answer ?? []);
    },
  };
}

type Judgement = (answer: Answer, sound: Sound, atMs: number, samples: number) => Heard;

function openJudgement(unknownNow: UnknownShards): Judgement {
  const search = prepareSearch();
  const placeKnown = openPlacing();
  const placeUnknown = openPlacing();
  let unmatched = 0;
  return ({ match }, sound, atMs, samples) => {
    const lengthMs = samples / samplesPerMs;
    if (match !== null)
      return { atMs, matches: [placeKnown(match, atMs, lengthMs)], music: 'music' };
    const shards = unmatched++ % unknownEvery === 0 ? unknownNow() : [];
    if (shards.length === 0) return { atMs, matches: [], music: 'unknown' };
    // Which of several like it does not matter here.
    const again = identify(search, shards, sound);
    const unknown = again.match ?? again.alternatives[0];
    return {
      atMs,
      matches: [],
      music: 'unknown',
      ...(unknown !== undefined && {
        unknown: { ...placeUnknown(unknown, atMs, lengthMs), confidence: 1 },
      }),
    };
  };
}

/** The engine says where a window begins in the recording, and how many of its seconds agree, but not which. */
function openPlacing(): (found: Found, atMs: number, lengthMs: number) => Match {
  /** What was heard last, and until when: it tells which end of a window a part of it is. */
  let last = { recordingId: '', untilMs: 0 };
  return (found, atMs, lengthMs) => {
    const startMs = atMs - lengthMs;
    const heardMs = Math.min(Math.max(found.seconds * 1_000, hopMs), lengthMs);
    const goesOn = last.recordingId === found.recordingId && last.untilMs >= startMs + edgeMs;
    const fromMs = goesOn ? startMs : atMs - heardMs;
    last = { recordingId: found.recordingId, untilMs: fromMs + heardMs };
    return {
      recordingId: found.recordingId as RecordingId,
      offsetMs: found.offsetMs + lengthMs * found.speed,
      speed: found.speed,
      confidence: found.confidence,
      seconds: heardMs / 1_000,
      fromMs,
      toMs: fromMs + heardMs,
    };
  };
}

/** Cuts a stream into windows of the last eight seconds, one every two. */
function cutWindows(
  take: (window: Float32Array, atMs: number) => void,
): (pcm: Float32Array) => void {
  const ring = new Float32Array(windowSamples);
  let fed = 0;
  return (pcm) => {
    for (let at = 0; at < pcm.length;) {
      const part = pcm.subarray(at, at + hopSamples - (fed % hopSamples));
      ring.set(part, fed % windowSamples); // a window is whole hops, so a part never wraps
      fed += part.length;
      at += part.length;
      if (fed % hopSamples !== 0) continue;
      const length = Math.min(fed, windowSamples);
      const window = new Float32Array(length);
      const oldest = fed < windowSamples ? 0 : fed % windowSamples;
      window.set(ring.subarray(oldest, length));
      window.set(ring.subarray(0, oldest), length - oldest);
      take(window, fed / samplesPerMs);
    }
  };
}

function isSilent(window: Float32Array): boolean {
  let sum = 0;
  for (const sample of window) sum += sample * sample;
  return Math.sqrt(sum / window.length) < silentRms;
}
