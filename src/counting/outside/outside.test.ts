import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { acoustid } from './acoustid.ts';
import { audd } from './audd.ts';

// Local servers that speak the services' formats; AcoustID's body is one recorded from the real one.

const recorded = path.resolve(
  import.meta.dirname,
  '../../../../../shared/data/harvest/musicbrainz/acoustid_no_metadata.json',
);
const question = { fingerprint: 'AQAAAA', durationMs: 203_400 };
const sound = { bytes: Buffer.from('RIFF'), mediaType: 'audio/wav' };

type Asked = { readonly body: string; readonly at: number };
type Answer = (response: ServerResponse, request: IncomingMessage) => void;

async function service(
  t: TestContext,
  answer: Answer | string,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push({ body: Buffer.concat(parts).toString('latin1'), at: performance.now() });
      if (typeof answer === 'string') response.end(answer);
      else answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

const known = '308d6e5a-52ff-41ca-aae8-7881e92472be';
const other = 'af578913-c456-4d27-bb69-612c8cea0799';

test('an answer of AcoustID becomes claims, and recordings that nobody named are left out', async (t) => {
  const artists = [{ id: '821e11d6-cfec-44a7-9615-06a4e631c975', name: 'Mama Zawadi' }];
  const recordings = [
    { id: '1b2c3d4e-5f60-4a71-8b82-93a4b5c6d7e8' },
    { id: known, title: 'Ijoro', artists, duration: 200, releasegroups: [{ title: 'Ku Kivu' }] },
    { id: other, title: 'Ijoro', artists, duration: 203 },
  ];
  const results = [{ id: crypto.randomUUID(), score: 0.946796, recordings }];
  const { url, asked } = await service(t, JSON.stringify({ status: 'ok', results }));
  const claims = await acoustid({ key: 'k3y', url }).ask(question);
  assert.ok(Array.isArray(claims));
  const same = { title: 'Ijoro', artists: ['Mama Zawadi'], isrc: null, score: 0.946796 };
  assert.deepEqual(claims, [
    { ...same, musicbrainzId: known, durationMs: 200_000, offsetMs: null },
    { ...same, musicbrainzId: other, durationMs: 203_000, offsetMs: null },
  ]);
  assertAsked(asked);
});

function assertAsked(asked: readonly Asked[]): void {
  const form = new URLSearchParams(asked[0]!.body);
  assert.deepEqual(
    [form.get('client'), form.get('duration'), form.get('fingerprint'), form.get('meta')],
    ['k3y', '203', 'AQAAAA', 'recordings'],
  );
}

test(
  'a recorded answer of AcoustID becomes claims, and recordings that nobody named are left out',
  { skip: !existsSync(recorded) && 'recorded answers (../shared/data/harvest) are not here' },
  async (t) => {
    const { url, asked } = await service(t, readFileSync(recorded, 'utf8'));
    const claims = await acoustid({ key: 'k3y', url }).ask(question);
    assert.ok(Array.isArray(claims));
    assert.deepEqual(
      claims.map(({ title, artists, musicbrainzId, durationMs, score }) => [
        title,
        artists,
        musicbrainzId,
        durationMs,
        score,
      ]),
      [
        ['Hocus Pocus', ['Focus'], known, 200_000, 0.946796],
        ['Hocus Pocus', ['Focus'], other, claims[1]!.durationMs, 0.946796],
      ],
    );
    assertAsked(asked);
  },
);

test('AudD hears the sound and names one recording, or none', async (t) => {
  const body = {
    status: 'success',
    result: {
      artist: 'Ruganzu Twins; Mama Zawadi',
      title: 'Umuhanda 9',
      timecode: '02:32',
      isrc: 'RWA012600001',
      apple_music: { durationInMillis: 184_000 },
      musicbrainz: [{ id: 'AF578913-C456-4D27-BB69-612C8CEA0799' }],
    },
  };
  const { url, asked } = await service(t, JSON.stringify(body));
  assert.deepEqual(await audd({ token: 't0k', url }).ask({ ...question, sound }), [
    {
      title: 'Umuhanda 9',
      artists: ['Ruganzu Twins', 'Mama Zawadi'],
      isrc: 'RWA012600001',
      musicbrainzId: 'af578913-c456-4d27-bb69-612c8cea0799',
      durationMs: 184_000,
      score: null,
      offsetMs: 152_000,
    },
  ]);
  assert.match(asked[0]!.body, /name="api_token"\r\n\r\nt0k/);
  assert.match(asked[0]!.body, /filename="sound.wav"\r\nContent-Type: audio\/wav\r\n\r\nRIFF/);
  const silent = await service(t, '{"status":"success","result":null}');
  assert.deepEqual(await audd({ token: 't', url: silent.url }).ask({ ...question, sound }), []);
});

test('AudD is not called without the sound', async (t) => {
  const { url, asked } = await service(t, '{}');
  const answer = await audd({ token: 't', url }).ask(question);
  assert.ok('kind' in answer && answer.code === 'OUTSIDE_REFUSED');
  assert.equal(asked.length, 0);
});

test('AcoustID is asked at most three times a second', async (t) => {
  const { url, asked } = await service(t, '{"status":"ok","results":[]}');
  const recogniser = acoustid({ key: 'k', url });
  await Promise.all([1, 2, 3, 4].map(() => recogniser.ask(question)));
  const gaps = asked.slice(1).map((one, i) => one.at - asked[i]!.at);
  assert.equal(asked.length, 4);
  assert.ok(asked.at(-1)!.at - asked[0]!.at > 950, `${gaps}`);
});

const hostile: Readonly<Record<string, Answer | string>> = {
  'not JSON': '<html>busy</html>',
  'another shape': '[1, 2, {"status": {}}]',
  'results of the wrong type': '{"status":"ok","results":{"0":1}}',
  'a refusal with a reason': '{"status":"error","error":{"code":4,"message":"invalid API key"}}',
  'an endless body': (response) => {
    const write = (): void => {
      while (response.write(' '.repeat(65_536)));
      response.once('drain', write);
    };
    write();
  },
  'a redirect elsewhere': (response) => {
    response.writeHead(302, { location: 'http://example.org/' }).end();
  },
  'a connection cut in the middle': (response) => {
    response.writeHead(200, { 'content-length': '5000' });
    response.write('{"status":');
    setTimeout(() => response.destroy(), 20);
  },
};
for (const [what, answer] of Object.entries(hostile)) {
  test(`an outside service that answers ${what} costs one refusal in one sentence`, async (t) => {
    const { url } = await service(t, answer);
    const got = await acoustid({ key: 'k', url }).ask(question);
    assert.ok('kind' in got && got.kind === 'refused', JSON.stringify(got));
    assert.match(got.detail!, /^AcoustID [^\n]+\.$/);
  });
}

test('fields that are wrong, huge or dangerous are left out or cut, and the rest is kept', async (t) => {
  const recordings = Array.from({ length: 500 }, (_, i) => ({
    id: i === 0 ? 'not a uuid' : null,
    title: i === 0 ? `\u0000Song\u0007${'x'.repeat(10_000)}\ud800` : `Song ${i}`,
    artists: [{ name: 42 }, 'nobody', { name: 'Somebody' }],
    duration: -3,
  }));
  const { url } = await service(
    t,
    JSON.stringify({ status: 'ok', results: [{ score: 17, recordings }] }),
  );
  const claims = await acoustid({ key: 'k', url }).ask(question);
  assert.ok(Array.isArray(claims));
  assert.equal(claims.length, 10);
  assert.ok(claims[0]!.title.startsWith('Song x') && claims[0]!.title.length <= 500);
  assert.deepEqual(claims[0]!.artists, ['Somebody']);
  assert.deepEqual(
    [claims[0]!.musicbrainzId, claims[0]!.durationMs, claims[0]!.score],
    [null, null, null],
  );
});
