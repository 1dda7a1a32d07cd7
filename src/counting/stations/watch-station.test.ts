import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { scriptedMatcher } from '#counting/recognition/testing.ts';
import { readInterval } from '#foundation/streams/demux-icy.ts';
import { openEar } from './ear.ts';
import { reply, serveRaw, tone, wavStream } from '#foundation/streams/testing.ts';
import { until } from './testing.ts';
import { watchStation, type StationLive } from './watch-station.ts';

// Stations that behave badly, heard by a real ear through a real decoder.

type Change = Pick<StationLive, 'health' | 'trouble'>;

function watch(t: TestContext, url: string, stallMs = 10_000) {
  const ear = openEar({
    openMatcher: () => scriptedMatcher([]),
    durationOf: () => null,
    now: Date.now,
    onEvent: () => {},
  });
  const changes: Change[] = [];
  let samples = 0;
  const watching = watchStation(
    { url, allowPrivate: true },
    {
      connected: ear.resume,
      hear: (pcm) => {
        samples += pcm.length;
        ear.hear(pcm);
      },
      title: () => {},
      live: () => ({ silentMs: ear.silentMs(), heardMs: ear.heardMs() }),
    },
    {
      now: Date.now,
      stallMs,
      retryFirstMs: 20,
      onChange: ({ health, trouble }) => void changes.push({ health, trouble }),
    },
  );
  t.after(() => watching.stop());
  return { watching, changes, heardMs: () => samples / 16 };
}

const head = (type: string) => reply('ICY 200 OK', { 'content-type': type });

test('half a minute of silence shows as silence, and sound after it as running', async (t) => {
  let speak: () => void = () => {};
  const server = await serveRaw(t, (socket) => {
    socket.write(head('audio/wav'));
    socket.write(wavStream(28));
    socket.write(Buffer.alloc(29 * 32_000));
    speak = () => socket.write(Buffer.concat([Buffer.alloc(3 * 32_000), tone(4)]));
  });
  const { watching, changes, heardMs } = watch(t, server.url);
  await until(() => heardMs() >= 56_000);
  assert.equal(watching.live().health, 'running', 'a pause of 29 s is none');
  speak();
  await until(() => changes.at(-1)?.health === 'running' && heardMs() >= 63_000);
  assert.deepEqual(
    changes.map(({ health }) => health).filter((health, i, all) => health !== all[i - 1]),
    ['connecting', 'running', 'silent', 'running'],
  );
});

test('a stream that stalls is given up, shown as stalled and fetched again', async (t) => {
  let connections = 0;
  const server = await serveRaw(t, (socket) => {
    connections += 1;
    socket.write(head('audio/wav'));
    socket.write(wavStream(8));
  });
  const { watching, changes, heardMs } = watch(t, server.url, 1_500);
  await until(() => connections >= 2 && watching.live().health === 'running');
  const stalled = changes.find(({ health }) => health === 'stalled');
  assert.equal(stalled?.trouble?.code, 'nothing-arrives');
  assert.ok(heardMs() >= 7_000, 'what came before the stall was heard');
});

test('an address that was wrong is heard soon after its server is back', async (t) => {
  let connections = 0;
  const answers = ['HTTP/1.0 404 Not Found', 'a page', 'a recording', 'no sound at all'];
  const server = await serveRaw(t, (socket) => {
    const answer = answers[connections++];
    if (answer === 'a page') socket.end(reply('HTTP/1.0 200 OK', {}, '<html>moved</html>'));
    else if (answer === 'a recording')
      socket.end(reply('HTTP/1.0 200 OK', { 'content-length': '320000' }, wavStream(9)));
    else if (answer === 'no sound at all')
      for (let i = 0; i < 40; i++)
        socket.write(i === 0 ? head('audio/wav') : Buffer.alloc(9_999, 7));
    else if (answer !== undefined) socket.end(reply(answer, {}));
    else {
      socket.write(head('audio/wav'));
      socket.write(wavStream(8));
    }
  });
  const { watching, changes } = watch(t, server.url, 1_500);
  await until(() => watching.live().health === 'running', 30_000);
  const wrong = changes.filter(({ health }) => health === 'wrong-address');
  assert.ok(wrong.length >= 3, JSON.stringify(changes));
});

const codings = [
  ['audio/mpeg', ['-c:a', 'libmp3lame', '-b:a', '96k', '-f', 'mp3']],
  ['audio/aac', ['-c:a', 'aac', '-b:a', '96k', '-f', 'adts']],
  ['application/ogg', ['-c:a', 'libvorbis', '-f', 'ogg']],
  ['audio/flac', ['-c:a', 'flac', '-f', 'flac']],
] as const;
/** A broken page of Ogg is lost whole, and holds about a second. */
const lostMsMax = 1_100;
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;

for (const [type, coding] of codings) {
  test(
    `${type} that stops in the middle of a frame is heard up to there, and from its next connection on`,
    { skip: hasFfmpeg ? false : 'no ffmpeg on this machine', timeout: 30_000 },
    async (t) => {
      const seconds = 6;
      const noise = ['-f', 'lavfi', '-i', `anoisesrc=r=44100:a=0.3:d=${seconds}`];
      const run = spawnSync('ffmpeg', ['-v', 'error', ...noise, ...coding, '-'], {
        maxBuffer: 64 << 20,
      });
      const coded = run.stdout;
      assert.ok(coded.length > 20_000, String(run.stderr));
      let connections = 0;
      const server = await serveRaw(t, (socket) => {
        connections += 1;
        socket.write(head(type));
        // Neither half begins or ends where a frame does.
        if (connections === 1) socket.end(coded.subarray(0, Math.floor(coded.length / 2) + 7));
        else if (type === 'audio/mpeg' || type === 'audio/aac')
          socket.write(coded.subarray(Math.floor(coded.length / 2) + 7));
        else socket.write(coded);
      });
      const { watching, changes, heardMs } = watch(t, server.url);
      await until(() => connections === 2 && watching.live().connections === 2, 20_000);
      const half = (seconds * 1_000) / 2;
      const off = Math.abs(heardMs() - half);
      assert.ok(off < lostMsMax, `${heardMs()} ms of ${half}`);
      await until(() => heardMs() > 2 * half - 2 * lostMsMax, 20_000);
      assert.ok(changes.every(({ health }) => health === 'connecting' || health === 'running'));
    },
  );
}

test('an interval of titles that cannot be is none, so that what comes is taken for sound', () => {
  const wrong = [
    '',
    '0',
    '-8192',
    '8192.5',
    '1e9',
    '99999999999999999999',
    '16777217',
    ' 8192',
    'x',
  ];
  assert.deepEqual(
    [undefined, ...wrong].map(readInterval),
    Array.from({ length: wrong.length + 1 }, () => null),
  );
  assert.deepEqual(['1', '8192', '16777216'].map(readInterval), [1, 8_192, 16_777_216]);
});
