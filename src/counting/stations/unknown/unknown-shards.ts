import { buildSegment, type Shard } from '#counting/recognition/engine.ts';
import type { UnknownSound } from './unknown-index.ts';

// What was heard and matched nothing, as something that can be searched. Lives where stations are heard.

const rebuildEveryMs = 60_000;
/** A closed segment is not built again; small ones are cheap to build and few enough to ask. */
const soundsPerSegment = 400;

export type UnknownShards = {
  /** New ones, and those that were cut, in place of what they were. */
  keep(sounds: readonly UnknownSound[]): void;
  forget(ids: readonly string[]): void;
  shards(): readonly Shard[];
};

export function openUnknownShards(now: () => number): UnknownShards {
  const sounds = new Map<string, UnknownSound>();
  let closed: readonly { readonly own: readonly UnknownSound[]; readonly shard: Shard }[] = [];
  let hot: UnknownSound[] = [];
  let hotShard: Shard | null = null;
  let builtAt = -Infinity;
  let isStale = false;

  // A sound that was cut or forgotten since is another object, or none.
  const isLive = (sound: UnknownSound): boolean => sounds.get(sound.id) === sound;

  function shardOf(own: readonly UnknownSound[]): Shard {
    const segment = buildSegment(
      own.map(({ id, places }) => ({ recordingId: id, title: '', artist: '', file: null, places })),
    );
    return { segment, isLive: (at) => isLive(own[at]!) };
  }

  function rebuild(): void {
    hot = hot.filter(isLive);
    hotShard = shardOf(hot);
    closed = closed.filter(({ own }) => own.some(isLive));
    if (hot.length < soundsPerSegment) return;
    closed = [...closed, { own: hot, shard: hotShard }];
    hot = [];
    hotShard = null;
  }

  return {
    keep(some) {
      for (const sound of some) sounds.set(sound.id, sound);
      hot.push(...some);
      isStale ||= some.length > 0;
    },
    forget(ids) {
      for (const id of ids) sounds.delete(id);
    },
    shards() {
      if (isStale && now() - builtAt > rebuildEveryMs) {
        rebuild();
        builtAt = now();
        isStale = false;
      }
      const shards = closed.map(({ shard }) => shard);
      return hotShard === null ? shards : [...shards, hotShard];
    },
  };
}
