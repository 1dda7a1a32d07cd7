import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import type { OutsideQuestion, OutsideRecogniser } from './recogniser.ts';
import { serveOutside, type OutsideContext } from './http.ts';

const { db } = await testDatabase({ after });
const asked: OutsideQuestion[] = [];
const ears: OutsideRecogniser = {
  service: 'audd',
  hearsSound: true,
  priceMicros: 5_000,
  currency: 'USD',
  async ask(question) {
    asked.push(question);
    const unsaid = { isrc: null, musicbrainzId: null, durationMs: null, score: null };
    return [{ title: 'Umuhanda 9', artists: ['Ruganzu Twins'], offsetMs: 4_000, ...unsaid }];
  },
};
const prints: OutsideRecogniser = { ...ears, service: 'acoustid', hearsSound: false };

async function house(about: Partial<OutsideContext>) {
  const app = await createWebServer({
    log: createLog('silent'),
    metrics: createMetrics('test'),
    corsOrigins: [],
    trustProxy: null,
    https: null,
    version: 'test',
  });
  after(() => app.close());
  const gatekeeper: Gatekeeper = {
    identify: async ({ headers: { authorization = '' } }) => ({
      kind: 'user',
      userId: newId<'user'>() as UserId,
      roles: authorization === 'moderator' ? ['moderator'] : ['artist'],
      sessionId: null,
    }),
    permits: ({ roles }) => roles.includes('moderator'),
  };
  serveOutside(
    { app, gatekeeper },
    {
      db,
      now: () => Date.UTC(2026, 10, 20) as Instant,
      decoders: null!,
      recognisers: [prints, ears],
      soundMayLeave: true,
      ...about,
    },
  );
  return async (method: 'GET' | 'POST', as: string, body?: object) => {
    const reply = await app.inject({
      method,
      url: '/api/v1/recognition/outside',
      headers: { authorization: as },
      ...(body !== undefined && { payload: body }),
    });
    return { status: reply.statusCode, json: reply.json() };
  };
}

async function unknownSound(clip: Buffer | null): Promise<string> {
  const id = newId<'unknown sound'>();
  await db.pool.query(
    `insert into stations.unknown_sound (id, landmarks, duration_ms, first_heard_at, last_heard_at, times, clip)
     values ($1, '', 45000, now(), now(), 2, $2)`,
    [id, clip],
  );
  return id;
}

test('who corrects the catalogue may ask what an unknown sound is, and knows before what it costs', async () => {
  const call = await house({});
  assert.equal((await call('GET', 'artist')).status, 403);
  const { items } = (await call('GET', 'moderator')).json as { items: { service: string }[] };
  assert.deepEqual(items[1], {
    service: 'audd',
    hearsSound: true,
    priceMicros: '5000',
    currency: 'USD',
  });
  const unknownSoundId = await unknownSound(Buffer.alloc(15 * 32_000, 1));
  assert.equal((await call('POST', 'artist', { unknownSoundId })).status, 403);
  const { status, json } = await call('POST', 'moderator', { unknownSoundId });
  assert.deepEqual(
    [status, json.answers[0].service, json.answers[0].claims[0].title],
    [200, 'audd', 'Umuhanda 9'],
  );
  assert.equal(asked.length, 1, 'fingerprints of whole files say nothing of a part');
  const [{ fingerprint, durationMs, sound }] = asked as [OutsideQuestion];
  assert.deepEqual([fingerprint, durationMs, sound?.mediaType], [null, 15_000, 'audio/wav']);
  assert.equal(Buffer.from(sound!.bytes).toString('latin1', 0, 4), 'RIFF');
});

test('nothing is sent of a sound that was not kept, or where sound may not leave', async () => {
  asked.length = 0;
  const call = await house({});
  const notKept = await call('POST', 'moderator', { unknownSoundId: await unknownSound(null) });
  assert.equal(notKept.status, 404);
  const here = await house({ soundMayLeave: false });
  const offered = (await here('GET', 'moderator')).json as { items: { service: string }[] };
  assert.deepEqual(
    offered.items.map(({ service }) => service),
    ['acoustid'],
  );
  const unknownSoundId = await unknownSound(Buffer.alloc(32_000));
  const refused = await here('POST', 'moderator', { unknownSoundId });
  assert.equal(refused.json.error.code, 'OUTSIDE_OFF');
  assert.deepEqual(asked, []);
});
