import { joinHashes, type HashedSound } from '#foundation/dsp/hash-sound.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { namesMax } from './bounds.ts';
import type { Heard, Hit, Name } from './heard.ts';

// A phone or a box asks a server about stretches of sound, and may be offline for hours between two answers. Here is what
// it asks, what it is answered, and the window the counter is told.

/** Stretches this close follow each other. */
const adjacentMs = 500;

export type Span = {
  /** When it began and ended, by the time of day. */
  readonly fromMs: number;
  readonly toMs: number;
};

export type HashedStretch = Span & { readonly sound: HashedSound };

/** With the stretch right before it, where there was one: in noise, twenty seconds name what ten do not. */
export function joinStretches(before: HashedStretch, own: HashedStretch): HashedStretch | null {
  if (Math.abs(own.fromMs - before.toMs) >= adjacentMs) return null;
  const sound = joinHashes(before.sound, own.sound, before.toMs - before.fromMs);
  return { fromMs: before.fromMs, toMs: own.toMs, sound };
}

type Sounding = Name & {
  readonly recordingId: RecordingId;
  /** Where in the recording the stretch begins. */
  readonly offsetMs: number;
  readonly speed: number;
};

/** What a stretch of sound was said to be. */
export type NamedSound = Sounding & {
  readonly confidence: number;
  /** The same audio under other names; answers that an earlier version kept tell none. */
  readonly sameAudio?: readonly Sounding[];
};

/** Reads the answer of a server that may be newer, older or somebody else's; null when it names nothing. */
export function readAnswer(json: unknown): NamedSound | null {
  const { match, sameAudio } = (json ?? {}) as { match?: unknown; sameAudio?: unknown };
  const named = readSounding(match);
  const { confidence } = (match ?? {}) as { confidence?: unknown };
  if (named === null || !isNumber(confidence)) return null;
  const same = Array.isArray(sameAudio) ? sameAudio.slice(0, namesMax).map(readSounding) : [];
  return {
    ...named,
    confidence: Math.min(1, Math.max(0, confidence)),
    sameAudio: same.filter((one) => one !== null),
  };
}

const speedMin = 0.25;

function readSounding(json: unknown): Sounding | null {
  const { recordingId, title, artist, offsetMs, speed } = (json ?? {}) as Partial<
    Record<keyof Sounding, unknown>
  >;
  if (typeof recordingId !== 'string') return null;
  if (!isNumber(offsetMs) || !isNumber(speed) || speed <= speedMin) return null;
  return {
    recordingId: recordingId as RecordingId,
    title: typeof title === 'string' ? title : '',
    artist: typeof artist === 'string' ? artist : '',
    offsetMs,
    speed,
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** A stretch as a window of sound. `proof` names the hashes the answer rests on. */
export function windowOfStretch(
  { fromMs, toMs }: Span,
  named: NamedSound | null,
  proof: string,
): Heard {
  const names = named === null ? [] : [named, ...(named.sameAudio ?? [])].slice(0, namesMax);
  const ids = names.map(({ recordingId }) => recordingId);
  const hits = names.map(({ recordingId, title, artist, offsetMs, speed }): Hit => {
    // Nothing is heard before its own beginning.
    const beginsMs = Math.min(toMs, fromMs + Math.max(0, -offsetMs / speed));
    return {
      recordingId,
      name: { title, artist },
      offsetMs: offsetMs + (toMs - fromMs) * speed,
      speed,
      confidence: named!.confidence,
      seconds: (toMs - beginsMs) / 1_000,
      fromMs: beginsMs,
      toMs,
      sameAs: ids.filter((id) => id !== recordingId),
    };
  });
  return { fromMs, atMs: toMs, hits, music: hits.length > 0 ? 'music' : 'unknown', proof };
}
