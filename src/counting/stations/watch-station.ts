import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelLive, Channel } from './channel.ts';
import type { healthNames } from './contract.ts';
import { openStream } from '#foundation/streams/open-stream.ts';
import { paceParts, pumpStream, Undecodable } from '#foundation/streams/pump-stream.ts';
import { Stalled } from '#foundation/streams/stalled.ts';
import { trouble, troubleOf, type Trouble } from '#foundation/streams/trouble.ts';

// One station, day and night: connect, hear, and when the line breaks try again, each time after a longer pause.

export type Health = Exclude<(typeof healthNames)[number], 'waiting'>;

const stallMsDefault = 15_000;
const silentAfterMs = 30_000;
const retryFirstMs = 1_000;
const retryMsMax = 60_000;
/** What came too fast and ended was heard; a recording that is asked for every minute would count every minute. */
const recordingAgainMsMax = 600_000;
/** A line that held this long was good: the next retry is quick again. */
const steadyMs = 60_000;
/** Quiet, and the sound of it still comes: a stall shows before it is given up. */
const lateMs = 5_000;
/** What a server has kept for who connects; what ends after more than this, and too fast, was no broadcast. */
const burstMsMax = 30_000;
const recordingThere = trouble('recording');

export type Station = { readonly url: string; readonly allowPrivate: boolean };

export type StationLive = {
  readonly health: Health;
  readonly trouble: Trouble | null;
  readonly since: number;
  readonly stationName: string | null;
  readonly format: string | null;
  readonly protocol: string | null;
  readonly lastSoundAt: number | null;
  readonly connections: number;
};

export type Watch = {
  live(): StationLive;
  /** Resolves when it is stopped, or when what `hearsRecordings` is over. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
};

export type WatchOptions = {
  readonly now: () => number;
  readonly stallMs?: number;
  readonly retryFirstMs?: number;
  /** A recording is heard too, once, to its end. */
  readonly hearsRecordings?: boolean;
  readonly onChange?: (live: StationLive) => void;
};

export function watchStation(
  station: Station,
  channel: Pick<Channel, 'connected' | 'hear' | 'title'> & {
    live(): Pick<ChannelLive, 'silentMs' | 'heardMs'>;
  },
  options: WatchOptions,
): Watch {
  const { now } = options;
  const stopping = new AbortController();
  let live: StationLive = {
    health: 'connecting',
    trouble: null,
    since: now(),
    stationName: null,
    format: null,
    protocol: null,
    lastSoundAt: null,
    connections: 0,
  };
  const change = (changed: Partial<StationLive>): void => {
    const since =
      changed.health !== undefined && changed.health !== live.health ? now() : live.since;
    live = { ...live, ...changed, since };
    options.onChange?.(live);
  };

  async function listenOnce(): Promise<'again' | 'later' | 'never'> {
    if (live.health !== 'connecting' && live.connections === 0) change({ health: 'connecting' });
    const stream = await openStream(station.url, {
      allowPrivate: station.allowPrivate,
      stallMs: options.stallMs ?? stallMsDefault,
      signal: stopping.signal,
    });
    if (stream.kind !== 'opened') {
      // What has been a station is one whose own source is away: its server then knows no such address.
      const isWrong = stream.kind === 'wrong-address' && live.connections === 0;
      change({ health: isWrong ? 'wrong-address' : 'unreachable', trouble: stream.trouble });
      return 'again';
    }
    if (stream.isRecording && options.hearsRecordings !== true) {
      stream.close();
      change({ health: 'wrong-address', trouble: recordingThere });
      return 'again';
    }
    change({
      stationName: stream.name,
      format: stream.format,
      protocol: stream.protocol,
      connections: live.connections + 1,
    });
    channel.connected();
    const [began, heardBefore] = [now(), channel.live().heardMs];
    const close = (): void => stream.close();
    stopping.signal.addEventListener('abort', close, { once: true });
    try {
      const parts = stream.isRecording
        ? stream.parts
        : paceParts(stream.parts, () => channel.live().heardMs, now, stopping.signal);
      await pumpStream(parts, stream.format, {
        onSound(pcm) {
          channel.hear(pcm);
          live = { ...live, lastSoundAt: now() };
          const health = channel.live().silentMs >= silentAfterMs ? 'silent' : 'running';
          if (health !== live.health) change({ health, trouble: null });
        },
        onTitle: (title) => channel.title(title),
      });
      if (stream.isRecording) return 'never';
      if (channel.live().heardMs - heardBefore > 2 * (now() - began) + burstMsMax) {
        change({ health: 'wrong-address', trouble: recordingThere });
        return 'later';
      }
      change({ health: 'connecting', trouble: trouble('ended') });
      return 'again';
    } catch (error) {
      if (stopping.signal.aborted) return 'again';
      if (error instanceof Undecodable) {
        change({ health: 'wrong-address', trouble: error.trouble });
        return 'again';
      }
      change({
        health: error instanceof Stalled ? 'stalled' : 'unreachable',
        trouble: troubleOf(error),
      });
      return 'again';
    } finally {
      stopping.signal.removeEventListener('abort', close);
      stream.close();
    }
  }

  async function listen(): Promise<void> {
    let retryMs = options.retryFirstMs ?? retryFirstMs;
    let recordingAgainMs = retryMsMax;
    while (!stopping.signal.aborted) {
      const began = now();
      const when = await listenOnce().catch((error: unknown): 'again' => {
        if (!stopping.signal.aborted) change({ health: 'unreachable', trouble: troubleOf(error) });
        return 'again';
      });
      if (when === 'never') return;
      if (now() - began > steadyMs) {
        retryMs = options.retryFirstMs ?? retryFirstMs;
        recordingAgainMs = retryMsMax;
      }
      const pauseMs = when === 'later' ? recordingAgainMs : retryMs;
      const waitMs = pauseMs * (0.75 + Math.random() / 2);
      await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (when === 'later') recordingAgainMs = Math.min(recordingAgainMsMax, recordingAgainMs * 2);
      retryMs = Math.min(retryMsMax, retryMs * 2);
    }
  }

  const listening = listen();
  return {
    done: listening,
    live() {
      const isLate = live.lastSoundAt !== null && now() - live.lastSoundAt > lateMs;
      return isLate && (live.health === 'running' || live.health === 'silent')
        ? { ...live, health: 'stalled', trouble: trouble('no-sound') }
        : live;
    },
    async stop() {
      stopping.abort(new Error('stopped'));
      await listening;
    },
  };
}
