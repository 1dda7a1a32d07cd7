import { newId, type DeviceId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { SoundPlay } from '#counting/hearing/index.ts';
import { cutPlaces, stretchMsMin, type UnknownStretch } from './gather-unknown.ts';
import * as queries from './queries.ts';

// The second, small index: what was heard and matched nothing. When a part of it is heard again, at whatever station,
// that part becomes a sound of its own, is counted, and is offered for claiming. Searched in the thread of the stations
// (unknown-shards.ts); what it holds is decided and written down here.

/** Heard once: kept until so much newer sound has come. Heard again: kept. */
const onceMsMax = 24 * 3_600_000;
const soundsMax = 20_000;

export type UnknownSound = { readonly id: string; readonly places: Uint32Array };
type Sound = UnknownSound & { readonly durationMs: number; times: number };
type Change = { readonly kept: readonly UnknownSound[]; readonly forgotten: readonly string[] };

export type HeardAgain = {
  readonly heardAt: number;
  readonly titleHint: string | null;
  /** A part of it, where the installation keeps sound. */
  readonly clip: Int16Array | null;
};

export type UnknownIndex = {
  load(): Promise<void>;
  sounds(): readonly UnknownSound[];
  onChange(listen: (change: Change) => void): void;
  /** Something that matched nothing. */
  add(
    deviceId: DeviceId,
    stretch: UnknownStretch,
    heardAt: number,
    titleHint: string | null,
  ): Promise<void>;
  /** Something of this index was heard again. */
  hearAgain(deviceId: DeviceId, play: SoundPlay, again: HeardAgain): Promise<void>;
  /** It is known now whose it is. */
  forget(id: string): void;
};

export function openUnknownIndex(ctx: { readonly db: Db }): UnknownIndex {
  const sounds = new Map<string, Sound>();
  const listeners: ((change: Change) => void)[] = [];

  function keep(some: readonly Sound[]): void {
    for (const sound of some) {
      sounds.delete(sound.id); // one that comes again is the newest
      sounds.set(sound.id, sound);
    }
    const forgotten = tooMany(sounds);
    for (const id of forgotten) sounds.delete(id);
    for (const listen of listeners) listen({ kept: some.map(ofSearch), forgotten });
  }

  return {
    async load() {
      const rows = await ctx.db.all(queries.recentUnknown, { limit: soundsMax });
      keep(
        rows.toReversed().map(({ id, durationMs, times, landmarks }) => ({
          id,
          durationMs,
          times,
          places: fromBytes(landmarks),
        })),
      );
    },
    sounds: () => [...sounds.values()].map(ofSearch),
    onChange: (listen) => void listeners.push(listen),
    async add(deviceId, { places, durationMs }, heardAt, titleHint) {
      const id = newId<'unknown sound'>();
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
      keep([{ id, places, durationMs, times: 1 }]);
    },
    async hearAgain(deviceId, play, { heardAt, titleHint, clip }) {
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
        if (isFirst) await tx.run(queries.cutFirstHearing, { id, fromMs, durationMs });
        if (clip !== null) await tx.run(queries.keepClip, { id, clip: bytesOf(clip) });
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
      if (isFirst) keep([{ id, places, durationMs, times: 2 }]);
      else sound.times += 1;
    },
    forget(id) {
      if (!sounds.delete(id)) return;
      for (const listen of listeners) listen({ kept: [], forgotten: [id] });
    },
  };
}

function bytesOf(clip: Int16Array): Uint8Array {
  return new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength);
}

function ofSearch({ id, places }: Sound): UnknownSound {
  return { id, places };
}

/** Those to let go: more than a day of what was heard once, and more than fit at all, the oldest. */
function tooMany(sounds: ReadonlyMap<string, Sound>): readonly string[] {
  let onceMs = 0;
  return [...sounds.values()]
    .toReversed()
    .filter(({ times, durationMs }, i) => {
      if (times === 1) onceMs += durationMs;
      return i >= soundsMax || (times === 1 && onceMs > onceMsMax);
    })
    .map(({ id }) => id);
}

function toBytes(places: Uint32Array): Uint8Array {
  return new Uint8Array(places.buffer, places.byteOffset, places.byteLength);
}

export function fromBytes(bytes: Buffer): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer, 0, bytes.length >> 2);
}
