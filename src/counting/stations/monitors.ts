import type { DeviceId, StationId } from '#foundation/kernel/ids.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { finishStaleEars, openChannel, type Channel, type ChannelLive } from './channel.ts';
import type { MonitorContext } from './context.ts';
import { forgetOldEvidence, reportDetections } from './keep-detection.ts';
import { pulledStations, type StationRow } from './queries.ts';
import type { Source } from './source.ts';
import { indexCredited } from './unknown/credit-sound.ts';
import { watchStation, type StationLive, type Watch } from './watch-station.ts';

// Every channel that is heard now: stations that are fetched, sources that send. One of each device at a time.

/** What one process takes on; bench/stations.ts says what a core carries. */
const stationsWatchedMax = 200;
const reportEveryMs = 60_000;

export type Monitors = {
  /** Begins with the stations of the table; what was concluded and not reported goes out first. */
  start(): Promise<void>;
  watch(station: StationRow): void;
  unwatch(stationId: StationId): Promise<void>;
  live(station: StationRow): ChannelState | null;
  /** A source begins to send; null when one of this device does already, or too many do. */
  attach(deviceId: DeviceId, source: Source, about: AttachedSource): Promise<Attached | null>;
  /** The channel a device sends on now. */
  attached(deviceId: DeviceId): Attached | null;
  stop(): Promise<void>;
};

export type ChannelState = { readonly station: StationLive; readonly channel: ChannelLive };
export type AttachedSource = {
  readonly format: string;
  readonly name: string | null;
  /** Closes its line: its station was removed, or we stop. */
  hangUp(): void;
};
export type Attached = {
  readonly channel: Channel;
  /** The source is gone; it may come back and go on where it was. */
  detach(): Promise<void>;
};

type Watched = { readonly channel: Channel; readonly watch: Watch };

export function openMonitors(ctx: MonitorContext): Monitors {
  const watched = new Map<StationId, Promise<Watched | null>>();
  const lives = new Map<StationId, Watched>();
  const sources = new Map<
    DeviceId,
    { attached: Attached; since: number; about: AttachedSource; lastSoundAt: number | null }
  >();
  const attaching = new Set<DeviceId>();
  /** Who comes back at once waits until what it was playing is written down. */
  const closing = new Map<DeviceId, Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  let stopped = false;

  const onError = (error: unknown): void => ctx.log.warn({ err: error }, 'a monitor failed');

  async function begin(station: StationRow): Promise<Watched | null> {
    const { url } = station;
    if (url === null || stopped) return null;
    const channel = await openChannel(ctx, station.deviceId, 'radio');
    const watching = watchStation({ url, allowPrivate: ctx.allowPrivateStations }, channel, {
      now: ctx.now,
    });
    const opened = { channel, watch: watching };
    lives.set(station.id, opened);
    return opened;
  }

  function watch(station: StationRow): void {
    if (stopped || watched.has(station.id) || watched.size >= stationsWatchedMax) return;
    watched.set(
      station.id,
      begin(station).catch((error: unknown) => {
        onError(error);
        watched.delete(station.id);
        return null;
      }),
    );
  }

  async function end(stationId: StationId, isOver: boolean): Promise<void> {
    const opened = await watched.get(stationId);
    watched.delete(stationId);
    lives.delete(stationId);
    if (opened === null || opened === undefined) return;
    await opened.watch.stop();
    await opened.channel.close(isOver);
  }

  /** Reports what could not be, and closes what did not come back. */
  async function tidy(): Promise<void> {
    const live = new Set([
      ...sources.keys(),
      ...[...lives.values()].map((w) => w.channel.deviceId),
    ]);
    await finishStaleEars(ctx, (deviceId) => live.has(deviceId));
    await reportDetections(ctx);
  }

  return {
    async start() {
      await ctx.unknown?.load();
      await indexCredited(ctx).catch(onError);
      await reportDetections(ctx).catch(onError); // plays that cannot be reported now are kept
      void forgetOldEvidence(ctx).catch(onError);
      for (const station of await ctx.db.all(pulledStations, { limit: stationsWatchedMax }))
        watch(station);
      timers.push(
        setInterval(() => void tidy().catch(onError), reportEveryMs).unref(),
        setInterval(() => void forgetOldEvidence(ctx).catch(onError), dayMs).unref(),
      );
    },
    watch,
    unwatch: (stationId) => end(stationId, true),
    live(station) {
      const opened = lives.get(station.id);
      if (opened !== undefined)
        return { station: opened.watch.live(), channel: opened.channel.live() };
      const source = sources.get(station.deviceId);
      if (source === undefined) return null;
      const channel = source.attached.channel.live();
      return {
        station: {
          health: channel.silentMs > 30_000 ? 'silent' : 'running',
          trouble: null,
          since: source.since,
          stationName: source.about.name,
          format: source.about.format,
          protocol: 'source',
          lastSoundAt: source.lastSoundAt,
          connections: 1,
        },
        channel,
      };
    },
    async attach(deviceId, source, about) {
      const isTaken = sources.has(deviceId) || attaching.has(deviceId);
      if (stopped || isTaken || sources.size + attaching.size >= stationsWatchedMax) return null;
      attaching.add(deviceId);
      try {
        await closing.get(deviceId);
        const channel = await openChannel(ctx, deviceId, source);
        channel.connected();
        const entry = {
          since: ctx.now() as number,
          about,
          lastSoundAt: null as number | null,
          attached: {
            channel: {
              ...channel,
              hear(pcm: Float32Array) {
                entry.lastSoundAt = ctx.now();
                channel.hear(pcm);
              },
            },
            async detach() {
              if (!sources.delete(deviceId)) return;
              about.hangUp();
              const closed = channel.close(false).finally(() => closing.delete(deviceId));
              closing.set(deviceId, closed);
              await closed;
            },
          },
        };
        sources.set(deviceId, entry);
        return entry.attached;
      } finally {
        attaching.delete(deviceId);
      }
    },
    attached: (deviceId) => sources.get(deviceId)?.attached ?? null,
    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all([...watched.keys()].map((id) => end(id, false)));
      await Promise.all([...sources.values()].map(({ attached }) => attached.detach()));
    },
  };
}
