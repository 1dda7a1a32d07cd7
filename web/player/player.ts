import { newId } from '#foundation/kernel/ids.ts';

/** A recording as the player needs it. */
export type Track = {
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
  readonly durationMs: number | null;
  /** Paints the cover where there is no picture. */
  readonly coverId: string;
  readonly coverUrl: string | null;
  readonly releaseId: string | null;
};

export type PlayerState = {
  readonly queue: readonly Track[];
  readonly index: number;
  readonly current: Track | null;
  readonly status: 'idle' | 'loading' | 'playing' | 'paused' | 'failed';
  readonly positionMs: number;
  readonly durationMs: number;
  readonly bufferedMs: number;
  /** Where the queue came from, in words: `Lettres du lac`. */
  readonly from: string | null;
};

/** One listening of one recording, from its start to the next track: what is reported as a play. */
export type Listening = {
  readonly key: string;
  readonly track: Track;
  readonly startedAt: number;
  /** Milliseconds really heard: pauses and jumps do not count. */
  readonly heardMs: number;
  readonly ended: boolean;
};

const idle: PlayerState = {
  queue: [],
  index: 0,
  current: null,
  status: 'idle',
  positionMs: 0,
  durationMs: 0,
  bufferedMs: 0,
  from: null,
};

/** "Previous" within this of the start goes back a track, later it starts the track again. */
const restartAfterMs = 3_000;
/** A jump of the clock larger than this between two reports of it was a seek, not listening. */
const heardStepMaxMs = 1_500;
export const queueMax = 500;

export type Player = ReturnType<typeof createPlayer>;

/** The queue and the one audio element. `onHeard` is told of every listening as it goes on and when it ends. */
export function createPlayer(options: { sourceOf: (track: Track) => string; onHeard: (listening: Listening) => void }) {
  let state = idle;
  const listeners = new Set<() => void>();
  let audio: HTMLAudioElement | null = null;
  let listening: Listening | null = null;
  let lastClockMs = 0;

  function set(change: Partial<PlayerState>): void {
    state = { ...state, ...change };
    for (const tell of listeners) tell();
  }

  function element(): HTMLAudioElement {
    if (audio !== null) return audio;
    audio = new Audio();
    audio.preload = 'auto';
    audio.addEventListener('playing', () => set({ status: 'playing' }));
    audio.addEventListener('waiting', () => set({ status: 'loading' }));
    audio.addEventListener('pause', () => {
      if (state.status !== 'failed' && audio?.ended !== true) set({ status: 'paused' });
    });
    audio.addEventListener('timeupdate', onClock);
    audio.addEventListener('durationchange', () => {
      if (audio !== null && Number.isFinite(audio.duration)) set({ durationMs: audio.duration * 1000 });
    });
    audio.addEventListener('progress', onProgress);
    audio.addEventListener('seeking', () => {
      lastClockMs = (audio?.currentTime ?? 0) * 1000;
    });
    audio.addEventListener('ended', () => {
      onClock();
      finish();
      if (state.index + 1 < state.queue.length) start(state.index + 1);
      else set({ status: 'paused' });
    });
    audio.addEventListener('error', () => {
      finish();
      set({ status: 'failed' });
    });
    return audio;
  }

  function onClock(): void {
    if (audio === null) return;
    const now = audio.currentTime * 1000;
    const step = now - lastClockMs;
    lastClockMs = now;
    if (listening !== null && step > 0 && step < heardStepMaxMs) {
      listening = { ...listening, heardMs: listening.heardMs + step };
      options.onHeard(listening);
    }
    set({ positionMs: now });
  }

  function onProgress(): void {
    if (audio === null || audio.buffered.length === 0) return;
    set({ bufferedMs: audio.buffered.end(audio.buffered.length - 1) * 1000 });
  }

  function finish(): void {
    if (listening !== null && listening.heardMs > 0) options.onHeard({ ...listening, ended: true });
    listening = null;
  }

  function start(index: number): void {
    const track = state.queue[index];
    if (track === undefined) return;
    finish();
    const sound = element();
    listening = { key: newId(), track, startedAt: Date.now(), heardMs: 0, ended: false };
    lastClockMs = 0;
    set({ index, current: track, status: 'loading', positionMs: 0, bufferedMs: 0, durationMs: track.durationMs ?? 0 });
    sound.src = options.sourceOf(track);
    resume();
    describe(track);
  }

  function resume(): void {
    const sound = element();
    sound.play().catch((error: unknown) => {
      // A newer `src` or a pause interrupts the promise; that is no failure.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      set({ status: error instanceof DOMException && error.name === 'NotAllowedError' ? 'paused' : 'failed' });
    });
  }

  function describe(track: Track): void {
    if (!('mediaSession' in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: track.title,
      artist: track.artist,
      artwork: track.coverUrl === null ? [{ src: '/icon-512.png', sizes: '512x512' }] : [{ src: track.coverUrl }],
    });
    const handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
      play: resume,
      pause: () => element().pause(),
      previoustrack: () => previous(),
      nexttrack: () => next(),
      seekto: ({ seekTime }) => seek((seekTime ?? 0) * 1000),
    };
    for (const [action, handler] of Object.entries(handlers)) navigator.mediaSession.setActionHandler(action as MediaSessionAction, handler);
  }

  function seek(positionMs: number): void {
    const sound = element();
    sound.currentTime = Math.max(0, positionMs / 1000);
    lastClockMs = sound.currentTime * 1000;
    set({ positionMs: lastClockMs });
  }

  function next(): void {
    if (state.index + 1 < state.queue.length) start(state.index + 1);
  }

  function previous(): void {
    if (state.positionMs > restartAfterMs || state.index === 0) {
      if (state.current !== null) start(state.index);
    } else start(state.index - 1);
  }

  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get: () => state,
    /** Plays a list from one of its tracks. To be called from a tap, or the browser keeps silent. */
    play: (queue: readonly Track[], index = 0, from: string | null = null) => {
      set({ queue: queue.slice(0, queueMax), from });
      start(Math.min(index, queueMax - 1));
    },
    append: (tracks: readonly Track[]) => set({ queue: [...state.queue, ...tracks].slice(0, queueMax) }),
    jump: start,
    toggle: () => {
      if (state.status === 'playing' || state.status === 'loading') element().pause();
      else if (state.status === 'failed') start(state.index);
      else resume();
    },
    next,
    previous,
    seek,
    /** Tells of what was heard so far, when the page goes away. */
    flush: finish,
  };
}
