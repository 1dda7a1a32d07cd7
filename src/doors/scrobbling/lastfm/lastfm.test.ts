import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { hourMs, secondMs } from '#foundation/kernel/time.ts';
import { aRecording } from '#counting/plays/testing.ts';
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
import { signatureOf } from './identify-program.ts';

const house = await openHouse({ after });
const nowS = Math.floor(house.ctx.now() / secondMs);

type Fields = Readonly<Record<string, string | number>>;

function signed(fields: Fields, by: Scrobbler): Fields {
  const all = { ...fields, api_key: by.apiKey };
  const texts = new URLSearchParams(form(all));
  return { ...all, api_sig: signatureOf(new Map(texts), by.sharedSecret) };
}

async function ask(fields: Fields, at: House = house) {
  const reply = await postForm(at, '/2.0/', { format: 'json', ...fields });
  return { status: reply.statusCode, body: reply.json<Answer>() };
}
type Answer = {
  readonly error?: number;
  readonly message?: string;
  readonly token?: string;
  readonly session?: { readonly name: string; readonly key: string };
  readonly scrobbles?: {
    readonly '@attr': { readonly accepted: number; readonly ignored: number };
    readonly scrobble: object;
  };
  readonly nowplaying?: object;
  readonly recenttracks?: { readonly track: readonly object[]; readonly '@attr': object };
  readonly user?: { readonly name: string; readonly playcount: string };
};

const one = (title = 'Katerina', timestamp = nowS - 600) => ({
  method: 'track.scrobble',
  artist: 'Bruce Melodie',
  track: title,
  timestamp,
});

/** Fails where the answer is not well-formed XML. */
function wellFormed(text: string): void {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
}

test('a scrobble is answered as Last.fm answers it, in XML and in JSON, and counts', async () => {
  const recordingId = await aRecording(house.db, { title: 'Saa Moya', artist: 'Bruce Melodie' });
  const ines = await aScrobbler(house);
  const fields = { ...one('Saa Moya'), sk: ines.token, duration: 210 };
  const xml = await postForm(house, '/2.0/', fields);
  assert.equal(xml.headers['content-type'], 'text/xml; charset=utf-8');
  assert.equal(
    xml.body.replaceAll('\n', ''),
    '<?xml version="1.0" encoding="utf-8"?><lfm status="ok"><scrobbles accepted="1" ignored="0"><scrobble>' +
      '<track corrected="0">Saa Moya</track><artist corrected="0">Bruce Melodie</artist><album corrected="0"></album>' +
      `<albumArtist corrected="0"></albumArtist><timestamp>${nowS - 600}</timestamp>` +
      '<ignoredMessage code="0"></ignoredMessage></scrobble></scrobbles></lfm>',
  );
  assert.deepEqual((await ask(fields)).body, {
    scrobbles: {
      scrobble: {
        track: { corrected: '0', '#text': 'Saa Moya' },
        artist: { corrected: '0', '#text': 'Bruce Melodie' },
        album: { corrected: '0', '#text': '' },
        albumArtist: { corrected: '0', '#text': '' },
        timestamp: String(nowS - 600),
        ignoredMessage: { code: '0', '#text': '' },
      },
      '@attr': { accepted: 1, ignored: 0 },
    },
  });
  assert.deepEqual(
    (await evidence(house, ines)).map((p) => [p.recordingId, p.playedMs, p.confidence, p.source]),
    [[recordingId, 210_000, 0.5, 5]],
  );
});

test('a batch of fifty is one request, fifty-one are too many, and each entry has its own answer', async () => {
  const ines = await aScrobbler(house);
  const batch = (count: number): Fields =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        [`artist[${i}]`, 'Knowless'],
        [`track[${i}]`, `Song ${i}`],
        [`timestamp[${i}]`, nowS - 90_000 + i * 200],
      ]).flat() as [string, string | number][],
    );
  const common = { method: 'track.scrobble', sk: ines.token };
  const { body } = await ask({ ...common, ...batch(50) });
  assert.deepEqual(body.scrobbles!['@attr'], { accepted: 50, ignored: 0 });
  assert.equal((body.scrobbles!.scrobble as unknown[]).length, 50);
  assert.equal((await ask({ ...common, ...batch(51) })).body.error, 6);
  assert.equal((await evidence(house, ines)).length, 50);
});

