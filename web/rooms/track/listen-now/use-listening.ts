import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '#client/call.ts';
import type { NamedSound, NowPlaying } from '#counting/hearing/index.ts';
import { minuteMs, secondMs } from '#foundation/kernel/time.ts';
import { type Counting, startCounting } from './count-and-send.ts';
import type { FromWorker } from './from-worker.ts';
import { holdAwake } from './hold-awake.ts';
import type { SoundKind } from './judge-sound.ts';
import {
  type Microphone,
  type NoMicrophone,
  openMicrophone,
  prepareToListen,
} from './microphone.ts';
import { noteBytes, sentToday } from './meter.ts';
import { type QueuedPlay, type Store, type StoredDevice, openStore } from './store.ts';
import { followSound } from './when-heard.ts';
import { readNetwork, sendAt } from './when-to-send.ts';

const ringsShown = 14;
const lookEveryMs = 30 * secondMs;
/** Once a song is known, every third stretch is enough to see that it goes on. */
const askEvery = 3;

export type Ear = 'off' | 'starting' | 'listening' | 'hidden' | 'failed' | NoMicrophone;
export type Trouble = 'full' | 'device' | null;
export type Ring = { readonly level: number; readonly hit: boolean };

export type Listening = {
  readonly ear: Ear;
  readonly online: boolean;
  readonly rings: readonly Ring[];
  readonly sounds: SoundKind | null;
  readonly nowPlaying: NowPlaying | null;
  /** The latest answer, while it is not enough to count. */
  readonly hunch: NamedSound | null;
  readonly plays: readonly QueuedPlay[];
  readonly waitingStretches: number;
  readonly startedAtMs: number | null;
  readonly bytesToday: number;
  readonly sending: boolean;
  readonly trouble: Trouble;
  start(): void;
  stop(): void;
  send(): void;
  disown(): void;
};

export function useStore(): Store | null | 'none' {
  const [store, setStore] = useState<Store | null | 'none'>(null);
  useEffect(() => {
    openStore().then(setStore, () => setStore('none')); // a private window may have no IndexedDB
  }, []);
  return store;
}

