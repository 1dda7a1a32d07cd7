import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { demuxIcy, readHint, readTitle, type Part } from './demux-icy.ts';
import { isPublicAddress } from './guard-address.ts';
import { openStream, type OpenedStream } from './open-stream.ts';
import { parsePlaylist } from './parse-playlist.ts';
import { paceParts, pumpStream, Undecodable } from './pump-stream.ts';
import { splitOgg } from './split-ogg.ts';
import { Stalled } from './stalled.ts';
import { interleave, opusStream, reply, serveRaw, wavStream } from './testing.ts';
import { sayTrouble } from './trouble.ts';

const options = {
  allowPrivate: true,
  stallMs: 2_000,
  signal: new AbortController().signal,
};

async function open(url: string): Promise<OpenedStream> {
  const stream = await openStream(url, options);
  assert.ok(stream.kind === 'opened', JSON.stringify(stream));
  return stream;
}

async function gather(parts: AsyncIterable<Part>) {
  const sound: Buffer[] = [];
  const rest: string[] = [];
  for await (const part of parts) {
    if (part.kind === 'sound') sound.push(part.bytes);
    else rest.push(part.kind === 'title' ? part.title : '|');
  }
  return { sound: Buffer.concat(sound), rest };
}

/** A server with a body at each path. */
function serveFiles(
  t: TestContext,
  files: Readonly<Record<string, { type: string; body: Buffer | string }>>,
) {
  return serveRaw(t, (socket, head) => {
    const file = files[head.split(' ')[1]!];
    socket.end(
      file === undefined
        ? reply('HTTP/1.1 404 Not Found', {})
        : reply('HTTP/1.1 200 OK', { 'Content-Type': file.type }, file.body),
    );
  });
}

test('Shoutcast answers ICY 200 OK with titles between the bytes; sound and titles come apart whole', async (t) => {
  const wav = wavStream(2);
  const latin = Buffer.concat([Buffer.from("StreamTitle='Césaria - Sodade';", 'latin1')]);
  const station = await serveRaw(t, (socket) => {
    const body = interleave(wav, 8_000, ["Olamide - It's Plenty", null, latin]);
    socket.write(
      reply('ICY 200 OK', {
        'icy-name': 'Radio',
        'icy-metaint': '8000',
        'content-type': 'audio/wav',
      }),
    );
    for (let at = 0; at < body.length; at += 777) socket.write(body.subarray(at, at + 777));
    socket.end();
  });
  const stream = await open(station.url);
  assert.deepEqual([stream.protocol, stream.format, stream.name], ['icy', 'wav', 'Radio']);
  const { sound, rest } = await gather(stream.parts);
  assert.deepEqual(rest, ["Olamide - It's Plenty", 'Césaria - Sodade']);
  assert.ok(sound.equals(wav));
  assert.match(station.heads[0]!, /Icy-MetaData: 1/);
});

test('ICY comes apart the same wherever the network cuts it, also with the longest blocks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 400 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(
        fc.option(
          fc
            .string({ maxLength: 60, unit: 'grapheme-ascii' })
            .map((s) => s.replaceAll(/['\\]/g, '')),
        ),
        { maxLength: 10 },
      ),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      async (sound, interval, titles, cuts) => {
        const hostile = Buffer.alloc(4_080, 0x41); // 255 blocks without a field in them
        const bytes = interleave(Buffer.from(sound), interval, [hostile, ...titles]);
        async function* pieces() {
          for (let at = 0, i = 0; at < bytes.length; at += cuts[i % cuts.length]!, i++)
            yield bytes.subarray(at, at + cuts[i % cuts.length]!);
        }
        const heard = await gather(demuxIcy(pieces(), interval));
        assert.ok(heard.sound.equals(Buffer.from(sound)));
      },
    ),
    { numRuns: 50 },
  );
});

test('a title is read whatever is in it, and is a hint only as Artist - Title', () => {
  assert.equal(
    readTitle(Buffer.from("StreamTitle='It's a 'quoted' thing';StreamUrl='';\0\0")),
    "It's a 'quoted' thing",
  );
  assert.equal(readTitle(Buffer.from("StreamTitle='';")), null);
  assert.equal(readTitle(Buffer.from("StreamUrl='http://x';")), null);
  assert.equal(readTitle(Buffer.from("StreamTitle='a\nb\u0007';")), 'a b');
  assert.deepEqual(readHint('Burna Boy - Last Last - Remix'), {
    artist: 'Burna Boy',
    title: 'Last Last - Remix',
  });
  assert.deepEqual([readHint('Jingle'), readHint(' - '), readHint('- x')], [null, null, null]);
});