test('what Last.fm would ignore is ignored with its number, and the rest counts', async () => {
  const ines = await aScrobbler(house);
  const entries = [
    { artist: ' ', track: 'x', timestamp: nowS - 900, code: '1' },
    { artist: 'x', track: 'a\0b', timestamp: nowS - 900, code: '2' },
    { artist: 'x', track: 'y', timestamp: 1_000_000_000, code: '3' },
    { artist: 'x', track: 'y', timestamp: nowS + 3_600, code: '4' },
    { artist: 'x', track: 'y', timestamp: nowS - 900, code: '0' },
  ];
  const fields = entries.flatMap(({ artist, track, timestamp }, i) => [
    [`artist[${i}]`, artist],
    [`track[${i}]`, track],
    [`timestamp[${i}]`, timestamp],
  ]);
  const { body } = await ask({
    method: 'track.scrobble',
    sk: ines.token,
    ...(Object.fromEntries(fields) as Fields),
  });
  assert.deepEqual(body.scrobbles!['@attr'], { accepted: 1, ignored: 4 });
  const answers = body.scrobbles!.scrobble as { ignoredMessage: { code: string } }[];
  assert.deepEqual(
    answers.map((answer) => answer.ignoredMessage.code),
    entries.map((entry) => entry.code),
  );
  assert.equal((await evidence(house, ines)).length, 1);
});

test('beyond the listens of a day every scrobble is ignored with code 5; beyond those of a minute it is error 29', async (t) => {
  const daily = await openHouse(t, { limits: { ...unlimited, listensPerDay: 1 } });
  const ines = await aScrobbler(daily);
  const send = (title: string) => ask({ ...one(title), sk: ines.token }, daily);
  assert.equal((await send('a')).body.scrobbles!['@attr'].accepted, 1);
  const over = (await send('b')).body.scrobbles!;
  assert.deepEqual(over['@attr'], { accepted: 0, ignored: 1 });
  assert.match(JSON.stringify(over.scrobble), /"code":"5"/);
  assert.equal((await evidence(daily, ines)).length, 1);

  const hasty = await openHouse(t, { limits: { ...unlimited, listensPerMinute: 1 } });
  const keza = await aScrobbler(hasty);
  await ask({ ...one('a'), sk: keza.token }, hasty);
  const refused = await ask({ ...one('b'), sk: keza.token }, hasty);
  assert.deepEqual([refused.status, refused.body.error], [429, 29]);
});

test('a program with our key signs, and is refused with 13 when the signature is wrong or missing', async () => {
  const ines = await aScrobbler(house);
  const session = await ask(
    signed(
      { method: 'auth.getMobileSession', username: ines.userName, password: ines.token },
      ines,
    ),
  );
  const sk = session.body.session!.key;
  assert.equal(session.body.session!.name, ines.userName);
  const fields = signed({ ...one(), sk }, ines);
  assert.equal((await ask(fields)).body.scrobbles!['@attr'].accepted, 1);
  assert.equal((await ask({ ...fields, track: 'Another' })).body.error, 13);
  assert.equal((await ask({ ...one(), sk, api_key: ines.apiKey })).body.error, 13);
  const badRead = { method: 'user.getInfo', sk, api_key: ines.apiKey, api_sig: '0'.repeat(32) };
  assert.equal((await ask(badRead)).body.error, 13);
});

test('a program with a key of Last.fm’s own is known by its session key', async () => {
  const ines = await aScrobbler(house);
  const api_key = 'b25b959554ed76058ac220b7b2e0a026';
  const proof = md5(ines.userName + md5(ines.token).toString('hex')).toString('hex');
  const login = { method: 'auth.getMobileSession', api_key, api_sig: 'x' };
  const { body } = await ask({ ...login, username: ines.userName, authToken: proof });
  const scrobbled = await ask({ ...one(), api_key, api_sig: 'x', sk: body.session!.key });
  assert.equal(scrobbled.body.scrobbles!['@attr'].accepted, 1);
  for (const [username, authToken] of [
    [ines.userName, '0'.repeat(32)],
    ['nobody', proof],
    ['a\0b', proof],
  ] as const)
    assert.equal((await ask({ ...login, username, authToken })).body.error, 4);
  const other = await aScrobbler(house);
  const mixed = { ...login, username: other.userName, password: ines.token };
  assert.equal((await ask(mixed)).body.error, 4);
});

