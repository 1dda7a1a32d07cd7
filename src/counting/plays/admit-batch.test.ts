import assert from 'node:assert/strict';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, minuteMs, toIso, type Instant } from '#foundation/kernel/time.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { enrolDevice } from './enrol-device.ts';
import { aRecording, openPlaysHouse, playsContext, testNow } from './testing.ts';

// Boxes that sign, and what may go wrong with that: a proxy that changes a body, a key in the wrong hands, a copied disk.

const { db } = await testDatabase({ after });
let passedMs = 0;
const now = (): Instant => (testNow + passedMs) as Instant;
const ctx = { ...playsContext(db), now };
const app = await openPlaysHouse({ after }, ctx);

const recordingId = await aRecording(db);
const ownerId: UserId = newId<'user'>();

type Box = { readonly deviceId: string; readonly deviceKey: string; readonly agentId: string };

async function aBox(): Promise<Box> {
  const enrolled = await enrolDevice(db, { ownerId, name: 'box', kind: 'agent' });
  assert.ok('deviceId' in enrolled);
  return { ...enrolled, agentId: randomUUID() };
}

/** The play with this number; another song every four minutes, so that nothing merges. */
function play(seq: number, key: string = randomUUID()) {
  return {
    key,
    seq,
    startedAt: toIso((testNow - hourMs + (seq % 10) * 4 * minuteMs) as Instant),
    playedMs: 60_000,
    source: 'venue',
    recording: { id: recordingId },
  };
}

/** As agent/talk-to-server.ts signs. */
function signBody(secret: string, body: string): string {
  const key = createHash('sha256').update(secret).digest();
  return `hmac-sha256=${createHmac('sha256', key).update(body).digest('base64url')}`;
}

type Reply = {
  readonly status: number;
  readonly code: string | undefined;
  readonly detail: string;
  readonly outcomes: readonly string[];
};

async function send(
  box: Box,
  plays: readonly object[],
  how: {
    readonly signedWith?: string | null;
    readonly changed?: (body: string) => string;
    readonly gzip?: boolean;
  } = {},
): Promise<Reply> {
  const { agentId, deviceId, deviceKey } = box;
  const { signedWith = deviceKey, changed = (body: string) => body, gzip = false } = how;
  const signsAtAll = signedWith !== null;
  const body = JSON.stringify({
    sentAt: toIso(now()),
    ...(signsAtAll && { agentId }),
    plays,
  });
  const reply = await app.inject({
    method: 'POST',
    url: '/api/v1/batch/plays',
    headers: {
      authorization: `Device ${deviceId}:${deviceKey}`,
      'content-type': 'application/json',
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...(signsAtAll && { 'ngoma-signature': signBody(signedWith, body) }),
    },
    payload: gzip ? gzipSync(changed(body)) : changed(body),
  });
  const json = JSON.parse(reply.body) as {
    error?: { code: string };
    detail?: string;
    results?: { outcome: string; code?: string }[];
  };
  return {
    status: reply.statusCode,
    code: json.error?.code,
    detail: json.detail ?? '',
    outcomes: json.results?.map(({ outcome, code }) => code ?? outcome) ?? [],
  };
}

async function stored({ deviceId }: Box): Promise<number> {
  const { rows } = await db.pool.query(
    'select count(*)::int as n from plays.play where device_id = $1',
    [deviceId],
  );
  return (rows[0] as { n: number }).n;
}

test('a signed batch counts, plain or packed, and its retry is a duplicate', async () => {
  const box = await aBox();
  const plays = [play(1), play(2)];
  assert.deepEqual((await send(box, plays, { gzip: true })).outcomes, ['counted', 'counted']);
  passedMs += 5_000; // the answer was lost: the same plays, told at another time
  assert.deepEqual((await send(box, plays)).outcomes, ['duplicate', 'duplicate']);
  assert.equal(await stored(box), 2);
});

test('a body that was changed on the way is refused whole, and counts when it comes as it was', async () => {
  const box = await aBox();
  const plays = [play(1)];
  for (const gzip of [false, true]) {
    const changed = await send(box, plays, {
      gzip,
      changed: (body) => body.replace('60000', '90000'),
    });
    assert.deepEqual([changed.status, changed.code], [403, 'WRONG_SIGNATURE']);
    assert.match(changed.detail, /Nothing of it was stored/);
  }
  assert.equal(await stored(box), 0);
  assert.deepEqual((await send(box, plays)).outcomes, ['counted']);
});

