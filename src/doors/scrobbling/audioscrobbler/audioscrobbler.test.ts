import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { hourMs, secondMs } from '#foundation/kernel/time.ts';
import { countWaiting } from '../accept-listens.ts';
import {
  aScrobbler,
  evidence,
  form,
  openHouse,
  postForm,
  unlimited,
  type House,
  type Scrobbler,
} from '../testing.ts';
import { md5 } from '../tokens.ts';

const house = await openHouse({ after });
const nowS = Math.floor(house.ctx.now() / secondMs);

type Fields = Readonly<Record<string, string | number>>;

function proofOf(token: string, time: number): string {
  return md5(md5(token).toString('hex') + String(time)).toString('hex');
}

async function shake(as: Scrobbler, change: Fields = {}, at: House = house) {
  const t = Math.floor(at.ctx.now() / secondMs);
  const fields = {
    hs: 'true',
    p: '1.2',
    c: 'mdc',
    v: '0.24',
    u: as.userName,
    t,
    a: proofOf(as.token, t),
    ...change,
  };
  const reply = await at.app.inject({
    method: 'GET',
    url: `/?${form(fields)}`,
    headers: { host: 'ngoma.test:4400' },
  });
  assert.equal(reply.statusCode, 200);
  assert.ok(reply.body.endsWith('\n'));
  return reply.body.trimEnd().split('\n');
}

async function openSession(as: Scrobbler, at: House = house) {
  const [ok, s, nowPlaying, submission] = await shake(as, {}, at);
  assert.equal(ok, 'OK');
  const send = async (url: string, fields: Fields) => {
    const reply = await postForm(at, new URL(url).pathname, { s: s!, ...fields });
    assert.equal(reply.statusCode, 200);
    return reply.body;
  };
  return {
    nowPlayingUrl: nowPlaying,
    playing: (fields: Fields) => send(nowPlaying!, fields),
    submit: (fields: Fields) => send(submission!, fields),
  };
}

function tracks(count: number, change: Fields = {}): Fields {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      [`a[${i}]`, 'Butera Knowless'],
      [`t[${i}]`, `Song ${i}`],
      [`i[${i}]`, nowS - 90_000 + i * 200],
      [`o[${i}]`, 'P'],
      [`r[${i}]`, ''],
      [`l[${i}]`, 184],
      [`b[${i}]`, ''],
      [`n[${i}]`, ''],
      [`m[${i}]`, ''],
      ...Object.entries(change).map(([name, value]) => [`${name}[${i}]`, value]),
    ]).flat() as [string, string | number][],
  );
}

test('the handshake answers four lines; whoever does not say hs=true gets the web app', async () => {
  const ines = await aScrobbler(house);
  const lines = await shake(ines);
  assert.equal(lines.length, 4);
  assert.match(lines[1]!, /^[0-9a-f]{64}$/);
  assert.equal(lines[2], 'http://ngoma.test:4400/1/np_1.2');
  assert.equal(lines[3], 'http://ngoma.test:4400/1/protocol_1.2');
  for (const url of ['/', '/?hs=false', '/?xhs=true'])
    assert.equal((await house.app.inject({ method: 'GET', url })).body, 'the web app');
});

test('a wrong proof, name or version, and a clock that is off, each have their own answer', async () => {
  const ines = await aScrobbler(house);
  assert.deepEqual(await shake(ines, { a: '0'.repeat(32) }), ['BADAUTH']);
  assert.deepEqual(await shake(ines, { u: 'nobody' }), ['BADAUTH']);
  assert.deepEqual(await shake(ines, { u: 'a\0b' }), ['BADAUTH']);
  assert.deepEqual(await shake(ines, { t: 'noon' }), ['BADAUTH']);
  assert.match((await shake(ines, { p: '1.1' }))[0]!, /^FAILED /);
  const late = nowS - 3_601;
  assert.deepEqual(await shake(ines, { t: late, a: proofOf(ines.token, late) }), ['BADTIME']);
  assert.deepEqual((await shake({ ...ines, userName: ines.userName.toUpperCase() }))[0], 'OK');
});

test('a batch counts once however often it is sent, and now playing is told', async () => {
  const ines = await aScrobbler(house);
  const session = await openSession(ines);
  for (let i = 0; i < 3; i++) assert.equal(await session.submit(tracks(10)), 'OK\n');
  const plays = await evidence(house, ines);
  assert.equal(plays.length, 10);
  assert.ok(plays.every((play) => play.playedMs === 184_000 && play.confidence === 0.5));
  assert.equal(
    await session.playing({ a: 'Meddy', t: 'Slowly', b: '', l: 200, n: '', m: '' }),
    'OK\n',
  );
  assert.equal(house.ctx.nowPlaying.get(ines.userId)!.track_name, 'Slowly');
  assert.equal(
    await session.playing({ a: '', t: 'x' }),
    'FAILED field track_metadata.artist_name is empty.\n',
  );
});

