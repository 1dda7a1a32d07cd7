/** A recording as the player needs it. */
export type Track = {
  readonly recordingId: string;
  readonly title: string;
  readonly artist: string;
  readonly durationMs: number | null;
  /** Paints the cover where there is no picture. */
  readonly coverId: string;
  readonly coverUrl: string | null;
};

/** How a track sounds, and whom to tell how much of it was heard. */
export type Sound = {
  /** Puts the sound on the element, and answers how to take it off again. `failed`: nothing of it can be played. */
  readonly attach: (audio: HTMLAudioElement, failed: (error: unknown) => void) => () => void;
  readonly reportEveryMs: number;
  /** `listenedMs` of sound really heard, without pauses and seeks. `ended` closes the listening. */
  readonly report: (listenedMs: number, ended: boolean) => void;
};

/** Told when a listening that we think open was closed by the server, and for how much of it. */
export type Closed = (keptMs: number) => void;

export type PlayerState = {
  readonly queue: readonly Track[];
  readonly index: number;
  readonly current: Track | null;
  readonly status: 'idle' | 'loading' | 'playing' | 'paused' | 'failed';
  /** Why it failed, as the server or the browser has it. */
  readonly error: unknown;
  readonly positionMs: number;
  readonly durationMs: number;
  /** Where the queue came from, in words: `Lettres du lac`. */
  readonly from: string | null;
};

const idle: PlayerState = {
  queue: [],
  index: 0,
  current: null,
  status: 'idle',
  error: null,
  positionMs: 0,
  durationMs: 0,
  from: null,
};

/** "Previous" within this of the start goes back a track, later it starts the track again. */
const restartAfterMs = 3_000;
/** The clock of a sounding element moves in small steps; a larger one is a jump that nobody heard. */
const heardStepMaxMs = 5_000;
export const queueMax = 500;

type Listening = {
  readonly track: Track;
  readonly sound: Sound;
  heardMs: number;
  clockMs: number;
  reportedMs: number;
  /** When it last paused; null while it sounds. */
  pausedAt: number | null;
  /** `closed`: the server ended it while it was silent. `opening`: a new one was asked for. */
  session: 'open' | 'closed' | 'opening';
};

export type Player = ReturnType<typeof createPlayer>;

/**
 * The queue and the one audio element. `open` asks for the sound of a track; what is heard of it is reported
 * every `reportEveryMs` of sound, when it pauses, and when it ends. A server that hears nothing for long closes
 * the listening; what is heard after that belongs to a new one.
 */