/** Everything behind the one button: microphone, hashes, answers, plays, sending. */
export function useListening(store: Store, device: StoredDevice): Listening {
  const [ear, setEar] = useState<Ear>('off');
  const [rings, setRings] = useState<readonly Ring[]>([]);
  const [sounds, setSounds] = useState<SoundKind | null>(null);
  const [nowPlaying, setNowPlaying] = useState<NowPlaying | null>(null);
  const [hunch, setHunch] = useState<NamedSound | null>(null);
  const [plays, setPlays] = useState<readonly QueuedPlay[]>([]);
  const [waitingStretches, setWaiting] = useState(0);
  const [startedAtMs, setStartedAt] = useState<number | null>(null);
  const [online, setOnline] = useState(navigator.onLine);
  const [bytesToday, setBytes] = useState(sentToday);
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>(null);
  const microphone = useRef<Microphone | null>(null);
  const wanted = useRef(false);
  const counting = useRef<Promise<Counting> | null>(null);
  const turn = useRef<Promise<unknown>>(Promise.resolve());
  const whenHeard = useRef(followSound());
  const skipped = useRef(0);
  const known = useRef(false);

  counting.current ??= startCounting(store, device, (bytes) => setBytes(noteBytes(bytes)));

  /** One piece of work at a time: two askers would tell the counter the same stretch twice. */
  const inTurn = useCallback((work: (counting: Counting) => Promise<void>): Promise<void> => {
    const next = turn.current.then(async () => {
      const ready = await counting.current!;
      try {
        await work(ready);
      } catch (error) {
        setTrouble(error instanceof ApiError && error.status === 401 ? 'device' : null);
        if (error instanceof ApiError && error.status === 0) setOnline(false);
      }
      const progress = await ready.progress();
      known.current = progress.nowPlaying !== null;
      setNowPlaying(progress.nowPlaying);
      setPlays(progress.plays);
      setWaiting(progress.waitingStretches);
    });
    turn.current = next.catch(() => {});
    return next;
  }, []);

  const hear = useCallback(
    (heard: FromWorker) => {
      if (heard.kind === 'level') {
        setRings((before) => [{ level: heard.level, hit: false }, ...before].slice(0, ringsShown));
        return;
      }
      const toMs = whenHeard.current(heard.endMs, Date.now());
      setSounds(heard.sounds);
      if (heard.sounds === 'silence') {
        setHunch(null);
        return;
      }
      skipped.current = known.current ? (skipped.current + 1) % askEvery : 0;
      if (skipped.current !== 0) return;
      const { sound, proof, lengthMs } = heard;
      void inTurn(async (ready) => {
        const isKept = await ready.hear({
          key: crypto.randomUUID(),
          fromMs: toMs - lengthMs,
          toMs,
          ...sound,
          proof,
          answer: null,
        });
        setTrouble(isKept ? null : 'full');
        if (!navigator.onLine) return;
        const match = await ready.identifyWaiting();
        setOnline(true);
        setHunch(match);
        if (match !== null)
          setRings(([first, ...rest]) => [{ level: first?.level ?? 0, hit: true }, ...rest]);
      });
    },
    [inTurn],
  );

  const open = useCallback(async () => {
    setEar('starting');
    try {
      const opened = await openMicrophone(hear, () => {
        microphone.current = null;
        setEar('missing');
      });
      if (typeof opened === 'string') return setEar(opened);
      if (!wanted.current) return opened.stop();
      microphone.current = opened;
      whenHeard.current = followSound();
      known.current = false;
      setEar('listening');
    } catch {
      setEar('failed');
    }
  }, [hear]);

  const shut = useCallback((next: Ear) => {
    microphone.current?.stop();
    microphone.current = null;
    setRings([]);
    setSounds(null);
    setHunch(null);
    setEar(next);
  }, []);

  // A page that nobody sees gives the microphone back, and takes it again when it is seen.
  useEffect(() => {
    const onVisible = (): void => {
      if (!wanted.current) return;
      if (document.hidden) shut('hidden');
      else void open();
    };
    const onNetwork = (): void => setOnline(navigator.onLine);
    document.addEventListener('visibilitychange', onVisible);
    addEventListener('online', onNetwork);
    addEventListener('offline', onNetwork);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      removeEventListener('online', onNetwork);
      removeEventListener('offline', onNetwork);
      wanted.current = false;
      microphone.current?.stop();
      microphone.current = null;
    };
  }, [open, shut]);

  useEffect(prepareToListen, []);
  useEffect(() => (ear === 'listening' ? holdAwake() : undefined), [ear]);

  // What waits is looked at now and then: a network may be back, an hour may have passed.
  useEffect(() => {
    const look = (): void =>
      void inTurn(async (ready) => {
        await store.dropPlays(Date.now() - 24 * 60 * minuteMs);
        const network = readNetwork(navigator);
        if (network.online) await ready.identifyWaiting();
        await ready.passTo(Date.now());
        const oldest = (await store.plays()).find(({ state }) => state === 'waiting');
        const due =
          oldest === undefined ? null : sendAt(oldest.startedAtMs + oldest.playedMs, network);
        if (due !== null && due <= Date.now()) await ready.send();
      });
    look();
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, [inTurn, store, online]);

  return {
    ear,
    online,
    rings,
    sounds,
    nowPlaying,
    hunch,
    plays,
    waitingStretches,
    startedAtMs,
    bytesToday,
    sending,
    trouble,
    start() {
      wanted.current = true;
      setStartedAt((before) => before ?? Date.now());
      void open();
    },
    stop() {
      wanted.current = false;
      shut('off');
    },
    send() {
      setSending(true);
      void inTurn(async (ready) => {
        await ready.identifyWaiting();
        if (!wanted.current) await ready.finish();
        await ready.send();
        setOnline(true);
      }).finally(() => setSending(false));
    },
    disown() {
      const wrong = nowPlaying?.recordingId;
      if (wrong !== undefined) void inTurn(async (ready) => ready.disown(wrong));
    },
  };
}
