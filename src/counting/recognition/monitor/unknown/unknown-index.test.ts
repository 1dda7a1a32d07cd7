import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type DeviceId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { createLog } from '#foundation/platform/log.ts';
import { nothing } from '../../identify.ts';
import { melody } from '../../testing.ts';
import { openChannel } from '../channel.ts';
import type { MonitorContext } from '../context.ts';
import { openStationThread } from '../station-thread.ts';
import { openStationHouse } from '../testing.ts';
import { openUnknownIndex } from './unknown-index.ts';

const house = await openStationHouse({ after });
let now = Date.UTC(2026, 10, 20, 8);
const clock = (): Instant => now as Instant;
const unknown = openUnknownIndex({ db: house.db });
const searcher = { searchWindow: async () => ({ ...nothing, beside: null }) };
const thread = openStationThread({
  searcher,
  log: createLog('silent'),
  unknown,
  limits: { hopsBehind: 1_000, hopsToThin: 1_000, closeMs: 60_000 },
});
after(() => thread.close());
const ctx: MonitorContext = {
  ...house.ctx,
  now: clock,
  unknown,
  openMatcher: thread.openMatcher,
};
const [owner, label] = [newId<'user'>() as UserId, newId<'user'>() as UserId];

async function broadcast(deviceId: DeviceId, sounds: readonly Float32Array[]): Promise<void> {
  const channel = await openChannel(ctx, deviceId, 'radio');
  channel.connected();
  for (const sound of sounds)
    for (let at = 0; at < sound.length; at += 32_000) {
      channel.hear(sound.subarray(at, at + 32_000));
      now += 2_000;
    }
  await channel.close(true);
  now += 3_600_000;
}

async function aStation(name: string): Promise<DeviceId> {
  const { json } = await house.call(owner, 'POST', '/api/v1/stations', { name, mount: name });
  return json.deviceId as DeviceId;
}

const list = async (who: UserId) =>
  (await house.call(who, 'GET', '/api/v1/recognition/unknown')).json.items;

test('music that matches nothing and comes again at another station is one sound, offered for claiming; talk is not', async () => {
  const [first, second] = [await aStation('imbuto'), await aStation('inyenyeri')];
  const song = melody(1, 40);
  await broadcast(first, [melody(2, 30), song, melody(3, 25)]);
  assert.deepEqual(await list(owner), [], 'heard once is nobody’s business');
  await broadcast(second, [melody(4, 35), song, melody(5, 20)]);

  const sounds = await list(label);
  assert.equal(sounds.length, 1);
  const { id, times, stations, durationMs } = sounds[0]! as unknown as {
    id: string;
    times: number;
    stations: string[];
    durationMs: number;
  };
  assert.deepEqual([times, stations], [2, ['imbuto', 'inyenyeri']]);
  assert.ok(durationMs > 30_000 && durationMs < 46_000, `${durationMs} ms of 40 s`);

  const claim = (who: UserId) =>
    house.call(who, 'POST', `/api/v1/recognition/unknown/${id}/claim`, { note: 'ours' });
  assert.equal((await claim(label)).status, 200);
  assert.equal((await claim(owner)).json.error.code, 'ALREADY_CLAIMED');
  assert.equal((await list(label))[0]!['claimedByMe'], true);

  const again = openUnknownIndex({ db: house.db });
  await again.load();
  assert.ok(again.sounds().some((sound) => sound.id === id));
});
