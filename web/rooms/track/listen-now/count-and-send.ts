import { ApiError, connect, type Client } from '#client/call.ts';
import {
  countFromSound,
  joinStretches,
  playsIn,
  sampled,
  windowOfStretch,
  type CountEvent,
  type HashedStretch,
  type NamedSound,
  type NowPlaying,
  type SoundPlay,
} from '#counting/hearing/index.ts';
import { reportPlays, type PlayReport } from '#counting/plays/contract.ts';
import type { HashedSound } from '#foundation/dsp/hash-sound.ts';
import { identify } from './identify.ts';
import type { QueuedPlay, Store, StoredDevice, Stretch } from './store.ts';

// From hashes to plays to the server, in steps that each survive the page being closed after them.

const playsPerBatch = 200;
/** About what a request costs beside its body: its head and the answer's. */
const requestBytes = 700;
/** Five and a half hours of hashes without a network. */
const stretchesMax = 2_000;

export type Progress = {
  readonly nowPlaying: NowPlaying | null;
  readonly waitingStretches: number;
  readonly plays: readonly QueuedPlay[];
};

export type Counting = {
  /** Keeps a stretch; false when there is no room for more. */
  hear(stretch: Stretch): Promise<boolean>;
  /** Asks about everything that waits. Fails with what went wrong; what was answered is kept. */
  identifyWaiting(): Promise<NamedSound | null>;
  /** Sends what waits. */
  send(): Promise<void>;
  /** What was said to be this recording is not: its play is not counted. */
  disown(recordingId: string): void;
  /** Whoever stopped listening wants it sent: what is open is over. */
  finish(): Promise<void>;
  /** Time has passed without sound. */
  passTo(atMs: number): Promise<void>;
  progress(): Promise<Progress>;
};

export async function startCounting(
  store: Store,
  device: StoredDevice,
  onSent: (bytes: number) => void,
): Promise<Counting> {
  const server = deviceClient(device, onSent);
  const counter = countFromSound({ preset: sampled });
  const disowned = new Set<string>();
  const keys = new Map<string, string>();
  let previous: HashedStretch | null = null;

  /** Tells the counter; what is over becomes plays, what no open play needs is forgotten. */
  async function tell(stretch: Stretch): Promise<void> {
    keys.set(stretch.proof, stretch.key);
    const window = windowOfStretch(stretch, stretch.answer, stretch.proof);
    await close(counter.hear([window]), stretch.toMs);
  }
  async function close(events: readonly CountEvent[], beforeMs: number): Promise<void> {
    const own = playsIn(events).filter(({ recordingId }) => !disowned.has(recordingId));
    const plays = await Promise.all(own.map((play) => toQueued(play, keys)));
    await store.close(plays, counter.openFromMs() ?? beforeMs);
  }

  // What the page knew when it was closed is told again.
  for (const stretch of await store.stretches()) if (stretch.hashes === null) await tell(stretch);

  return {
    async hear(stretch) {
      if ((await store.countStretches()) >= stretchesMax) return false;
      await store.addStretch(stretch);
      return true;
    },
    async identifyWaiting() {
      let latest: NamedSound | null = null;
      for (const stretch of await store.stretches()) {
        if (stretch.hashes === null) continue;
        const { fromMs, toMs, hashes, levels, ...rest } = stretch;
        const sound: HashedSound = { hashes, ...(levels !== undefined && { levels }) };
        let answer = await ask(sound, device, onSent);
        const own = { fromMs, toMs, sound };
        let beganMs = fromMs;
        const joined = answer === null && previous !== null ? joinStretches(previous, own) : null;
        if (joined !== null) {
          answer = await ask(joined.sound, device, onSent);
          if (answer !== null) beganMs = joined.fromMs;
        }
        previous = own;
        latest = answer;
        const answered: Stretch = { ...rest, fromMs: beganMs, toMs, hashes: null, answer };
        await store.putStretch(answered);
        await tell(answered);
      }
      return latest;
    },
    async send() {
      for (;;) {
        const waiting = (await store.plays())
          .filter(({ state }) => state === 'waiting')
          .slice(0, playsPerBatch);
        if (waiting.length === 0) return;
        const { results } = await server.call(reportPlays, {
          body: { sentAt: new Date().toISOString(), plays: waiting.map(toReport) },
        });
        await store.putPlays(
          waiting.map((play, index) =>
            settled(
              play,
              results.find((one) => one.index === index),
            ),
          ),
        );
      }
    },
    disown: (recordingId) => void disowned.add(recordingId),
    finish: async () => close(counter.end(), Date.now()),
    passTo: async (atMs) => close(counter.passTo(atMs), atMs),
    async progress() {
      const stretches = await store.stretches();
      const [nowPlaying] = counter
        .nowPlaying()
        .filter(({ recordingId }) => !disowned.has(recordingId));
      return {
        nowPlaying: nowPlaying ?? null,
        waitingStretches: stretches.filter(({ hashes }) => hashes !== null).length,
        plays: (await store.plays()).toReversed(),
      };
    },
  };
}

/** Speaks in the device's name, and counts what its bodies weigh. */
function deviceClient(device: StoredDevice, onSent: (bytes: number) => void): Client {
  const client = connect({
    baseUrl: '',
    headers: { authorization: `Device ${device.deviceId}:${device.deviceKey}` },
  });
  return {
    ...client,
    call: ((endpoint, ...rest: readonly { body?: unknown }[]) => {
      onSent(JSON.stringify(rest[0]?.body ?? '').length + requestBytes);
      return (client.call as (...all: unknown[]) => Promise<unknown>)(endpoint, ...rest);
    }) as Client['call'],
  };
}

async function ask(
  sound: HashedSound,
  device: StoredDevice,
  onSent: (bytes: number) => void,
): Promise<NamedSound | null> {
  try {
    return await identify(sound, device, (bytes) => onSent(bytes + requestBytes));
  } catch (error) {
    // Hashes that the server cannot read today it will not read tomorrow.
    if (error instanceof ApiError && error.status === 400) return null;
    throw error;
  }
}

type Result = { readonly outcome: string; readonly message?: string; readonly code?: string };

function settled(play: QueuedPlay, result: Result | undefined): QueuedPlay {
  if (result === undefined) return play;
  const isRefused = result.outcome === 'refused';
  return {
    ...play,
    state: isRefused ? 'refused' : 'sent',
    outcome: isRefused ? (result.message ?? result.code ?? null) : result.outcome,
  };
}

async function toQueued(play: SoundPlay, keys: ReadonlyMap<string, string>): Promise<QueuedPlay> {
  const { recordingId, name, firstHeardMs, playedMs, confidence, hits } = play;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(hits.join('\n')));
  return {
    key: keys.get(hits[0]!) ?? crypto.randomUUID(),
    recordingId,
    title: name?.title ?? '',
    artist: name?.artist ?? '',
    startedAtMs: Math.round(firstHeardMs),
    playedMs: Math.round(playedMs),
    confidence,
    payloadHash: Array.from(new Uint8Array(digest), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join(''),
    state: 'waiting',
    outcome: null,
  };
}

function toReport({
  seq,
  key,
  recordingId,
  startedAtMs,
  playedMs,
  confidence,
  payloadHash,
}: QueuedPlay): PlayReport {
  return {
    key,
    ...(seq === undefined ? {} : { seq }),
    startedAt: new Date(startedAtMs).toISOString(),
    playedMs,
    source: 'phone',
    recording: { id: recordingId },
    confidence,
    payloadHash,
  };
}