test('a chain of Ogg streams is broken where a new one begins, and each names its song', async () => {
  const chain = Buffer.concat([
    opusStream(['TITLE=Eins', 'ARTIST=A']),
    opusStream(['TITLE=Zwei', 'ARTIST=B']),
    opusStream(['TITLE=Drei']),
  ]);
  async function* pieces() {
    for (let at = 0; at < chain.length; at += 501) yield chain.subarray(at, at + 501);
  }
  const { sound, rest } = await gather(splitOgg(pieces()));
  assert.deepEqual(rest, ['A - Eins', '|', 'B - Zwei', '|', 'Drei']);
  assert.ok(sound.equals(chain));
});

test('random bytes never hold an Ogg reader up, nor do pages that lie about their length', async () => {
  async function* noise() {
    for (let i = 0; i < 200; i++) {
      const bytes = randomBytes(1_000);
      if (i % 3 === 0) bytes.write('OggS', 500, 'latin1');
      yield bytes;
    }
  }
  const { sound } = await gather(splitOgg(noise()));
  assert.ok(sound.length <= 200_000);
});

test('HLS that has ended is read in order: the cheapest variant, a discontinuity, a key', async (t) => {
  const key = randomBytes(16);
  const segments = [1, 2, 3].map((n) => Buffer.alloc(400, n));
  for (const segment of segments) segment[0] = segment[188] = 0x47;
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(9, 12);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  const files = {
    '/live.m3u8': {
      type: 'application/vnd.apple.mpegurl',
      body: '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=96000\nhigh.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=32000,CODECS="mp4a,x"\nlow/list.m3u8\n',
    },
    '/low/list.m3u8': {
      type: 'text/plain',
      body: `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:1,A - One\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:1,\nb.ts\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:1,\nc.ts\n#EXT-X-ENDLIST\n`,
    },
    '/low/a.ts': { type: 'video/mp2t', body: segments[0]! },
    '/low/b.ts': { type: 'video/mp2t', body: segments[1]! },
    '/low/c.ts': {
      type: 'video/mp2t',
      body: Buffer.concat([cipher.update(segments[2]!), cipher.final()]),
    },
    '/low/k': { type: 'application/octet-stream', body: key },
  };
  const server = await serveFiles(t, files);
  const stream = await open(`${server.url}/live.m3u8`);
  assert.deepEqual([stream.protocol, stream.format], ['hls', 'mpegts']);
  const { sound, rest } = await gather(stream.parts);
  assert.deepEqual(rest, ['A - One', '|']);
  assert.ok(sound.equals(Buffer.concat(segments)));
});

for (const knowsRanges of [true, false]) {
  test(`HLS whose segments are parts of one file is read from a server that ${knowsRanges ? 'sends ranges' : 'sends the whole file'}`, async (t) => {
    const init = Buffer.from('....ftyp-the-head-of-it');
    const body = Buffer.from(Array.from({ length: 300 }, (_, i) => i & 255));
    const file = Buffer.concat([init, body]);
    const asked: string[] = [];
    const server = await serveRaw(t, (socket, head) => {
      if (head.startsWith('GET /l.m3u8'))
        return socket.end(
          reply(
            'HTTP/1.0 200 OK',
            {},
            `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:URI="all.mp4",BYTERANGE="${init.length}@0"\n#EXT-X-BYTERANGE:100@${init.length}\n#EXTINF:1,\nall.mp4\n#EXTINF:1,\n#EXT-X-BYTERANGE:150\nall.mp4\n#EXT-X-BYTERANGE:40@${init.length + 260}\n#EXTINF:1,\nall.mp4\n#EXT-X-ENDLIST\n`,
          ),
        );
      const range = /Range: bytes=(\d+)-(\d+)/.exec(head)!;
      asked.push(range[0]);
      const part = file.subarray(Number(range[1]), Number(range[2]) + 1);
      return socket.end(
        knowsRanges
          ? reply('HTTP/1.0 206 Partial Content', {}, part)
          : reply('HTTP/1.0 200 OK', {}, file),
      );
    });
    const stream = await open(`${server.url}/l.m3u8`);
    assert.equal(stream.format, 'mov');
    const { sound } = await gather(stream.parts);
    assert.ok(sound.equals(Buffer.concat([init, body.subarray(0, 250), body.subarray(260, 300)])));
    assert.equal(asked.length, 4);
  });
}