test('another program asks for a token, waits until somebody approves it, and gets one session for it', async () => {
  const ines = await aScrobbler(house);
  const api_key = 'someone-elses-key';
  const { token } = (await ask({ method: 'auth.getToken', api_key })).body;
  const getSession = (key = api_key) =>
    ask({ method: 'auth.getSession', api_key: key, token: token! });
  assert.equal((await getSession()).body.error, 14);
  const approve = () =>
    house.app.inject({
      method: 'POST',
      url: '/api/v1/scrobbling/approvals',
      headers: { authorization: `Bearer ${ines.userId}` },
      payload: { requestToken: token },
    });
  assert.equal((await approve()).statusCode, 201);
  assert.equal((await approve()).statusCode, 404);
  assert.equal((await getSession('thief')).body.error, 4);
  const { session } = (await getSession()).body;
  assert.equal(session!.name, ines.userName);
  assert.equal((await getSession()).body.error, 4);
  const scrobbled = await ask({ ...one(), api_key, sk: session!.key });
  assert.equal(scrobbled.body.scrobbles!['@attr'].accepted, 1);
});

test('the address a program opens for approval leads to the settings, with its token and nowhere else', async () => {
  for (const [url, wanted] of [
    ['/api/auth/?api_key=a&token=t-1', '/app/settings/scrobblers?token=t-1'],
    [
      '/api/auth?token=a%26b%2F..%2F&cb=https://elsewhere.example/',
      '/app/settings/scrobblers?token=a%26b%2F..%2F',
    ],
    ['/api/auth/', '/app/settings/scrobblers'],
  ]) {
    const { statusCode, headers } = await house.app.inject({ method: 'GET', url: url! });
    assert.deepEqual([statusCode, headers.location], [302, wanted]);
  }
});

test('a token for a session lasts an hour; a program that signs as somebody needs no approval', async (t) => {
  const own = await openHouse(t);
  const ines = await aScrobbler(own);
  const asked = await ask(signed({ method: 'auth.getToken' }, ines), own);
  const { token } = asked.body;
  const getSession = (asking: string) =>
    ask(signed({ method: 'auth.getSession', token: asking }, ines), own);
  assert.equal((await getSession(token!)).body.session!.name, ines.userName);
  const late = (await ask(signed({ method: 'auth.getToken' }, ines), own)).body.token!;
  own.later(hourMs);
  assert.equal((await getSession(late)).body.error, 15);
});

test('a revoked token ends its sessions', async () => {
  const ines = await aScrobbler(house);
  const login = { method: 'auth.getMobileSession', username: ines.userName, password: ines.token };
  const sk = (await ask(login)).body.session!.key;
  await house.app.inject({
    method: 'DELETE',
    url: `/api/v1/scrobbling/tokens/${ines.id}`,
    headers: { authorization: `Bearer ${ines.userId}` },
  });
  assert.deepEqual(
    [(await ask({ ...one(), sk })).body.error, (await ask(login)).body.error],
    [9, 4],
  );
});

test('recent tracks and the user are shown to the listener’s own programs only', async () => {
  const ines = await aScrobbler(house);
  const other = await aScrobbler(house);
  for (let i = 0; i < 5; i++)
    await ask({ ...one(`Song ${i}`, nowS - 1_000 + i), sk: ines.token, album: 'A & <B>' });
  const playing = { artist: 'x', track: 'Now', method: 'track.updateNowPlaying', sk: ines.token };
  const noted = (await ask(playing)).body.nowplaying as { ignoredMessage: object };
  assert.deepEqual(noted.ignoredMessage, { code: '0', '#text': '' });

  const read = { method: 'user.getRecentTracks', user: ines.userName.toUpperCase() };
  const { recenttracks } = (await ask({ ...read, sk: ines.token, limit: 2 })).body;
  assert.deepEqual(recenttracks!['@attr'], {
    user: ines.userName,
    page: '1',
    perPage: '2',
    totalPages: '3',
    total: '5',
  });
  const names = (recenttracks!.track as { name: string }[]).map((track) => track.name);
  assert.deepEqual(names, ['Now', 'Song 4', 'Song 3']);
  const page3 = (await ask({ ...read, sk: ines.token, limit: 2, page: 3 })).body.recenttracks!;
  assert.equal(page3.track.length, 1);
  const xml = await postForm(house, '/2.0', { ...read, sk: ines.token });
  wellFormed(xml.body);
  assert.ok(xml.body.includes('A &amp; &lt;B&gt;') && xml.body.includes('nowplaying="true"'));

  assert.equal((await ask({ ...read, sk: other.token })).body.error, 17);
  assert.equal((await ask({ ...read, api_key: 'whatever' })).body.error, 9);
  const byKey = await ask({ ...read, api_key: ines.token });
  assert.equal(byKey.status, 200);
  const info = await ask({ method: 'user.getInfo', sk: ines.token });
  assert.deepEqual([info.body.user!.name, info.body.user!.playcount], [ines.userName, '5']);
});

