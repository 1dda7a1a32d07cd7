import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { aRecording } from '#counting/plays/testing.ts';
import { newId, type DeviceId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { createLog } from '#foundation/platform/log.ts';
import { hear } from '#counting/recognition/hear.ts';
import { identify, nothing, prepareSearch } from '#counting/recognition/identify.ts';
import { melody } from '#counting/recognition/testing.ts';
import { openChannel } from '../channel.ts';
import type { MonitorContext } from '../context.ts';
import { openStationThread } from '../station-thread.ts';
import { openStationHouse } from '../testing.ts';
import { openUnknownIndex, type UnknownIndex } from './unknown-index.ts';

const kept: { index?: UnknownIndex } = {};
const house = await openStationHouse(
  { after },
  { unknownOf: ({ db }) => (kept.index = openUnknownIndex({ db })) },
);
let now = Date.now() - 8 * 3_600_000; // what was heard is reported afterwards, and not too late
const clock = (): Instant => now as Instant;
const unknown = kept.index!;
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
  keepsClips: true,
};
const [owner, label, moderator, other] = Array.from(
  { length: 4 },
  () => newId<'user'>() as UserId,
) as [UserId, UserId, UserId, UserId];
house.roles.set(moderator, ['moderator']);
house.roles.set(other, ['moderator']);

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

type ClaimRow = {
  readonly id: string;
  readonly note: string;
  readonly decision: string | null;
  readonly reason: string | null;
  readonly hasClip: boolean;
  readonly isMine: boolean;
  readonly mayDecide: boolean;
  readonly recordingTitle: string | null;
};
const claims = async (who: UserId, query = ''): Promise<readonly ClaimRow[]> =>
  (await house.call(who, 'GET', `/api/v1/recognition/claims${query}`)).json
    .items as unknown as ClaimRow[];
const decide = (who: UserId, id: string, body: object) =>
  house.call(who, 'POST', `/api/v1/recognition/claims/${id}/decision`, body);

test('a claim is seen by its maker and by reviewers, heard by them, and decided by a reviewer who did not make it', async () => {
  const [claim] = await claims(label);
  assert.deepEqual(
    [claim!.note, claim!.isMine, claim!.mayDecide, claim!.hasClip],
    ['ours', true, false, true],
  );
  assert.deepEqual(await claims(owner), [], 'a stranger sees none of it');
  const clip = (who: UserId) =>
    house.call(who, 'GET', `/api/v1/recognition/claims/${claim!.id}/clip`);
  assert.equal((await clip(owner)).status, 404);
  const heard = (await clip(moderator)).json['pcm'] as string;
  assert.equal(Buffer.from(heard, 'base64').length, 15 * 16_000 * 2);

  const reject = { decision: 'rejected', reason: 'It is another one’s.' };
  assert.equal((await decide(owner, claim!.id, reject)).status, 403);
  assert.equal((await decide(label, claim!.id, reject)).status, 403);
  assert.equal((await decide(moderator, newId<'claim'>(), reject)).status, 404);
  assert.equal((await claims(moderator, '?waiting=true'))[0]!.mayDecide, true);
  assert.equal((await decide(moderator, claim!.id, reject)).status, 200);
  assert.equal((await decide(other, claim!.id, reject)).json.error.code, 'CLAIM_DECIDED');
  assert.deepEqual(
    (await claims(label)).map(({ decision, reason }) => [decision, reason]),
    [['rejected', 'It is another one’s.']],
  );
  assert.equal((await list(label))[0]!['isClaimed'], false, 'it is offered again');
});

test('an accepted claim credits what was heard, puts the sound into the index and offers it no longer', async () => {
  const sound = (await list(moderator))[0]!;
  const path = `/api/v1/recognition/unknown/${sound.id}/claim`;
  assert.equal((await house.call(moderator, 'POST', path, { note: 'mine' })).status, 200);
  const [claim] = await claims(moderator, '?waiting=true');
  const recordingId = await aRecording(house.db, { title: 'Ikirezi', artist: 'Keza' });
  const accept = { decision: 'accepted', recordingId };
  assert.equal((await decide(moderator, claim!.id, accept)).json.error.code, 'OWN_CLAIM');
  const noRecording = { ...accept, recordingId: newId<'recording'>() };
  assert.equal((await decide(other, claim!.id, noRecording)).json.error.code, 'VALIDATION_FAILED');
  assert.equal((await decide(other, claim!.id, accept)).status, 200);

  const { rows } = await house.db.pool.query<{ recording_id: string; played_ms: number }>(
    'select recording_id, played_ms from plays.play order by started_at',
  );
  assert.deepEqual(
    rows.map((row) => row.recording_id),
    [recordingId, recordingId],
  );
  // The first time it stood between talk: only the song counts.
  for (const { played_ms } of rows) assert.ok(played_ms > 30_000 && played_ms < 46_000);
  assert.deepEqual(await list(label), []);
  assert.ok(!unknown.sounds().some(({ id }) => id === sound.id));
  assert.ok(house.store.ids().has(recordingId));
  assert.equal((await claims(moderator))[0]!.recordingTitle, 'Ikirezi');
  const heard = melody(1, 40).subarray(10 * 16_000, 18 * 16_000);
  const answer = identify(prepareSearch(), house.store.shards(), hear(heard));
  assert.equal(answer.match?.recordingId, recordingId);
});
