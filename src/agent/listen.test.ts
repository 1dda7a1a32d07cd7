import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { Stretch } from './hear-stretches.ts';
import { stretchMs } from './hear-stretches.ts';
import { openAgent, type Agent } from './open-agent.ts';
import { readOptions, type ListenOptions } from './read-options.ts';
import { backoffMs } from './retry.ts';
import { device, localServer, type LocalServer } from './testing.ts';

// A box against a local server; its time is told to it, so that hours and power cuts take no time.

const truth = Date.UTC(2026, 10, 20, 18);
const songIds = ['0197a3b2-8a11-7c3e-9f00-000000000001', '0197a3b2-8a11-7c3e-9f00-000000000002'];

/** A world with one true time, in which boxes may believe what they like. */
function world() {
  let passedMs = 0;
  return {
    trueNow: () => truth + passedMs,
    pass: (ms: number) => (passedMs += ms),
    /** A box that was switched on now and whose wall clock is off by so much. */
    box(wrongByMs: number) {
      const begunMs = passedMs;
      return {
        monotonic: () => 1_000 + passedMs - begunMs,
        wall: () => truth + passedMs + wrongByMs,
      };
    },
  };
}
type World = ReturnType<typeof world>;

/** The two hashes of these tests say which song sounds and where in it; one alone, or more, is no song. */
type Sounding = { readonly song: number; readonly offsetMs: number } | null;

function identify(hashes: unknown): unknown {
  const [song, offset, ...more] = hashes as readonly number[];
  if (song === undefined || offset === undefined || more.length > 0) return null;
  const offsetMs = offset - 10;
  return {
    recordingId: songIds[song],
    title: `Song ${song}`,
    artist: 'Ruganzu Twins',
    offsetMs,
    speed: 1,
    pitchCents: 0,
    confidence: 0.97,
    seconds: 9,
  };
}

const opened: Agent[] = [];
after(async () => {
  for (const { stretches, plays } of opened) await Promise.all([stretches.close(), plays.close()]);
});

type Box = {
  readonly agent: Agent;
  readonly time: ReturnType<World['box']>;
  readonly said: string[];
};

async function switchOn(
  folder: string,
  origin: string,
  time: Box['time'],
  agentId = 'box-1',
): Promise<Box> {
  const said: string[] = [];
  const options: ListenOptions = {
    input: { kind: 'alsa', card: 'default' },
    server: origin,
    device,
    state: folder,
    everyMs: 60_000,
    source: 'venue',
    once: false,
    index: null,
  };
  const held = { agentId, release: async () => {} };
  const agent = await openAgent(options, held, time, (line) => said.push(line));
  opened.push(agent);
  return { agent, time, said };
}

/** Ten seconds pass, and the box hears them. */
async function hears(box: Box, place: World, sounding: Sounding): Promise<void> {
  place.pass(stretchMs);
  const hashes = sounding === null ? [0] : [sounding.song, sounding.offsetMs + 10];
  const stretch: Stretch = {
    at: box.agent.clock.stamp(box.time.monotonic()),
    lengthMs: stretchMs,
    hashes,
    levels: hashes.map(() => 100),
    proof: JSON.stringify(hashes),
  };
  await box.agent.stretches.append(stretch);
}
async function hearsSong(
  box: Box,
  place: World,
  song: number,
  fromMs: number,
  stretches: number,
): Promise<void> {
  for (let i = 0; i < stretches; i++)
    await hears(box, place, { song, offsetMs: fromMs + i * stretchMs });
}

async function set(t: TestContext): Promise<{ place: World; folder: string; server: LocalServer }> {
  const place = world();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-agent-'));
  const server = await localServer(identify, place.trueNow);
  t.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return { place, folder, server };
}

/** When a song of a recording began, as the server was told. */
const started = (server: LocalServer): readonly number[] =>
  [...server.counted.values()].map(({ startedAt }) => Date.parse(String(startedAt)));

test('a song heard through is one play, with its time, its length, its proof and its number', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  await hearsSong(box, place, 0, 0, 12);
  await hearsSong(box, place, 1, 0, 3);
  assert.equal(await box.agent.identifier.identifyWaiting(), 'done');
  place.pass(100_000);
  assert.equal(await box.agent.identifier.identifyWaiting(), 'done');
  assert.equal(await box.agent.uploader.uploadWaiting(), 'done');
  const plays = [...server.counted.values()];
  assert.deepEqual(
    plays.map(({ seq, playedMs, source, recording }) => [seq, playedMs, source, recording]),
    [
      [1, 120_000, 'venue', { id: songIds[0] }],
      [2, 30_000, 'venue', { id: songIds[1] }],
    ],
  );
  assert.match(plays[0]!.payloadHash!, /^[0-9a-f]{64}$/);
  assert.ok(Math.abs(started(server)[0]! - truth) <= 500);
  assert.equal(box.agent.stretches.waiting(), 0);
  assert.equal(box.agent.plays.waiting(), 0);
});

