import { newId, type DeviceId, type RecordingId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { SoundPlay } from '../../count-from-sound.ts';
import type { Shard } from '../../identify.ts';
import { buildSegment } from '../../segment.ts';
import { cutPlaces, stretchMsMin, type UnknownStretch } from './gather-unknown.ts';
import * as queries from './queries.ts';

// The second, small index: what was heard and matched nothing. When a part of it is heard again, at whatever station,
// that part becomes a sound of its own, is counted, and is offered for claiming.

/** Heard once: kept until so much newer sound has come. Heard again: kept. */
const onceMsMax = 24 * 3_600_000;
const soundsMax = 20_000;
const rebuildEveryMs = 60_000;
/** A closed segment is not built again; small ones are cheap to build and few enough to ask. */
const soundsPerSegment = 400;

type Sound = {
  readonly id: string;
  readonly places: Uint32Array;
  readonly durationMs: number;
  times: number;
};

export type UnknownIndex = {
  load(): Promise<void>;
  shards(): readonly Shard[];
  /** Something that matched nothing. */
  add(
    deviceId: DeviceId,
    stretch: UnknownStretch,
    endedAt: number,
    titleHint: string | null,
  ): Promise<void>;
  /** Something of this index was heard again. */
  hearAgain(
    deviceId: DeviceId,
    play: SoundPlay,
    heardAt: number,
    titleHint: string | null,
  ): Promise<void>;
  has(recordingId: RecordingId): boolean;
};

export function openUnknownIndex(ctx: {
  readonly db: Db;
  readonly now: () => number;
}): UnknownIndex {
  const sounds = new Map<string, Sound>();
  const closed: Shard[] = [];
  let hot: Sound[] = [];
  let hotShard: Shard | null = null;
  let builtAt = 0;
  let isStale = false;

  function shardOf(some: readonly Sound[]): Shard {
    const segment = buildSegment(
      some.map(({ id, places }) => ({
        recordingId: id,
        title: '',
        artist: '',
        file: null,
        places,
      })),
    );
    const ids = some.map(({ id }) => id);
    const own = new Map(some.map((sound) => [sound.id, sound]));
    // A sound that was cut or forgotten since is another object, or none.
    return { segment, isLive: (at) => sounds.get(ids[at]!) === own.get(ids[at]!) };
  }

  function keep(sound: Sound): void {
    sounds.set(sound.id, sound);
    hot.push(sound);
    isStale = true;
    let onceMs = 0;
    for (const one of [...sounds.values()].toReversed()) {
      if (one.times > 1) continue;
      onceMs += one.durationMs;
      if (onceMs > onceMsMax || sounds.size > soundsMax) sounds.delete(one.id);
    }
  }

  return {
    async load() {
      const rows = await ctx.db.all(queries.recentUnknown, { limit: soundsMax });
      for (const row of rows.toReversed()) {
        const { id, durationMs, times } = row;
        keep({ id, durationMs, times, places: fromBytes(row.landmarks) });
      }
    },
    shards() {
      if (isStale && ctx.now() - builtAt > rebuildEveryMs) {
        hotShard = shardOf(hot);
        builtAt = ctx.now();
        isStale = false;
        if (hot.length >= soundsPerSegment) {
          closed.push(hotShard);
          hot = [];
          hotShard = null;
        }
      }
      return hotShard === null ? closed : [...closed, hotShard];
    },
    async add(deviceId, { places, durationMs }, endedAt, titleHint) {
      const id = newId<'unknown sound'>();
      const heardAt = Math.round(endedAt - durationMs);
      await ctx.db.tx(async (tx) => {
        const landmarks = toBytes(places);
        const sound = { id, landmarks, durationMs: Math.round(durationMs), heardAt, titleHint };
        await tx.run(queries.insertUnknown, sound);
        await tx.run(queries.insertHearing, {
          id,
          deviceId,
          heardAt,
          durationMs: Math.round(durationMs),
        });
      });
      keep({ id, places, durationMs, times: 1 });
    },
    async hearAgain(deviceId, play, heardAt, titleHint) {
      const sound = sounds.get(play.recordingId);
      if (sound === undefined || play.heardMs < stretchMsMin) return;
      const { id } = sound;
      // The first time it comes again shows where it begins and ends; before, it was a stretch with talk around it.
      const isFirst = sound.times === 1;
      const fromMs = isFirst ? play.firstOffsetMs : 0;
      const durationMs = isFirst ? play.lastOffsetMs - play.firstOffsetMs : sound.durationMs;
      const places = isFirst ? cutPlaces(sound.places, fromMs, play.lastOffsetMs) : sound.places;
      await ctx.db.tx(async (tx) => {
        const hearing = { id, deviceId, heardAt, durationMs: play.playedMs };
        if ((await tx.run(queries.insertHearing, hearing)) === 0) return;
        const landmarks = toBytes(places);
        await tx.run(queries.countAgain, {
          id,
          landmarks,
          durationMs,
          fromMs,
          isFirst,
          heardAt,
          titleHint,
        });
      });
      if (isFirst) keep({ id, places, durationMs, times: 2 });
      else sound.times += 1;
    },
    has: (recordingId) => sounds.has(recordingId),
  };
}

function toBytes(places: Uint32Array): Uint8Array {
  return new Uint8Array(places.buffer, places.byteOffset, places.byteLength);
}

function fromBytes(bytes: Buffer): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 2);
}
