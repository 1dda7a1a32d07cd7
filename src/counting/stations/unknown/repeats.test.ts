import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type DeviceId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import type { Shard } from '#counting/recognition/identify.ts';
import type { Heard, SoundMatcher } from '#counting/hearing/index.ts';
import { buildSegment } from '#counting/recognition/segment.ts';
import { openSoundMatcher } from '#counting/recognition/sound-matcher.ts';
import { melody } from '#counting/recognition/testing.ts';
import { openChannel } from '../channel.ts';
import type { MonitorContext } from '../context.ts';
import type { OpenMatcher } from '../station-thread.ts';
import { openStationHouse, until } from '../testing.ts';
import { gatherUnknown } from './gather-unknown.ts';
import { openUnknownIndex, type UnknownIndex } from './unknown-index.ts';
import { openUnknownShards } from './unknown-shards.ts';

// What comes round again and again, hour after hour, never at the same phase of the windows.

const kept: { index?: UnknownIndex } = {};
const house = await openStationHouse(
  { after },
  { unknownOf: ({ db }) => (kept.index = openUnknownIndex({ db })) },
);
const unknown = kept.index!;
let now = Date.now() - 8 * 3_600_000;
const clock = (): Instant => now as Instant;
const search = openUnknownShards(clock);
unknown.onChange((change) => {
  search.keep(change.kept);
  search.forget(change.forgotten);
});

const hopSamples = 32_000;
const known = { seventy: melody(70, 31), eighty: melody(80, 29) };
const shards: readonly Shard[] = [
  {
    segment: buildSegment(
      Object.values(known).map((sound) => ({
        recordingId: newId<'recording'>(),
        title: '',
        artist: '',
        file: null,
        ...fingerprintSound(sound),
      })),
    ),
    isLive: () => true,
  },
];

let found = 0;
let added = 0;

/** What the thread of the stations does, here and now. */
const openMatcher: OpenMatcher = (take) => {
  const matcher: SoundMatcher = openSoundMatcher(() => shards, search.shards);
  const gatherer = gatherUnknown((stretch) => {
    found += 1;
    take(stretch);
  });
  let hops: Float32Array[] = [];
  const gather = (windows: readonly Heard[]): readonly Heard[] => {
    for (const window of windows) {
      const [hop] = hops;
      hops = hops.slice(1);
      gatherer.feed(hop!);
      gatherer.window(window);
    }
    return windows;
  };
  return {
    hear(pcm) {
      hops.push(pcm);
      return gather(matcher.hear(pcm));
    },
    async close() {
      const windows = gather(await matcher.close!());
      gatherer.end();
      return windows;
    },
  };
};
const counted: UnknownIndex = {
  ...unknown,
  async add(...stretch) {
    await unknown.add(...stretch);
    added += 1;
  },
};
const ctx: MonitorContext = { ...house.ctx, now: clock, unknown: counted, openMatcher };
const owner = newId<'user'>() as UserId;

async function aStation(name: string): Promise<DeviceId> {
  const { json } = await house.call(owner, 'POST', '/api/v1/stations', { name, mount: name });
  return json.deviceId as DeviceId;
}

type Part = { readonly sound: Float32Array; readonly title?: string };

/** One connection without a pause, in blocks of two seconds. */
async function broadcast(deviceId: DeviceId, parts: readonly Part[]): Promise<void> {
  const channel = await openChannel(ctx, deviceId, 'radio');
  channel.connected();
  let rest = new Float32Array(0);
  for (const { sound, title } of parts) {
    if (title !== undefined) channel.title(title);
    const all = new Float32Array(rest.length + sound.length);
    all.set(rest);
    all.set(sound, rest.length);
    let at = 0;
    for (; at + hopSamples <= all.length; at += hopSamples) {
      channel.hear(all.slice(at, at + hopSamples));
      now += 2_000;
    }
    rest = all.slice(at);
    await until(() => added === found); // what was found is written down before it can come again
  }
  await channel.close(true);
  now += 3_600_000;
}

const list = async () =>
  (await house.call(owner, 'GET', '/api/v1/recognition/unknown')).json
    .items as unknown as readonly {
    readonly times: number;
    readonly durationMs: number;
    readonly titleHint: string | null;
  }[];

test('two unknown songs that come round between talk and known music are two sounds, and each repeat counts', async () => {
  const station = await aStation('umunsi');
  const songs = [melody(71, 52), melody(72, 47)] as const;
  const rounds = 6;
  const parts = Array.from({ length: rounds }, (_, i): readonly Part[] => [
    { sound: known.seventy, title: 'Known - Seventy' },
    { sound: songs[0], title: 'Unknown - One' },
    { sound: melody(100 + i, 33).subarray(0, (31 * 16_000 + 7_919 * i) | 0), title: 'Talk' },
    { sound: known.eighty, title: 'Known - Eighty' },
    { sound: songs[1], title: 'Unknown - Two' },
    { sound: known.seventy.subarray(0, 20 * 16_000), title: 'Known - Seventy' },
  ]);
  await broadcast(station, parts.flat());
  const sounds = await list();
  assert.deepEqual(
    new Map(sounds.map(({ times, titleHint }) => [titleHint, times])),
    new Map([
      ['Unknown - One', rounds],
      ['Unknown - Two', rounds],
    ]),
  );
  assert.equal(sounds.length, 2);
});