for (const [years, wrongByMs] of [
  ['56 years slow', -56 * 365.25 * 86_400_000],
  ['five years fast', 5 * 365.25 * 86_400_000],
] as const) {
  test(`a box whose clock is ${years} reports when things really were`, async (t) => {
    const { place, folder, server } = await set(t);
    const box = await switchOn(folder, server.origin, place.box(wrongByMs));
    await hearsSong(box, place, 0, 0, 6);
    place.pass(120_000);
    await box.agent.identifier.identifyWaiting();
    await box.agent.uploader.uploadWaiting();
    assert.equal(server.counted.size, 1);
    assert.ok(
      Math.abs(started(server)[0]! - truth) <= 1_000,
      `${started(server)[0]! - truth} ms off`,
    );
  });
}

test('a server that is down for hours loses nothing, and every play keeps its time', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  server.broken = { status: 503, body: '<html>down</html>', retryAfterS: 7 };
  for (let hour = 0; hour < 6; hour++) {
    await hearsSong(box, place, hour % 2, 0, 12);
    place.pass(3_600_000 - 120_000);
    assert.deepEqual(await box.agent.identifier.identifyWaiting(), {
      kind: 'again',
      retryAfterMs: 7_000,
    });
    assert.equal(await box.agent.uploader.uploadWaiting(), 'done');
  }
  assert.equal(box.agent.stretches.waiting(), 72);
  server.broken = null;
  await box.agent.identifier.identifyWaiting();
  await box.agent.uploader.uploadWaiting();
  assert.equal(server.counted.size, 6);
  started(server).forEach((at, hour) =>
    assert.ok(Math.abs(at - truth - hour * 3_600_000) <= 1_000),
  );
});

test('power lost in the middle of a song: it is one play still, told again with the same key', async (t) => {
  const { place, folder, server } = await set(t);
  const first = await switchOn(folder, server.origin, place.box(0));
  await hearsSong(first, place, 0, 0, 3);
  await first.agent.identifier.identifyWaiting();
  place.pass(20_000); // switched off and on: nothing was closed
  const second = await switchOn(folder, server.origin, place.box(-1_000_000_000));
  await hearsSong(second, place, 0, 50_000, 3);
  place.pass(200_000);
  await second.agent.identifier.identifyWaiting();
  await second.agent.uploader.uploadWaiting();
  assert.equal(server.counted.size, 1);
  assert.ok(Math.abs(started(server)[0]! - truth) <= 1_000);
  assert.equal([...server.counted.values()][0]!.playedMs, 80_000);
});

test('an answer that is lost on the way is asked for again, and the play counts once', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  await hearsSong(box, place, 0, 0, 6);
  place.pass(120_000);
  await box.agent.identifier.identifyWaiting();
  const { drop } = box.agent.plays;
  box.agent.plays.drop = async () => {
    throw new Error('power');
  };
  await assert.rejects(box.agent.uploader.uploadWaiting(), /power/);
  box.agent.plays.drop = drop;
  await box.agent.uploader.uploadWaiting();
  assert.equal(server.counted.size, 1);
  assert.equal(server.duplicates(), 1);
});

test('two boxes with one key disturb each other in nothing', async (t) => {
  const { place, folder, server } = await set(t);
  const boxes = [
    await switchOn(path.join(folder), server.origin, place.box(0), 'box-1'),
    await switchOn(mkdtempSync(path.join(folder, 'two-')), server.origin, place.box(0), 'box-2'),
  ];
  for (const box of boxes) await hearsSong(box, place, 0, 0, 6);
  place.pass(120_000);
  for (const box of boxes) {
    await box.agent.identifier.identifyWaiting();
    await box.agent.uploader.uploadWaiting();
  }
  assert.equal(server.counted.size, 2);
  assert.deepEqual(
    boxes.map(({ agent }) => agent.uploader.aside()),
    [0, 0],
  );
});

test('a play the server refuses is put aside with the reason, and the others go through', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  const good = {
    startedAtMs: truth,
    playedMs: 60_000,
    source: 'venue',
    recording: { id: songIds[0]! },
  };
  await box.agent.plays.append({
    ...good,
    key: '0197a3b2-8a11-7c3e-9f00-00000000000a',
    playedMs: -1,
  });
  await box.agent.plays.append({ ...good, key: '0197a3b2-8a11-7c3e-9f00-00000000000b' });
  assert.equal(await box.agent.uploader.uploadWaiting(), 'done');
  assert.equal(server.counted.size, 1);
  const aside = readFileSync(path.join(folder, 'refused.jsonl'), 'utf8').trim().split('\n');
  assert.equal(aside.length, 1);
  const { key, code, field } = JSON.parse(aside[0]!) as Record<string, string>;
  assert.deepEqual(
    [key, code, field],
    ['0197a3b2-8a11-7c3e-9f00-00000000000a', 'VALIDATION_FAILED', 'playedMs'],
  );
});

