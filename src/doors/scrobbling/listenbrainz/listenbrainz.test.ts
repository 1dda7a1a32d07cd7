import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { dayMs, minuteMs, secondMs } from '#foundation/kernel/time.ts';
import { aRecording } from '#counting/plays/testing.ts';
import { countWaiting } from '../accept-listens.ts';
import { limitsDefault } from '../limit-reporters.ts';
import { aScrobbler, evidence, openHouse, trackOf, unlimited, type Scrobbler } from '../testing.ts';

// ListenBrainz as its programs speak it: composed requests, and the recorded ones where they are at hand.

const house = await openHouse({ after });
const nowS = Math.floor(house.ctx.now() / secondMs);
const keza = await aScrobbler(house, 'Keza');

async function submit(body: unknown, as: Scrobbler | null = keza, query = '') {
  const reply = await house.app.inject({
    method: 'POST',
    url: `/1/submit-listens${query}`,
    headers: { ...(as !== null && { authorization: `Token ${as.token}` }) },
    payload: Buffer.isBuffer(body) ? body : typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: reply.statusCode, body: reply.json<Answer>(), headers: reply.headers };
}
type Answer = {
  readonly status?: string;
  readonly code?: number;
  readonly error?: string;
  readonly recording_msid?: string;
};

async function read(url: string, as: Scrobbler | null = keza) {
  const reply = await house.app.inject({
    method: 'GET',
    url,
    headers: { ...(as !== null && { authorization: `Token ${as.token}` }) },
  });
  return { status: reply.statusCode, body: reply.json<Read>() };
}
type Read = {
  readonly error?: string;
  readonly payload: {
    readonly count: number;
    readonly listens: readonly {
      readonly listened_at: number;
      readonly track_metadata: { readonly track_name: string };
    }[];
    readonly latest_listen_ts: number;
  };
};

function single(track: object, listenedAt: unknown = nowS - 600) {
  return {
    listen_type: 'single',
    payload: [{ listened_at: listenedAt, track_metadata: track }],
  };
}

function imported(count: number, firstS: number, everyS = 200) {
  return {
    listen_type: 'import',
    payload: Array.from({ length: count }, (_, i) => ({
      listened_at: firstS + i * everyS,
      track_metadata: trackOf(`Song ${i}`),
    })),
  };
}

test('a listen is evidence of its listener, counts as a scrobble, and is read back as it was sent', async () => {
  const recordingId = await aRecording(house.db, { title: 'Katerina', artist: 'Bruce Melodie' });
  const ines = await aScrobbler(house);
  const sent = trackOf('Katerina', {
    release_name: 'Sample',
    additional_info: { duration_ms: 222_000, duration_played: 180, tags: ['afrobeat'] },
  });
  const reply = await submit(single(sent), ines);
  assert.deepEqual([reply.status, reply.body], [200, { status: 'ok' }]);
  assert.ok(Number(reply.headers['x-ratelimit-remaining']) > 0);
  assert.ok(Number(reply.headers['x-ratelimit-reset']) >= nowS);
  assert.ok(reply.headers['x-ratelimit-limit'] && reply.headers['x-ratelimit-reset-in']);

  const [play] = await evidence(house, ines);
  assert.deepEqual(
    { ...play },
    {
      startedAt: (nowS - 600) * secondMs,
      playedMs: 180_000,
      source: 5,
      state: 0,
      confidence: null,
      recordingId,
    },
  );
  const { body } = await read(`/1/user/${ines.userName}/listens`, ines);
  assert.deepEqual(body.payload.listens[0]!.track_metadata, sent);
  assert.equal(body.payload.latest_listen_ts, nowS - 600);
});

test('an ISRC finds the recording whatever the title says; an unknown one leaves title and artist to find it', async () => {
  const byIsrc = await aRecording(house.db, { title: 'Official', isrc: 'RWA012600077' });
  const byText = await aRecording(house.db, { title: 'Fresh', artist: 'Bruce Melodie' });
  const ines = await aScrobbler(house);
  await submit(
    single(trackOf('A Bootleg', { additional_info: { isrc: 'RW-A01-26-00077' } })),
    ines,
  );
  await submit(
    single(trackOf('Fresh', { additional_info: { isrc: 'RWA019900001' } }), nowS - 300),
    ines,
  );
  const plays = await evidence(house, ines);
  assert.deepEqual(
    plays.map((play) => play.recordingId),
    [byIsrc, byText],
  );
});

test('how long it sounded is what was measured; what is taken for it carries a mark', async () => {
  const ines = await aScrobbler(house);
  const infos = [
    { duration: 200, duration_played: 9_999 }, // never more than the track
    { duration_ms: '222000' },
    {},
    { duration_played: -1 },
  ];
  for (const [i, additional_info] of infos.entries())
    await submit(single(trackOf(`T${i}`, { additional_info }), nowS - 900 + i), ines);
  assert.deepEqual(
    (await evidence(house, ines)).map((play) => [play.playedMs, play.confidence]),
    [
      [200_000, null],
      [222_000, 0.5],
      [30_000, 0.25],
      [30_000, 0.25],
    ],
  );
});

test('what does not match is kept, readable, and counts nothing yet', async () => {
  const ines = await aScrobbler(house);
  await submit(single(trackOf('Nobody Knows This')), ines);
  assert.equal((await evidence(house, ines))[0]!.state, 2);
  const { body } = await read(`/1/user/${ines.userName}/listen-count`, ines);
  assert.equal(body.payload.count, 1);
});

test('a year replayed, in another order and twice, counts once; older than thirty days it is an import', async () => {
  const ines = await aScrobbler(house);
  const yearAgo = nowS - 365 * 86_400;
  const year = imported(3_000, yearAgo, 10_000);
  const batches = [0, 1_000, 2_000].map((at) => ({
    ...year,
    payload: year.payload.slice(at, at + 1_000),
  }));
  for (const batch of batches) assert.equal((await submit(batch, ines)).status, 200);
  for (const batch of [...batches].reverse()) {
    const again = { ...batch, payload: [...batch.payload].reverse() };
    assert.equal((await submit(again, ines)).status, 200);
  }
  const plays = await evidence(house, ines);
  assert.equal(plays.length, 3_000);
  const limit = house.ctx.now() - 30 * dayMs;
  assert.ok(plays.every((play) => (play.source === 7) === play.startedAt < limit));
});

test('the same second, listener and text is one listen, however it is written and in whatever order', async () => {
  const text = fc.constantFrom('Ye ', 'ye', 'YÉ', 'Ye\u0301', 'Plenty', '  plenty', 'Essence');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(text, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (listens, cutAt) => {
        const ines = await aScrobbler(house);
        const payload = listens.map(([title, second]) => ({
          listened_at: nowS - 1_000 + second,
          track_metadata: trackOf(title),
        }));
        const parts = [payload.slice(0, cutAt), payload.slice(cutAt), payload.toReversed()];
        for (const part of parts)
          if (part.length > 0) await submit({ listen_type: 'import', payload: part }, ines);
        const distinct = new Set(
          listens.map(([title, s]) => `${s} ${title.normalize('NFC').trim().toLowerCase()}`),
        );
        assert.equal((await evidence(house, ines)).length, distinct.size);
      },
    ),
    { numRuns: 15 },
  );
});