test('the signature of another device is none', async () => {
  const [box, other] = [await aBox(), await aBox()];
  const wrong = await send(box, [play(1)], { signedWith: other.deviceKey });
  assert.deepEqual([wrong.status, wrong.code, await stored(box)], [403, 'WRONG_SIGNATURE', 0]);
});

test('what signed once signs always; what never did need not', async () => {
  const [box, phone] = [await aBox(), await aBox()];
  await send(box, [play(1)]);
  const unsigned = await send(box, [play(2)], { signedWith: null });
  assert.deepEqual([unsigned.status, unsigned.code, await stored(box)], [403, 'NOT_SIGNED', 1]);
  assert.deepEqual((await send(phone, [play(1)], { signedWith: null })).outcomes, ['counted']);
});

test('a second box with the same key is refused, keeps its plays, and may replace the first after a day', async () => {
  const box = await aBox();
  await send(box, [play(1), play(2)]);
  const second = { ...box, agentId: randomUUID() };
  const waiting = [play(7), play(8)];
  const refused = await send(second, waiting);
  assert.deepEqual([refused.status, refused.code], [409, 'KEY_SHARED']);
  assert.match(refused.detail, /else enrol it as a device of its own/);
  assert.deepEqual((await send(box, [play(3)])).outcomes, ['counted'], 'the first goes on');
  assert.equal(await stored(box), 3);
  passedMs += dayMs + 1;
  assert.deepEqual((await send(second, waiting)).outcomes, ['counted', 'counted']);
  assert.equal((await send(box, [play(4)])).code, 'KEY_SHARED');
});

test('a box installed anew counts from 1 again: after a day by itself, at once when its owner says so and nobody else', async () => {
  const box = await aBox();
  const old = [play(1), play(2)];
  await send(box, old);
  const anew = { ...box, agentId: randomUUID() };
  const waiting = [play(1), play(2), play(3)];
  const refused = await send(anew, waiting);
  assert.equal(refused.code, 'KEY_SHARED');
  const [url] = /\/api\/v1\/devices\/[^ )]+/.exec(refused.detail)!;
  const release = async (who: string): Promise<number> =>
    (await app.inject({ method: 'POST', url, headers: { authorization: who } })).statusCode;
  assert.equal(await release(`Bearer ${newId<'user'>()}`), 404);
  assert.equal(await release(`Device ${box.deviceId}:${box.deviceKey}`), 401, 'a key is no owner');
  assert.equal((await send(anew, waiting)).code, 'KEY_SHARED');

  assert.equal(await release(`Bearer ${ownerId}`), 200);
  const counted = ['counted', 'counted', 'counted'];
  assert.deepEqual((await send(anew, waiting)).outcomes, counted);
  assert.deepEqual((await send(anew, waiting)).outcomes, counted.fill('duplicate'));
  assert.equal((await send(box, [play(3)])).code, 'KEY_SHARED', 'the one before is out');
  assert.equal(await stored(box), 5);

  passedMs += dayMs + 1;
  const third = { ...box, agentId: randomUUID() };
  assert.deepEqual((await send(third, [play(1)])).outcomes, ['counted']);
  passedMs += dayMs + 1;
  // What the first had told already is known, whoever reported since.
  assert.deepEqual((await send(box, [old[0]!, play(2)])).outcomes, ['duplicate', 'SEQ_REUSED']);
});

test('the copy of a disk gives numbers again: its plays are refused one by one, also when both report at once', async () => {
  const box = await aBox();
  await send(box, [play(1), play(2)]);
  const copied = await send(box, [play(2), play(3)]);
  assert.deepEqual(copied.outcomes, ['SEQ_REUSED', 'counted']);
  const both = await Promise.all([send(box, [play(4)]), send(box, [play(4)])]);
  assert.deepEqual(both.flatMap(({ outcomes }) => outcomes).sort(), ['SEQ_REUSED', 'counted']);
  assert.equal(await stored(box), 4);
});

test('numbers long past are not remembered, and not taken again', async () => {
  const box = await aBox();
  await send(box, [play(1), play(30_000)]);
  assert.deepEqual((await send(box, [play(2), play(29_999)])).outcomes, ['SEQ_REUSED', 'counted']);
});