test('a key the server does not know keeps everything and says so', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  await box.agent.plays.append({
    key: '0197a3b2-8a11-7c3e-9f00-00000000000a',
    startedAtMs: truth,
    playedMs: 1,
    source: 'venue',
    recording: { id: songIds[0]! },
  });
  server.broken = { status: 401, body: '{"error":{"code":"UNAUTHENTICATED"}}' };
  assert.deepEqual(await box.agent.uploader.uploadWaiting(), {
    kind: 'again',
    retryAfterMs: null,
  });
  assert.equal(box.agent.plays.waiting(), 1);
  assert.deepEqual(box.said, [
    'The server does not know this device key; plays are kept until it does.',
  ]);
});

test('a server that says another box has this key is given nothing up, and people are told why', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  await hearsSong(box, place, 0, 0, 6);
  place.pass(120_000);
  await box.agent.identifier.identifyWaiting();
  server.broken = {
    status: 409,
    body: '{"detail":"Another agent has it.","error":{"code":"KEY_SHARED"}}',
  };
  assert.notEqual(await box.agent.uploader.uploadWaiting(), 'done');
  assert.equal(box.agent.plays.waiting(), 1);
  assert.equal(
    box.said.at(-1),
    'The server took nothing, and plays are kept. Another agent has it.',
  );
  server.broken = null;
  await box.agent.uploader.uploadWaiting();
  assert.equal(server.counted.size, 1);
  const [batch] = server.asked.filter(({ path: asked }) => asked.endsWith('/plays')).slice(-1);
  assert.equal((JSON.parse(batch!.body) as { agentId: string }).agentId, 'box-1');
});

test('sound never leaves the box: what is sent are hashes and plays', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  await hearsSong(box, place, 0, 0, 2);
  await hears(box, place, null);
  await box.agent.identifier.identifyWaiting();
  const allowed = ['hashes', 'levels', 'seams'];
  for (const { path: asked, body } of server.asked) {
    assert.equal(asked, '/api/v1/recognition/identify');
    const sent = JSON.parse(body) as Record<string, readonly number[]>;
    assert.deepEqual(Object.keys(sent), allowed.slice(0, Object.keys(sent).length));
    assert.equal(sent.levels?.length, sent.hashes!.length, 'a level for a peak and none between');
  }
  assert.ok(server.asked.some(({ body }) => body.includes('"seams":[1250]')));
});

test('stretches that wait from before levels were kept are asked about as they are', async (t) => {
  const { place, folder, server } = await set(t);
  const box = await switchOn(folder, server.origin, place.box(0));
  await hears(box, place, null);
  const [kept] = await box.agent.stretches.read(0, 1);
  const { levels: _levels, ...older } = kept!.row;
  await box.agent.stretches.append(older);
  place.pass(stretchMs);
  await hears(box, place, { song: 0, offsetMs: 0 });
  await box.agent.identifier.identifyWaiting();
  const keys = server.asked.map(({ body }) => Object.keys(JSON.parse(body) as object).join());
  assert.ok(keys.includes('hashes') && keys.includes('hashes,levels'), keys.join(' '));
  assert.equal(box.agent.stretches.waiting(), 1, 'only what the open play began with is kept');
});

test('attempts come further apart, never all at once, and at least every quarter of an hour', () => {
  const waits = Array.from({ length: 30 }, (_, attempt) => backoffMs(attempt, 1));
  assert.deepEqual(waits.slice(0, 3), [5_000, 10_000, 20_000]);
  assert.equal(Math.max(...waits), 900_000);
  assert.equal(backoffMs(3, 0), 20_000);
});

test('what is not understood is said in one sentence', () => {
  const good = [
    '--device',
    'alsa',
    '--server',
    'https://ngoma.example.org',
    '--key',
    `${device.deviceId}:k`,
  ];
  assert.equal(readOptions(good, {}).kind, 'listen');
  const wrong: readonly (readonly string[])[] = [
    [],
    ['--device', 'radio:1'],
    ['--device', 'file:'],
    ['--frobnicate'],
    ['--device'],
    [...good, '--every', '1'],
    [...good, '--source', 'stream'],
    good.slice(0, 2),
    [...good.slice(0, 4), '--key', 'abc'],
    ['--device', 'alsa', '--server', 'ftp://x', '--key', 'x:y'],
  ];
  for (const words of wrong) {
    const order = readOptions(words, {});
    assert.ok(order.kind === 'refused', words.join(' '));
    assert.match(order.detail!, /^ngoma listen [^\n]+\.$/);
  }
  const order = readOptions(good.slice(0, 4), {
    NGOMA_LISTEN_KEY: `${device.deviceId}:from-the-environment`,
  });
  assert.ok(order.kind === 'listen' && order.options.device.secret === 'from-the-environment');
});