export function createPlayer(options: {
  open: (track: Track, closed: Closed) => Promise<Sound>;
  createAudio: () => HTMLAudioElement;
  now: () => number;
}) {
  let state = idle;
  const listeners = new Set<() => void>();
  let audio: HTMLAudioElement | null = null;
  let listening: Listening | null = null;
  let turn = 0;
  let detach: () => void = () => {};

  function set(change: Partial<PlayerState>): void {
    state = { ...state, ...change };
    for (const tell of listeners) tell();
  }

  function element(): HTMLAudioElement {
    audio ??= wire(options.createAudio());
    return audio;
  }

  function wire(sound: HTMLAudioElement): HTMLAudioElement {
    sound.preload = 'auto';
    sound.addEventListener('playing', () => set({ status: 'playing' }));
    sound.addEventListener('waiting', () => set({ status: 'loading' }));
    sound.addEventListener('timeupdate', () => hear(sound));
    sound.addEventListener('seeking', () => {
      if (listening !== null) listening.clockMs = sound.currentTime * 1000;
    });
    sound.addEventListener('durationchange', () => {
      if (Number.isFinite(sound.duration)) set({ durationMs: sound.duration * 1000 });
    });
    sound.addEventListener('pause', () => {
      if (sound.ended || state.status === 'failed') return;
      if (listening !== null) listening.pausedAt = options.now();
      report(false);
      set({ status: 'paused' });
    });
    sound.addEventListener('ended', () => {
      hear(sound);
      finish();
      if (state.index + 1 < state.queue.length) start(state.index + 1);
      else set({ status: 'paused' });
    });
    sound.addEventListener('error', () => {
      finish();
      set({ status: 'failed', error: sound.error });
    });
    return sound;
  }

  function hear(sound: HTMLAudioElement): void {
    const now = sound.currentTime * 1000;
    if (listening !== null) {
      const step = now - listening.clockMs;
      listening.clockMs = now;
      if (step > 0 && step < heardStepMaxMs) listening.heardMs += step;
      if (listening.heardMs - listening.reportedMs >= listening.sound.reportEveryMs) report(false);
    }
    set({ positionMs: now });
  }

  function report(ended: boolean): void {
    if (listening === null || (!ended && listening.heardMs === listening.reportedMs)) return;
    if (listening.session === 'closed' && !ended) reopen(listening);
    if (listening.session === 'open') say(listening, ended);
  }

  function say(heard: Listening, ended: boolean): void {
    heard.reportedMs = heard.heardMs;
    heard.sound.report(Math.round(heard.heardMs), ended);
  }

  /** Asks for a sound whose closing, whenever it comes, finds the listening that it belongs to. */
  async function ask(track: Track): Promise<(heardMs: number, clockMs: number) => Listening> {
    let mine: Listening | null = null;
    const sound = await options.open(track, (keptMs) => {
      if (mine === null || mine !== listening || mine.session !== 'open') return;
      mine.heardMs = Math.max(0, mine.heardMs - keptMs);
      mine.reportedMs = 0;
      mine.session = 'closed';
      if (audio?.paused === false) reopen(mine);
    });
    return (heardMs, clockMs) =>
      (mine = { track, sound, heardMs, clockMs, reportedMs: 0, pausedAt: null, session: 'open' });
  }

  /** The sound goes on as it is; only what is heard of it from now on is told to a new session. */
  function reopen(closed: Listening): void {
    closed.session = 'opening';
    ask(closed.track).then(
      (listen) => {
        const next = listen(closed.heardMs, closed.clockMs);
        if (listening === closed) listening = next;
        else next.sound.report(Math.round(closed.heardMs), true);
      },
      // Out of reach or signed out: the next report or the next "play" asks again.
      () => void (closed.session = 'closed'),
    );
  }

  function finish(): void {
    report(true);
    listening = null;
  }

  /** What was heard counts now; what is heard later is told to a new session. */
  function putAside(): void {
    if (listening === null) return;
    report(true);
    listening.heardMs = 0;
    listening.reportedMs = 0;
    listening.session = 'closed';
  }

  function start(index: number): void {
    const track = state.queue[index];
    if (track === undefined) return;
    finish();
    audio?.pause();
    const mine = ++turn;
    set({
      index,
      current: track,
      status: 'loading',
      error: null,
      positionMs: 0,
      durationMs: track.durationMs ?? 0,
    });
    ask(track).then(
      (listen) => {
        const opened = listen(0, 0);
        if (mine !== turn) return opened.sound.report(0, true); // another track was chosen meanwhile
        listening = opened;
        detach();
        detach = opened.sound.attach(element(), (error) => {
          if (mine !== turn) return;
          finish();
          set({ status: 'failed', error });
        });
        resume();
      },
      (error: unknown) => {
        if (mine === turn) set({ status: 'failed', error });
      },
    );
  }

  function resume(): void {
    set({ status: 'loading' });
    if (listening !== null) {
      const { pausedAt, session, sound } = listening;
      listening.pausedAt = null;
      if (session === 'closed') reopen(listening);
      // After so long a silence the server is asked whether it still listens, before more is heard.
      else if (pausedAt !== null && options.now() - pausedAt >= sound.reportEveryMs)
        say(listening, false);
    }
    element()
      .play()
      .catch((error: unknown) => {
        const name = error instanceof DOMException ? error.name : '';
        // A newer address or a pause interrupts the promise; that is no failure.
        if (name === 'AbortError') return;
        // The browser wants a tap first: one on "play" will do.
        set(name === 'NotAllowedError' ? { status: 'paused' } : { status: 'failed', error });
      });
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
    /** More of the same behind what waits: a radio that goes on. */
    append: (tracks: readonly Track[]) =>
      set({ queue: [...state.queue, ...tracks].slice(-queueMax) }),
    jump: start,
    pause: () => audio?.pause(),
    toggle: () => {
      if (state.status === 'failed') start(state.index);
      else if (audio === null || state.status === 'idle') return;
      else if (audio.paused) resume();
      else audio.pause();
    },
    next: () => start(state.index + 1),
    previous: () =>
      start(state.positionMs > restartAfterMs ? state.index : Math.max(0, state.index - 1)),
    seek: (positionMs: number) => {
      const sound = element();
      sound.currentTime = Math.max(0, positionMs / 1000);
      if (listening !== null) listening.clockMs = sound.currentTime * 1000;
      set({ positionMs: sound.currentTime * 1000 });
    },
    /** Says what was heard so far, when the page goes out of sight. */
    flush: () => report(false),
    /** The page is left for good: what was heard is all there will be, playing or paused. */
    leave: finish,
    /** The page is kept for the way back and may sound again. */
    putAside,
    /** Tries the current track once more, after signing in. */
    retry: () => {
      if (state.status === 'failed') start(state.index);
    },
    /** Ends the listening and forgets the queue, when somebody signs out. */
    stop: () => {
      finish();
      turn++;
      audio?.pause();
      detach();
      set(idle);
    },
  };
}