test('a range that a server does not have, and one that is too large, end the stream with a reason', async (t) => {
  for (const [range, status] of [
    ['100@0', 'HTTP/1.0 206 Partial Content'],
    ['99999999999@0', 'HTTP/1.0 206 Partial Content'],
    ['10@50', 'HTTP/1.0 416 Range Not Satisfiable'],
  ] as const) {
    const server = await serveRaw(t, (socket, head) =>
      socket.end(
        head.startsWith('GET /l.m3u8')
          ? reply(
              'HTTP/1.0 200 OK',
              {},
              `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-BYTERANGE:${range}\n#EXTINF:1,\na.aac\n#EXT-X-ENDLIST\n`,
            )
          : reply(status, {}, Buffer.alloc(20, 1)),
      ),
    );
    const opened = await openStream(`${server.url}/l.m3u8`, {
      allowPrivate: true,
      stallMs: 1_000,
      signal: new AbortController().signal,
    });
    assert.equal(opened.kind, 'unreachable', range);
  }
});

test('live HLS is entered near its end and followed as it grows', async (t) => {
  let asked = 0;
  const server = await serveRaw(t, (socket, head) => {
    const path = head.split(' ')[1]!;
    if (path !== '/l.m3u8')
      return socket.end(reply('HTTP/1.0 200 OK', {}, Buffer.from(`\x47${path}`)));
    const from = asked++ * 2;
    const lines = Array.from({ length: 6 }, (_, i) => `#EXTINF:1,\ns${from + i}.ts`);
    const end = asked === 3 ? '\n#EXT-X-ENDLIST' : '';
    return socket.end(
      reply(
        'HTTP/1.0 200 OK',
        {},
        `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:${from}\n${lines.join('\n')}${end}`,
      ),
    );
  });
  const { sound } = await gather((await open(`${server.url}/l.m3u8`)).parts);
  assert.deepEqual(
    sound.toString('latin1').match(/s\d+/g),
    [3, 4, 5, 6, 7, 8, 9].map((n) => `s${n}`),
  );
});

test('playlists that cannot be read say why', () => {
  const media = (line: string) => parsePlaylist(`#EXTM3U\n${line}\n#EXTINF:1,\na.ts`, 'http://h/');
  for (const [line, why] of [
    ['#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"', /sample by sample \(SAMPLE-AES\)/],
    ['#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="k"', /SAMPLE-AES/],
    ['#EXT-X-KEY:METHOD=ROT13,URI="k"', /ROT13/],
    ['#EXT-X-BYTERANGE:10', /byte ranges/],
    ['#EXT-X-BYTERANGE:0@5', /byte ranges/],
    ['#EXT-X-BYTERANGE:x@5', /byte ranges/],
    ['#EXT-X-MAP:URI="i",BYTERANGE="-1@0"', /byte ranges/],
  ] as const) {
    const parsed = media(line);
    assert.ok(parsed.kind === 'unreadable' && why.test(sayTrouble(parsed.trouble)), line);
  }
  assert.equal(parsePlaylist('<html>', 'http://h/').kind, 'unreadable');
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300 }),
      (text) => void parsePlaylist(`#EXTM3U\n${text}`, 'http://h/'),
    ),
  );
});

test('redirects are followed five times and not into other schemes; a .pls names the stream', async (t) => {
  const server = await serveRaw(t, (socket, head) => {
    const path = head.split(' ')[1]!;
    const hop = Number(/^\/r(\d)$/.exec(path)?.[1]);
    if (hop > 0) return socket.end(reply('HTTP/1.1 302 Found', { Location: `/r${hop - 1}` }));
    if (path === '/file')
      return socket.end(reply('HTTP/1.1 301 Moved', { Location: 'file:///etc/passwd' }));
    if (path === '/a.pls')
      return socket.end(
        reply(
          'HTTP/1.1 200 OK',
          { 'content-type': 'audio/x-scpls' },
          `[playlist]\nFile1=http://127.0.0.1:${server.port}/r2\n`,
        ),
      );
    return socket.end(reply('HTTP/1.1 200 OK', { 'Content-Type': 'audio/wav' }, wavStream(0.1)));
  });
  for (const path of ['/r5', '/a.pls']) (await open(server.url + path)).close();
  for (const path of ['/r6', '/file']) {
    const refused = await openStream(server.url + path, options);
    assert.equal(refused.kind, 'wrong-address', path);
  }
});