const errors: readonly [string, Fields, number, number][] = [
  ['no method', {}, 400, 6],
  ['a method we do not have', { method: 'album.getTags' }, 400, 3],
  ['no key and no session', one(), 400, 6],
  ['a session of nobody', { ...one(), sk: 'a'.repeat(64) }, 403, 9],
  ['a key of a kilobyte', { ...one(), api_key: 'k'.repeat(1_024) }, 403, 10],
  ['a token of nobody', { method: 'auth.getSession', api_key: 'k', token: 'x' }, 403, 4],
  ['no password', { method: 'auth.getMobileSession', username: 'x' }, 400, 6],
];
for (const [what, fields, status, code] of errors)
  test(`error ${code}: ${what}`, async () => {
    const reply = await ask(fields);
    assert.deepEqual([reply.status, reply.body.error], [status, code]);
    const xml = await postForm(house, '/2.0/', fields);
    wellFormed(xml.body);
    assert.ok(xml.body.includes(`<lfm status="failed">\n<error code="${code}">`), xml.body);
  });

test('what changes something comes by POST; reading may be GET', async () => {
  const ines = await aScrobbler(house);
  const get = async (fields: Fields) =>
    (
      await house.app.inject({ method: 'GET', url: `/2.0/?${form({ ...fields, format: 'json' })}` })
    ).json<Answer>();
  assert.equal((await get({ ...one(), sk: ines.token })).error, 6);
  assert.equal((await get({ method: 'user.getinfo', sk: ines.token })).user!.name, ines.userName);
});

test('a scrobble lacks nothing: artist, track and a time in seconds, or error 6 and nothing is counted', async () => {
  const ines = await aScrobbler(house);
  for (const missing of ['artist', 'track', 'timestamp']) {
    const fields = Object.entries({ ...one(), sk: ines.token }).filter(([n]) => n !== missing);
    assert.equal((await ask(Object.fromEntries(fields))).body.error, 6);
  }
  assert.equal((await ask({ ...one(), timestamp: 'noon', sk: ines.token })).body.error, 6);
  assert.equal((await evidence(house, ines)).length, 0);
});

test('no form makes the server stumble, and every answer is well-formed', async () => {
  const ines = await aScrobbler(house);
  const names = fc.constantFrom(
    'method',
    'artist',
    'track',
    'timestamp',
    'artist[1]',
    'track[1]',
    'timestamp[1]',
    'api_key',
    'api_sig',
    'sk',
    'token',
    'username',
    'password',
    'authToken',
    'limit',
    'page',
    'from',
    'to',
    'duration',
    'mbid',
    'album[9999]',
    '',
    '[',
    'a[',
  );
  const values = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      ines.token,
      ines.apiKey,
      ines.userName,
      '-1',
      '1e9',
      String(nowS),
      'track.scrobble',
      'user.getRecentTracks',
      'track.updateNowPlaying',
      'auth.getMobileSession',
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(names, values), { maxLength: 12 }),
      fc.boolean(),
      async (fields, withSession) => {
        const text = new URLSearchParams(
          fields.map(([n, v]): [string, string] => [n, v.toWellFormed()]),
        );
        if (withSession) text.set('sk', ines.token);
        const reply = await house.app.inject({
          method: 'POST',
          url: '/2.0/',
          payload: text.toString(),
        });
        assert.ok(reply.statusCode < 500, `${reply.statusCode} for ${text}`);
        wellFormed(reply.body);
      },
    ),
    { numRuns: 300 },
  );
});

test('a form of a megabyte, or of three thousand fields, is refused', async () => {
  const big = await house.app.inject({
    method: 'POST',
    url: '/2.0/',
    payload: 'a=' + 'x'.repeat(1_000_000),
  });
  assert.equal(big.statusCode, 400);
  wellFormed(big.body);
  const many = await house.app.inject({
    method: 'POST',
    url: '/2.0/',
    payload: 'a=1&'.repeat(3_000),
  });
  assert.equal(many.statusCode, 400);
});