const good = trackOf('Ok');
const info = (additional_info: unknown) => single({ ...good, additional_info });
const refusals: readonly [string, unknown, string][] = [
  ['no JSON', '{', 'Cannot parse JSON document'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'Cannot parse JSON document'],
  ['a list', [], 'Top level of JSON document should be a json object'],
  ['no payload', { listen_type: 'single' }, 'Invalid JSON document submitted.'],
  [
    'a payload that is no list',
    { listen_type: 'single', payload: {} },
    'should be a list of listens',
  ],
  ['no listens', { listen_type: 'single', payload: [] }, 'does not contain any listens'],
  ['another type', { ...single(good), listen_type: 'x' }, 'requires a valid listen_type key'],
  [
    'two as single',
    { ...imported(2, nowS - 900), listen_type: 'single' },
    'It should contain only one',
  ],
  ['1,001 listens', imported(1_001, nowS - 90_000, 1), 'more than 1000 listens'],
  ['10,241 bytes a listen', single({ ...good, x: 'y'.repeat(10_240) }), 'too large'],
  [
    'no listened_at',
    { listen_type: 'single', payload: [{ track_metadata: good }] },
    'must contain the key listened_at',
  ],
  [
    'no track_metadata',
    { listen_type: 'single', payload: [{ listened_at: nowS }] },
    'must contain the key track_metadata',
  ],
  [
    'a third key',
    { listen_type: 'single', payload: [{ listened_at: nowS, track_metadata: good, x: 1 }] },
    'may only contain listened_at and track_metadata',
  ],
  ['a word for a time', single(good, 'noon'), 'must contain an int value'],
  ['an hour ahead', single(good, nowS + 3_600), 'listened_at is too high'],
  ['before October 2002', single(good, 1_033_410_599), 'greater than 1033410600'],
  ['null for a track', single(null as never), 'null value'],
  ['no artist', single({ track_name: 'x' }), 'required field track_metadata.artist_name'],
  [
    'a number for a title',
    single({ ...good, track_name: 5 }),
    'track_metadata.track_name must be a single string',
  ],
  [
    'blanks for a title',
    single({ ...good, track_name: ' ' }),
    'field track_metadata.track_name is empty',
  ],
  ['NUL in a value', single({ ...good, x: ['a\0b'] }), 'unicode null'],
  ['NUL in a key', single({ ...good, 'a\0b': 1 }), 'unicode null'],
  [
    'a deep nest',
    single({ ...good, x: JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`) }),
    'nested deeper',
  ],
  ['51 tags', info({ tags: Array(51).fill('t') }), 'more than 50 items'],
  ['a tag of 65 characters', info({ tags: ['t'.repeat(65)] }), 'longer than 64 characters'],
  ['two durations', info({ duration: 1, duration_ms: 1_000 }), 'both duration and duration_ms'],
  ['no duration at all', info({ duration: 0 }), 'Value for duration is invalid'],
  ['a word for a duration', info({ duration_ms: 'long' }), 'Value for duration_ms is invalid'],
  ['more than 24 days', info({ duration: 2_073_601 }), 'max permitted value is 2073600'],
  [
    'an MBID that is none',
    info({ recording_mbid: 'mbz-123' }),
    'recording_mbid MBID format invalid.',
  ],
  ['one bad MBID of two', info({ artist_mbids: ['', 'x'] }), 'artist_mbids MBID format invalid.'],
  ['a list for a table', info([]), 'additional_info must be an object'],
  [
    'a time with playing_now',
    { ...single(good), listen_type: 'playing_now' },
    'must not contain listened_at',
  ],
];
for (const [what, body, sentence] of refusals)
  test(`refused with 400 in ListenBrainz's words: ${what}`, async () => {
    const reply = await submit(body);
    assert.equal(reply.status, 400, JSON.stringify(reply.body));
    assert.equal(reply.body.code, 400);
    assert.ok(reply.body.error!.includes(sentence), reply.body.error);
  });

test('accepted at the edge: numbers in quotes, empty MBIDs, empty album, 59 minutes ahead', async () => {
  const ines = await aScrobbler(house);
  const track = {
    ...good,
    track_name: '  Edge  ',
    release_name: '',
    additional_info: { duration: '120', recording_mbid: '', artist_mbids: ['', null], tags: [] },
  };
  assert.equal((await submit(single(track, String(nowS + 3_599)), ines)).status, 200);
  const { body } = await read(`/1/user/${ines.userName}/listens?max_ts=${nowS + 3_600}`, ines);
  assert.deepEqual(body.payload.listens[0]!.track_metadata, {
    artist_name: 'Bruce Melodie',
    track_name: 'Edge',
    additional_info: { duration: 120, artist_mbids: [], tags: [] },
  });
});

test('a body of more than 10,240,000 bytes is not read to its end', async () => {
  const reply = await submit(Buffer.alloc(10_240_001, 0x20));
  assert.deepEqual([reply.status, reply.body.code], [413, 413]);
});

test('a listen from a clock forty minutes fast waits, and counts when its time has come', async (t) => {
  const own = await openHouse(t);
  const ines = await aScrobbler(own);
  const send = () =>
    own.app.inject({
      method: 'POST',
      url: '/1/submit-listens',
      headers: { authorization: `Token ${ines.token}` },
      payload: single(trackOf('Early'), Math.floor(own.ctx.now() / secondMs) + 2_400),
    });
  assert.equal((await send()).statusCode, 200);
  assert.equal(await countWaiting(own.ctx), 0);
  assert.equal((await evidence(own, ines)).length, 0);
  own.later(36 * minuteMs);
  assert.equal(await countWaiting(own.ctx), 1);
  assert.equal(await countWaiting(own.ctx), 0);
  assert.equal((await evidence(own, ines)).length, 1);
});

test('who sends no token, a wrong one, a revoked one, or is disabled, is told so with 401', async () => {
  const ines = await aScrobbler(house);
  assert.deepEqual((await submit(single(good), null)).body, {
    code: 401,
    error: 'You need to provide an Authorization header.',
  });
  const wrong = { ...ines, token: crypto.randomUUID() };
  assert.equal((await submit(single(good), wrong)).body.error, 'Invalid authorization token.');
  house.disabled.add(ines.userId);
  assert.equal((await submit(single(good), ines)).status, 401);
  house.disabled.delete(ines.userId);
  await house.app.inject({
    method: 'DELETE',
    url: `/api/v1/scrobbling/tokens/${ines.id}`,
    headers: { authorization: `Bearer ${ines.userId}` },
  });
  assert.equal((await submit(single(good), ines)).status, 401);
});

test('validate-token says whose token it is, and that an invalid one is invalid with 200', async () => {
  const valid = await read(`/1/validate-token?token=${keza.token}`, null);
  assert.deepEqual(valid.body, {
    code: 200,
    message: 'Token valid.',
    valid: true,
    user_name: 'Keza',
  });
  assert.equal((await read('/1/validate-token')).status, 200);
  const invalid = await read('/1/validate-token?token=x', null);
  assert.deepEqual(invalid.body, { code: 200, message: 'Token invalid.', valid: false });
  assert.equal((await read('/1/validate-token', null)).status, 400);
});

test('listens are paged by time, latest first, and by min_ts the next ones after it', async () => {
  const ines = await aScrobbler(house);
  await submit(imported(30, nowS - 3_000, 10), ines);
  const url = `/1/user/${ines.userName}/listens`;
  const times = async (query: string) =>
    (await read(`${url}?${query}`, ines)).body.payload.listens.map((l) => l.listened_at);
  assert.equal((await times('')).length, 25);
  assert.deepEqual(await times(`count=2&max_ts=${nowS - 2_980}`), [nowS - 2_990, nowS - 3_000]);
  assert.deepEqual(await times(`count=2&min_ts=${nowS - 3_000}`), [nowS - 2_980, nowS - 2_990]);
  assert.deepEqual(await times(`min_ts=${nowS - 3_000}&max_ts=${nowS - 2_980}`), [nowS - 2_990]);
  for (const bad of ['count=-1', 'count=x', 'min_ts=2&max_ts=1', 'max_ts=99999999999999'])
    assert.equal((await read(`${url}?${bad}`, ines)).status, 400, bad);
});

test('nobody reads what another listened to, nor learns whether the name exists', async () => {
  const ines = await aScrobbler(house);
  for (const url of ['listens', 'playing-now', 'listen-count']) {
    assert.equal((await read(`/1/user/Keza/${url}`, null)).status, 401);
    const somebody = await read(`/1/user/Keza/${url}`, ines);
    const nobody = await read(`/1/user/Nobody/${url}`, ines);
    assert.deepEqual([somebody.status, nobody.status], [404, 404]);
    assert.equal(somebody.body.error, 'Cannot find user: Keza');
  }
});

test('playing now is told until it ends, and is no listen', async (t) => {
  const own = await openHouse(t);
  const ines = await aScrobbler(own);
  const headers = { authorization: `Token ${ines.token}` };
  const playing = async () =>
    (
      await own.app.inject({ method: 'GET', url: `/1/user/${ines.userName}/playing-now`, headers })
    ).json<Read>().payload.count;
  const send = (additional_info: object) =>
    own.app.inject({
      method: 'POST',
      url: '/1/submit-listens?return_msid=true',
      headers,
      payload: {
        listen_type: 'playing_now',
        payload: [{ track_metadata: { ...good, additional_info } }],
      },
    });
  assert.match((await send({ duration: 100 })).json<Answer>().recording_msid!, /^[0-9a-f-]{36}$/);
  assert.equal(await playing(), 1);
  own.later(100 * secondMs);
  assert.equal(await playing(), 0);
  await send({});
  own.later(599 * secondMs);
  assert.equal(await playing(), 1);
  own.later(secondMs);
  assert.equal(await playing(), 0);
  assert.equal((await evidence(own, ines)).length, 0);
});

test('latest-import only moves on', async () => {
  const ines = await aScrobbler(house);
  const post = async (payload: object | string) =>
    (
      await house.app.inject({
        method: 'POST',
        url: '/1/latest-import',
        headers: { authorization: `Token ${ines.token}` },
        payload,
      })
    ).statusCode;
  for (const ts of [1_700_000_000, 1_600_000_000]) assert.equal(await post({ ts }), 200);
  for (const bad of ['{', '[]', { ts: 'x' }, { ts: -1 }, { ts: 9e15 }])
    assert.equal(await post(bad), 400);
  const { body } = await read(`/1/latest-import?user_name=${ines.userName}`, ines);
  assert.deepEqual(body, { musicbrainz_id: ines.userName, latest_import: 1_700_000_000 });
});

test('an account that asks, sends or listens too much is told when to come back; others are not slowed', async (t) => {
  const limits = {
    ...unlimited,
    requests: { requests: 6, windowS: 10 },
    bytesPerMinute: 20_000,
    listensPerMinute: 30,
  };
  const own = await openHouse(t, { limits });
  const send = (as: Scrobbler, payload: object) =>
    own.app.inject({
      method: 'POST',
      url: '/1/submit-listens',
      headers: { authorization: `Token ${as.token}` },
      payload,
    });
  const [greedy, loud, eager, calm] = await Promise.all([1, 2, 3, 4].map(() => aScrobbler(own)));
  assert.equal((await send(greedy!, imported(30, nowS - 9_000))).statusCode, 200);
  const over = await send(greedy!, imported(1, nowS - 90));
  assert.equal(over.statusCode, 429);
  assert.equal(over.json<Answer>().code, 429);
  assert.ok(Number(over.headers['retry-after']) > 0 && over.headers['x-ratelimit-reset-in']);
  for (const status of [200, 200, 429])
    assert.equal((await send(loud!, single({ ...good, x: 'y'.repeat(8_000) }))).statusCode, status);
  for (let i = 0; i < 6; i++) assert.equal((await send(eager!, single(good))).statusCode, 200);
  assert.equal((await send(eager!, single(good))).statusCode, 429);
  assert.equal((await send(calm!, single(good))).statusCode, 200);
  assert.ok(limitsDefault.listensPerMinute >= 1_000, 'a full request fits the limit of a minute');
});

test('no body makes the server stumble', async () => {
  const anything = fc.oneof(
    fc.json(),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.record({
      listen_type: fc.constantFrom('single', 'import', 'playing_now'),
      payload: fc.array(
        fc.record(
          { listened_at: fc.anything(), track_metadata: fc.anything() },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
    }),
    fc
      .record({
        track_name: fc.string({ unit: 'binary' }),
        artist_name: fc.string(),
        additional_info: fc.object(),
      })
      .map((track) => single(track)),
  );
  await fc.assert(
    fc.asyncProperty(anything, async (body) => {
      const text =
        typeof body === 'string' || Buffer.isBuffer(body)
          ? body
          : JSON.stringify(body, (_key, value: unknown) =>
              typeof value === 'bigint' ? String(value) : value,
            );
      const reply = await submit(text);
      assert.ok([200, 400].includes(reply.status), `${reply.status} for ${String(text)}`);
    }),
    { numRuns: 300 },
  );
});

/** What the two requests share, as a real program sends them: numbers of MusicBrainz that are none. */
function asPrograms(type: 'single' | 'playing_now', mbid: () => string): string {
  const track = {
    artist_name: 'Mama Zawadi',
    track_name: 'Ijoro',
    release_name: 'Ku Kivu',
    additional_info: {
      tracknumber: 1,
      recording_mbid: mbid(),
      artist_names: ['Mama Zawadi', 'Ruganzu Twins'],
      artist_mbids: [mbid(), mbid()],
      release_mbid: mbid(),
      duration_ms: 142_200,
    },
  };
  const listen = type === 'single' ? { listened_at: 1_635_000_000 } : {};
  return JSON.stringify({ listen_type: type, payload: [{ ...listen, track_metadata: track }] });
}
let invented = 100;
const inventedMbid = (): string => `mbz-${invented++}`;

test('MBIDs that are none are refused by name, and the same listen is taken with real ones', async () => {
  await refusedThenTaken((type) => asPrograms(type, inventedMbid));
});

const recorded = path.resolve(
  import.meta.dirname,
  '../../../../../shared/data/harvest/listenbrainz',
);
test(
  'requests recorded from a real program: refused for their invented MBIDs, taken with real ones',
  { skip: existsSync(recorded) ? false : 'the recorded requests are not here' },
  async () => {
    const names = { single: 'scrobble', playing_now: 'nowplaying' };
    await refusedThenTaken((type) =>
      readFileSync(path.join(recorded, `listenbrainz.${names[type]}.request.json`), 'utf8'),
    );
  },
);

async function refusedThenTaken(textOf: (type: 'single' | 'playing_now') => string): Promise<void> {
  const ines = await aScrobbler(house);
  for (const type of ['single', 'playing_now'] as const) {
    const text = textOf(type);
    const asSent = await submit(text, ines);
    assert.deepEqual(
      [asSent.status, asSent.body.error],
      [400, 'release_mbid MBID format invalid.'],
    );
    const real = text.replaceAll(/mbz-\d+/g, () => crypto.randomUUID());
    assert.equal((await submit(real, ines)).status, 200);
  }
  const [play] = await evidence(house, ines);
  assert.deepEqual([play!.source, play!.playedMs], [7, 142_200]);
  const { body } = await read(`/1/user/${ines.userName}/playing-now`, ines);
  assert.equal(body.payload.count, 1);
}
