import type { RecordingId } from '#foundation/kernel/ids.ts';
import {
  countFromSound,
  type CountEvent,
  type Heard,
  type Hit,
  type NowPlaying,
  type SavedCounter,
  type SoundMatcher,
} from '#counting/hearing/index.ts';
import type { OpenMatcher } from './station-thread.ts';
import type { UnknownStretch } from './unknown/gather-unknown.ts';

// One channel's ear: sound in, plays out, on a clock of its own that survives reconnections and restarts.

const samplesPerMs = 16;
/** Below this (-55 dBFS, mean over a second) a channel counts as silent. */
const silentRms = 10 ** (-55 / 20);
const levelSamples = 1_000 * samplesPerMs;
const clipMs = 15_000;

export type SavedEar = {
  /** Wall-clock time of stream time 0. */
  readonly anchorMs: number;
  /** How far the sound had come ahead of the clock. */
  readonly leadMs: number;
  readonly counter: SavedCounter;
};

export type EarOptions = {
  readonly openMatcher: OpenMatcher;
  readonly durationOf: (recordingId: RecordingId) => number | null;
  readonly now: () => number;
  readonly onEvent: (event: CountEvent, clip: Int16Array | null) => void;
  readonly onWindow?: (window: Heard) => void;
  readonly onStretch?: (stretch: UnknownStretch) => void;
  readonly keepsClips?: boolean;
  readonly saved?: SavedEar | null;
};

export type Ear = {
  /** Wall-clock time of stream time 0. */
  readonly anchorMs: number;
  /** A connection begins: stream time catches up with the clock, so that the gap is as long as it was. */
  resume(): void;
  hear(pcm16kMono: Float32Array): void;
  hint(recordingId: RecordingId | null): void;
  nowPlaying(): readonly NowPlaying[];
  /** The last seconds of sound, where clips are kept. */
  clip(): Int16Array | null;
  /** How long there has been nothing but silence, in stream time. */
  silentMs(): number;
  heardMs(): number;
  /** When a moment of stream time was on air; never later than now, however fast the stream came. */
  wallOf(streamMs: number): number;
  /** No more sound comes for now; what was being worked on is heard out. */
  close(): Promise<void>;
  /** Closes what is playing. */
  end(): void;
  save(): SavedEar;
};

export function openEar(options: EarOptions): Ear {
  const { now } = options;
  const counter = countFromSound({
    durationOf: options.durationOf,
    saved: options.saved?.counter ?? null,
  });
  const anchorMs = options.saved?.anchorMs ?? now();
  let line = openLine(0);
  let samples = 0;
  let leadMs = 0;
  let silentMs = 0;
  let level = { sum: 0, count: 0 };
  const clips = new Map<string, Int16Array>();
  const ring = options.keepsClips === true ? new Int16Array(clipMs * samplesPerMs) : null;
  let ringAt = 0;

  /** One connection: a matcher counts from its beginning. */
  function openLine(fromMs: number): { fromMs: number; readonly matcher: SoundMatcher } {
    const opened = {
      fromMs,
      matcher: options.openMatcher((stretch) =>
        options.onStretch?.({ ...stretch, fromMs: stretch.fromMs + opened.fromMs }),
      ),
    };
    return opened;
  }

  const streamMs = (): number => line.fromMs + samples / samplesPerMs;

  function tell(events: readonly CountEvent[]): void {
    for (const event of events) {
      const key = keyOf(event);
      if (event.kind === 'opened' && ring !== null) clips.set(key, unroll(ring, ringAt));
      options.onEvent(event, clips.get(key) ?? null);
      if (event.kind !== 'opened') clips.delete(key);
    }
  }

  function take(windows: readonly Heard[], fromMs: number): void {
    for (const window of windows) {
      const placed = shift(window, fromMs);
      options.onWindow?.(placed);
      tell(counter.hear([placed]));
    }
  }

  async function close(): Promise<void> {
    const { fromMs, matcher } = line;
    take((await matcher.close?.()) ?? [], fromMs);
  }

  function measure(pcm: Float32Array): void {
    for (const sample of pcm) {
      level.sum += sample * sample;
      if (++level.count < levelSamples) continue;
      silentMs = Math.sqrt(level.sum / level.count) < silentRms ? silentMs + 1_000 : 0;
      level = { sum: 0, count: 0 };
    }
  }

  return {
    anchorMs,
    resume() {
      if (samples > 0) {
        void close(); // what is still on its way is before everything that comes now
        line = openLine(Math.max(streamMs(), now() - anchorMs));
      } else line.fromMs = Math.max(options.saved?.counter.atMs ?? 0, now() - anchorMs);
      samples = 0;
      leadMs = 0;
    },
    hear(pcm) {
      samples += pcm.length;
      // A server sends first what it had kept: what came ahead of the clock was on air before we connected.
      leadMs = Math.max(leadMs, anchorMs + streamMs() - now());
      measure(pcm);
      if (ring !== null)
        for (const sample of pcm) {
          ring[ringAt] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
          ringAt = (ringAt + 1) % ring.length;
        }
      take(line.matcher.hear(pcm), line.fromMs);
    },
    hint: (recordingId) => counter.hint(recordingId),
    nowPlaying: () => counter.nowPlaying(),
    clip: () => (ring === null ? null : unroll(ring, ringAt)),
    silentMs: () => silentMs,
    heardMs: streamMs,
    wallOf: (ms) => Math.round(anchorMs + ms - leadMs),
    close,
    end: () => tell(counter.end()),
    save: () => ({ anchorMs, leadMs, counter: counter.save() }),
  };
}

function keyOf(event: CountEvent): string {
  const { recordingId, firstHeardMs } = event.kind === 'closed' ? event.play : event;
  return `${recordingId} ${firstHeardMs}`;
}

function shift(window: Heard, byMs: number): Heard {
  return {
    ...window,
    atMs: window.atMs + byMs,
    hits: window.hits.map((hit) => shiftHit(hit, byMs)),
    ...(window.doubtful !== undefined && { doubtful: shiftHit(window.doubtful, byMs) }),
    ...(window.unknown !== undefined && {
      unknown: window.unknown.map((hit) => shiftHit(hit, byMs)),
    }),
  };
}

function shiftHit(hit: Hit, byMs: number): Hit {
  return {
    ...hit,
    ...(hit.fromMs !== undefined && { fromMs: hit.fromMs + byMs }),
    ...(hit.toMs !== undefined && { toMs: hit.toMs + byMs }),
  };
}

function unroll(ring: Int16Array, at: number): Int16Array {
  const clip = new Int16Array(ring.length);
  clip.set(ring.subarray(at));
  clip.set(ring.subarray(0, at), ring.length - at);
  return clip;
}
