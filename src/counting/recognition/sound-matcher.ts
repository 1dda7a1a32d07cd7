import type { RecordingId } from '#foundation/kernel/ids.ts';
import { hear } from './hear.ts';
import { identify, prepareSearch, type Match as Found, type Shard } from './identify.ts';
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

/**
 * `shardsNow` is asked at every window, so that recordings that arrive are recognised without a new connection.
 * `unknownNow` is asked about what is none of them, and never instead: its sounds must not cast doubt on a recording.
 */
export function openSoundMatcher(
  shardsNow: () => readonly Shard[],
  unknownNow: () => readonly Shard[] = () => [],
): SoundMatcher {
  const search = prepareSearch();
  const ring = new Float32Array(windowSamples);
  let fed = 0;
  /** What was heard last, and until when: it tells which end of a window a part of it is. */
  let last = { recordingId: '', untilMs: 0 };

  /** The engine says where a window begins in the recording, and how many of its seconds agree. */
  function place(found: Found, lengthMs: number): Match {
    const atMs = fed / samplesPerMs;
    const startMs = atMs - lengthMs;
    const heardMs = Math.min(Math.max(found.seconds * 1_000, hopMs), lengthMs);
    const goesOn = last.recordingId === found.recordingId && last.untilMs >= startMs + edgeMs;
    const fromMs = goesOn ? startMs : atMs - heardMs;
    const toMs = fromMs + heardMs;
    last = { recordingId: found.recordingId, untilMs: toMs };
    return {
      recordingId: found.recordingId as RecordingId,
      offsetMs: found.offsetMs + lengthMs * found.speed,
      speed: found.speed,
      confidence: found.confidence,
      seconds: heardMs / 1_000,
      fromMs,
      toMs,
    };
  }

  function lastWindow(): Float32Array {
    const length = Math.min(fed, windowSamples);
    const window = new Float32Array(length);
    const at = fed % windowSamples;
    if (fed < windowSamples) window.set(ring.subarray(0, length));
    else {
      window.set(ring.subarray(at));
      window.set(ring.subarray(0, at), windowSamples - at);
    }
    return window;
  }

  function judge(): Heard {
    const atMs = fed / samplesPerMs;
    const window = lastWindow();
    if (isSilent(window)) return { atMs, matches: [], music: 'silence' };
    const lengthMs = window.length / samplesPerMs;
    const sound = hear(window);
    const { match } = identify(search, shardsNow(), sound);
    if (match !== null) return { atMs, matches: [place(match, lengthMs)], music: 'music' };
    const unknownShards = unknownNow();
    if (unknownShards.length === 0) return { atMs, matches: [], music: 'unknown' };
    // Which of several like it does not matter here: nobody is paid for it.
    const again = identify(search, unknownShards, sound);
    const unknown = again.match ?? again.alternatives[0];
    return {
      atMs,
      matches: [],
      music: 'unknown',
      ...(unknown !== undefined && {
        unknown: { ...place(unknown, lengthMs), confidence: 1 },
      }),
    };
  }

  return {
    hear(pcm) {
      const answers: Heard[] = [];
      for (let at = 0; at < pcm.length;) {
        const untilHop = hopSamples - (fed % hopSamples);
        const part = pcm.subarray(at, at + untilHop);
        const place = fed % windowSamples; // a window is whole hops, so a part never wraps
        ring.set(part, place);
        fed += part.length;
        at += part.length;
        if (fed % hopSamples === 0) answers.push(judge());
      }
      return answers;
    },
  };
}

function isSilent(window: Float32Array): boolean {
  let sum = 0;
  for (const sample of window) sum += sample * sample;
  return Math.sqrt(sum / window.length) < silentRms;
}