test('an address that is a page, missing, forbidden or not HTTP is wrong; one that does not answer is unreachable', async (t) => {
  const answers: Record<string, Buffer> = {
    '/page': reply(
      'HTTP/1.1 200 OK',
      { 'content-type': 'text/html' },
      '<!doctype html><title>Radio</title>',
    ),
    '/missing': reply('HTTP/1.1 404 Not Found', {}),
    '/secret': reply('HTTP/1.1 401 Unauthorized', {}),
    '/mail': Buffer.from('220 mail.example ESMTP\r\n\r\n'),
    '/long': Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), Buffer.alloc(60_000, 'x')]),
    '/busy': reply('HTTP/1.1 503 Full', {}),
    '/empty': reply('HTTP/1.1 200 OK', {}),
  };
  const server = await serveRaw(t, (socket, head) =>
    socket.end(answers[head.split(' ')[1]!] ?? ''),
  );
  const kinds = await Promise.all(
    Object.keys(answers).map(async (path) => (await openStream(server.url + path, options)).kind),
  );
  assert.deepEqual(kinds, [
    ...Array<string>(5).fill('wrong-address'),
    'unreachable',
    'unreachable',
  ]);
  assert.equal((await openStream('http://127.0.0.1:1/', options)).kind, 'unreachable');
  for (const url of ['ftp://x/', 'nonsense', `http://x/${'y'.repeat(3_000)}`])
    assert.equal((await openStream(url, options)).kind, 'wrong-address');
});

test('addresses inside the network are refused unless the installation allows them, also when a name leads there', async () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '224.0.0.1',
    '2002:7f00:1::',
    'x',
  ])
    assert.equal(isPublicAddress(address), false, address);
  for (const address of ['1.1.1.1', '102.22.140.1', '2a02:26f0::1'])
    assert.ok(isPublicAddress(address), address);
  for (const url of [
    'http://localhost:9/',
    'http://127.0.0.1:9/',
    'http://[::1]:9/',
    'http://0x7f.1:9/',
    'http://2130706433:9/',
  ]) {
    const refused = await openStream(url, { ...options, allowPrivate: false });
    assert.equal(refused.kind, 'wrong-address', url);
  }
});

test('a station that falls silent on the line is stalled', async (t) => {
  const server = await serveRaw(t, (socket) =>
    socket.write(reply('HTTP/1.0 200 OK', { 'content-type': 'audio/wav' }, wavStream(0.2))),
  );
  const stream = await openStream(server.url, { ...options, stallMs: 150 });
  assert.ok(stream.kind === 'opened');
  await assert.rejects(gather(stream.parts), Stalled);
  stream.close();
});

test('what is decoded is the sound, sample for sample, across a break', async () => {
  async function* parts(): AsyncGenerator<Part> {
    yield { kind: 'sound', bytes: wavStream(1) };
    yield { kind: 'break' };
    yield { kind: 'title', title: 'x' };
    yield { kind: 'sound', bytes: wavStream(0.5, 0) };
  }
  const heard: Float32Array[] = [];
  const titles: string[] = [];
  await pumpStream(parts(), 'wav', {
    onSound: (pcm) => heard.push(pcm),
    onTitle: (t) => titles.push(t),
  });
  const all = heard.flatMap((pcm) => [...pcm]);
  assert.equal(all.length, 24_000);
  assert.ok(Math.abs(Math.max(...all.slice(0, 16_000)) - 8_000 / 32_768) < 1e-3);
  assert.ok(all.slice(16_100).every((s) => s === 0));
  assert.deepEqual(titles, ['x']);
});

test('who sends faster than the clock is held back once two minutes are ahead', async () => {
  let [clock, heard, given] = [0, 0, 0];
  async function* parts(): AsyncGenerator<Part> {
    for (let i = 0; i < 30; i++) yield { kind: 'sound', bytes: Buffer.alloc(0) };
  }
  const stopping = new AbortController();
  const pacing = (async () => {
    for await (const _ of paceParts(
      parts(),
      () => heard,
      () => clock,
      stopping.signal,
    )) {
      given += 1;
      heard += 10_000;
    }
  })();
  await sleep(50);
  assert.equal(given, 13);
  clock = 15_000;
  await sleep(400);
  assert.equal(given, 14);
  stopping.abort();
  await pacing;
  assert.equal(given, 30);
});

test('what is not sound is given up after a few decoders', { timeout: 20_000 }, async () => {
  async function* noise(): AsyncGenerator<Part> {
    for (;;) {
      yield { kind: 'sound', bytes: randomBytes(10_000) };
      await sleep(2);
    }
  }
  await assert.rejects(
    pumpStream(noise(), 'ogg', { onSound: () => {}, onTitle: () => {} }),
    Undecodable,
  );
});