test('the same listen through all three protocols is one', async () => {
  const ines = await aScrobbler(house);
  const session = await openSession(ines);
  const [artist, track, timestamp] = ['Riderman', 'Depanage', nowS - 500];
  await session.submit({ 'a[0]': artist, 't[0]': track, 'i[0]': timestamp });
  await postForm(house, '/2.0/', {
    method: 'track.scrobble',
    sk: ines.token,
    artist,
    track,
    timestamp,
  });
  await house.app.inject({
    method: 'POST',
    url: '/1/submit-listens',
    headers: { authorization: `Token ${ines.token}` },
    payload: {
      listen_type: 'single',
      payload: [
        { listened_at: timestamp, track_metadata: { artist_name: artist, track_name: track } },
      ],
    },
  });
  assert.equal((await evidence(house, ines)).length, 1);
});

test('what is no listen is left out and the rest counts, so that a program can go on', async () => {
  const ines = await aScrobbler(house);
  const session = await openSession(ines);
  const fields = {
    ...tracks(6),
    'a[0]': '',
    'i[1]': 'x',
    'i[2]': 5,
    'r[3]': 'S',
    'm[4]': 'not an mbid',
    'l[5]': 'long',
  };
  assert.equal(await session.submit(fields), 'OK\n');
  assert.equal((await evidence(house, ines)).length, 2);
  assert.match(await session.submit({}), /^FAILED /);
  assert.match(await session.submit(tracks(51)), /^FAILED At most 50/);
});

test('listens of a clock that is years ahead are set aside and hold nothing back', async (t) => {
  const own = await openHouse(t);
  const ines = await aScrobbler(own);
  const session = await openSession(ines, own);
  assert.equal(await session.submit({ ...tracks(2), 'i[0]': nowS + 3 * 365 * 86_400 }), 'OK\n');
  assert.equal((await evidence(own, ines)).length, 1);
  const reply = await own.app.inject({
    method: 'GET',
    url: `/1/user/${ines.userName}/listens`,
    headers: { authorization: `Token ${ines.token}` },
  });
  assert.equal(reply.json<{ payload: { count: number } }>().payload.count, 1);
  own.later(3 * 365 * 24 * hourMs);
  assert.equal(await countWaiting(own.ctx), 1);
  assert.equal((await evidence(own, ines)).length, 2);
});

test('a session of nobody, and one whose token was revoked, is BADSESSION', async () => {
  const ines = await aScrobbler(house);
  const session = await openSession(ines);
  assert.equal(
    (await postForm(house, '/1/protocol_1.2', { ...tracks(1), s: 'x' })).body,
    'BADSESSION\n',
  );
  assert.equal((await postForm(house, '/1/np_1.2', { a: 'x', t: 'y' })).body, 'BADSESSION\n');
  await house.app.inject({
    method: 'DELETE',
    url: `/api/v1/scrobbling/tokens/${ines.id}`,
    headers: { authorization: `Bearer ${ines.userId}` },
  });
  assert.equal(await session.submit(tracks(1)), 'BADSESSION\n');
  assert.equal((await evidence(house, ines)).length, 0);
});

test('too much at once is FAILED with when to come back', async (t) => {
  const own = await openHouse(t, { limits: { ...unlimited, listensPerMinute: 10 } });
  const session = await openSession(await aScrobbler(own), own);
  assert.equal(await session.submit(tracks(10)), 'OK\n');
  assert.match(
    await session.submit(tracks(1)),
    /^FAILED Too many tracks, try again in \d+ seconds\n$/,
  );
  const big = await own.app.inject({
    method: 'POST',
    url: '/1/protocol_1.2',
    payload: 'x'.repeat(600_000),
  });
  assert.deepEqual([big.statusCode, big.body], [200, 'FAILED Too much at once\n']);
});

test('no form makes the server stumble', async () => {
  const ines = await aScrobbler(house);
  const [, s] = await shake(ines);
  const name = fc.constantFrom(
    'a[0]',
    't[0]',
    'i[0]',
    'l[0]',
    'a[1]',
    't[1]',
    'i[1]',
    'm[0]',
    'a',
    't',
    'l',
    'u',
    'p',
    'hs',
  );
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(String(nowS), '-1', '999999999999', 'true'),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 10 }), async (fields) => {
      const text = new URLSearchParams(
        fields.map(([n, v]): [string, string] => [n, v.toWellFormed()]),
      ).toString();
      for (const url of ['/1/protocol_1.2', '/1/np_1.2']) {
        const reply = await house.app.inject({ method: 'POST', url, payload: `s=${s}&${text}` });
        assert.equal(reply.statusCode, 200);
        assert.match(reply.body, /^(OK|FAILED .+)\n$/);
        assert.ok(!reply.body.includes('went wrong'), text);
      }
      const reply = await house.app.inject({ method: 'GET', url: `/?hs=true&${text}` });
      assert.match(reply.body, /^(BADAUTH|BADTIME|FAILED .+)\n$/);
    }),
    { numRuns: 150 },
  );
});
