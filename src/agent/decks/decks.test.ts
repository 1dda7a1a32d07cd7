import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { followDecks, type DeckPlay, type DeckReport } from './follow-decks.ts';
import { readProlinkStatus, writeProlinkPresence } from './read-prolink.ts';
import {
  readDiscovery,
  readServices,
  readStates,
  writeAnnouncement,
  writeDiscovery,
  writeText,
} from './read-stagelinq.ts';
import { watchProlink } from './watch-prolink.ts';
import { watchStagelinq } from './watch-stagelinq.ts';

// Synthetic peers on loopback, made from the published descriptions. Not tried on hardware.

/** The status packet of a nexus player as the description lays it out. */
function cdjStatus(
  player: number,
  trackId: number,
  flags: number,
  pitch = 0x105000,
  bpm = 12_850,
): Buffer {
  const packet = Buffer.alloc(0xd4);
  packet.write('Qspt1WmJOL', 'latin1');
  packet[0x0a] = 0x0a;
  packet.write('CDJ-2000nexus', 0x0b, 'latin1');
  packet[0x1f] = 1;
  packet[0x20] = 3;
  packet[0x21] = player;
  packet[0x24] = player;
  packet[0x28] = 2;
  packet[0x29] = 3;
  packet[0x2a] = 1;
  packet.writeUInt32BE(trackId, 0x2c);
  packet[0x7b] = flags & 0x40 ? 3 : 5;
  packet[0x89] = flags;
  packet.writeUInt32BE(pitch, 0x8c);
  packet.writeUInt16BE(bpm, 0x92);
  return packet;
}
const onAir = 0x84 | 0x40 | 0x08;

test('a status packet says which track a player plays, how fast, and whether it is on air', () => {
  assert.deepEqual(readProlinkStatus(cdjStatus(3, 4_711, onAir)), {
    name: 'CDJ-2000nexus',
    player: 3,
    fromPlayer: 2,
    fromSlot: 3,
    trackId: 4_711,
    playing: true,
    onAir: true,
    hasFlags: true,
    speed: 1 + 0x5000 / 0x100000,
    bpm: 128.5,
  });
  assert.equal(readProlinkStatus(cdjStatus(3, 0, 0x84, 0x100000, 0xffff))!.bpm, null);
});

test('any other bytes are no status, no discovery, no service and no state, and nothing throws', () => {
  const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
  const heads = fc.constantFrom(
    cdjStatus(1, 1, onAir).subarray(0, 11),
    Buffer.from('airD'),
    Buffer.alloc(4),
    Buffer.alloc(0),
  );
  fc.assert(
    fc.property(heads, noise, (head, bytes) => {
      const packet = Buffer.concat([head, bytes]);
      readProlinkStatus(packet);
      readDiscovery(packet);
      readServices(packet);
      readStates(packet);
    }),
  );
});

test('our presence on the link is the keep-alive of a player, 54 bytes', () => {
  const packet = writeProlinkPresence({
    player: 7,
    mac: '00:e0:4c:65:3b:75',
    address: '192.168.1.20',
  });
  assert.equal(packet.length, 0x36);
  assert.equal(packet.toString('latin1', 0, 10), 'Qspt1WmJOL');
  assert.equal(packet.readUInt16BE(0x22), 0x36);
  assert.equal(packet.toString('hex', 0x24, 0x30), '070100e04c653b75c0a80114');
});

const track = { title: 'Umuhanda 9', artist: 'Ruganzu Twins', durationMs: 200_000 };
function report(loaded: string | null, audible: boolean): DeckReport {
  return {
    deck: 'one',
    loaded,
    track: loaded === null ? null : { ...track, title: loaded },
    audible,
  };
}

/** Reports five times a second, as decks send them. */
function play(
  steps: readonly (readonly [seconds: number, loaded: string | null, audible: boolean])[],
): readonly DeckPlay[] {
  const follower = followDecks();
  const plays: DeckPlay[] = [];
  let at = 0;
  for (const [seconds, loaded, audible] of steps)
    for (let i = 0; i < seconds * 5; i++, at += 200)
      plays.push(...follower.note(report(loaded, audible), at));
  return [...plays, ...follower.passTo(Infinity)];
}

test('a track is one play for the time it was audible; a cue check is none', () => {
  const plays = play([
    [3, 'cue', true],
    [1, 'cue', false],
    [60, 'a', false],
    [120, 'a', true],
    [10, 'a', false],
    [30, 'a', true],
    [5, 'b', false],
  ]);
  assert.equal(plays.length, 1);
  assert.ok(Math.abs(plays[0]!.playedMs - 150_000) < 1_000, `${plays[0]!.playedMs}`);
  assert.ok(Math.abs(plays[0]!.startedMs - 64_000) < 500);
});

test('the same track brought back after half a minute is a second play', () => {
  assert.equal(
    play([
      [40, 'a', true],
      [31, 'a', false],
      [40, 'a', true],
    ]).length,
    2,
  );
});

test('a deck that falls silent counts ten seconds more at most', () => {
  const follower = followDecks();
  for (let at = 0; at <= 30_000; at += 200) follower.note(report('a', true), at);
  const [heard] = follower.passTo(3_600_000);
  assert.equal(heard!.playedMs, 40_000);
});

test('players on the link are followed on loopback, and the collection names their tracks', async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-decks-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const collection = path.join(folder, 'rekordbox.xml');
  writeFileSync(
    collection,
    '<COLLECTION><TRACK TrackID="4711" Name="Kivu &amp; l&#8217;aube" Artist="Mama Zawadi" TotalTime="247" Kind="MP3"><TEMPO/></TRACK></COLLECTION>',
  );
  const mixer = createSocket('udp4');
  await new Promise<void>((resolve) => void mixer.bind(0, '127.0.0.1', () => resolve()));
  t.after(() => void mixer.close());
  let presences = 0;
  mixer.on('message', (packet) => (presences += packet[0x0a] === 0x06 ? 1 : 0));
  const statusPort = await freeUdpPort();
  const stop = new AbortController();
  const [said, plays] = [[] as string[], [] as DeckPlay[]];
  let nowMs = 1_000;
  const options = {
    collection,
    statusPort,
    presencePort: mixer.address().port,
    presenceTo: '127.0.0.1',
    now: () => nowMs,
  };
  t.mock.timers.enable({ apis: ['setInterval'] });
  const watching = watchProlink(
    options,
    stop.signal,
    (line) => said.push(line),
    async (one) => void plays.push(one),
  );
  await until(() => presences === 1);
  for (const unknown of [99, 100]) {
    mixer.send(Buffer.from('rubbish'), statusPort, '127.0.0.1');
    mixer.send(cdjStatus(3, 4_711, onAir), statusPort, '127.0.0.1');
    mixer.send(cdjStatus(2, unknown, 0x84 | 0x40), statusPort, '127.0.0.1'); // turns, but its channel is closed
    await until(() => said.some((line) => line.includes(` ${unknown},`)));
    nowMs += 5_600;
  }
  for (let seen = 2; seen <= 4; seen++) {
    t.mock.timers.tick(1_500);
    await until(() => presences === seen);
  }
  stop.abort();
  assert.equal(await watching, null);
  assert.deepEqual(
    plays.map(({ title, artist, durationMs, deck }) => [title, artist, durationMs, deck]),
    [['Kivu & l’aube', 'Mama Zawadi', 247_000, 'CDJ-2000nexus 3']],
  );
  // Between two reports, and ten seconds more after the last.
  assert.equal(plays[0]!.playedMs, 5_600 + 10_000);
  assert.deepEqual(
    said,
    [99, 100].map((one) => `CDJ-2000nexus 2 plays track ${one}, which no collection names.`),
  );
});

test('a StageLinq player on loopback is asked for its decks, and what it plays is a play', async (t) => {
  const token = Buffer.alloc(16, 5);
  const states = await tcpServer(t, (stream) => {
    stream.on('data', (bytes: Buffer) => {
      if (stream.bytesWritten > 0 || !bytes.includes(writeText('/Engine/Deck1/Play').subarray(4)))
        return;
      const send = (name: string, value: object): void => {
        const body = Buffer.concat([
          Buffer.from('smaa\0\0\0\0', 'latin1'),
          writeText(`/Engine/Deck1/${name}`),
          writeText(JSON.stringify(value)),
        ]);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(body.length);
        for (const part of [length.subarray(0, 3), length.subarray(3), body]) stream.write(part); // torn on purpose
      };
      send('Track/SongName', { string: 'Bolingo Kilo Zero', type: 8 });
      send('Track/ArtistName', { string: 'Lokole Kinsuka', type: 8 });
      send('Track/TrackLength', { value: 44_100 * 60, type: 10 });
      send('Track/SampleRate', { value: 44_100, type: 10 });
      for (const state of [true, true, true, false]) send('Play', { state, type: 1 });
      send('Track/SongName', { string: 'The next one', type: 8 });
    });
  });
  const main = await tcpServer(t, (stream) => {
    stream.on('data', () => {
      stream.write(
        Buffer.concat([
          Buffer.from([0, 0, 0, 2]),
          token,
          writeAnnouncement(token, 'StateMap', states),
          writeAnnouncement(token, 'BeatInfo', 9),
        ]),
      );
    });
  });
  const port = await freeUdpPort();
  const player = createSocket('udp4');
  t.after(() => void player.close());
  const stop = new AbortController();
  const [said, plays] = [[] as string[], [] as DeckPlay[]];
  let [nowMs, announced] = [0, false];
  player.on('message', () => (announced = true));
  await new Promise<void>((resolve) => void player.bind(0, '127.0.0.1', () => resolve()));
  const watching = watchStagelinq(
    {
      port,
      announceTo: '127.0.0.1',
      announcePort: player.address().port,
      now: () => (nowMs += 3_000), // three seconds between two looks
    },
    stop.signal,
    (line) => said.push(line),
    async (one) => void plays.push(one),
  );
  await until(() => announced);
  const hello = {
    token,
    device: 'prime4',
    action: 'DISCOVERER_HOWDY_',
    software: 'JC11',
    version: '1.0.0',
    port: main,
  };
  player.send(writeDiscovery(hello), port, '127.0.0.1');
  await until(() => plays.length > 0);
  stop.abort();
  assert.equal(await watching, null);
  assert.deepEqual(said, ['prime4 at 127.0.0.1 is there.']);
  assert.deepEqual(
    plays.map(({ title, artist, durationMs, deck }) => [title, artist, durationMs, deck]),
    [['Bolingo Kilo Zero', 'Lokole Kinsuka', 60_000, 'prime4 deck 1']],
  );
  assert.equal(plays[0]!.playedMs % 3_000, 0);
  assert.ok(plays[0]!.playedMs >= 9_000, `${plays[0]!.playedMs}`);
});

async function tcpServer(t: TestContext, onStream: (stream: Socket) => void): Promise<number> {
  const streams = new Set<Socket>();
  const server = createServer((stream) => {
    streams.add(stream.on('error', () => {}));
    onStream(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const stream of streams) stream.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const waitMsMax = 10_000;

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + waitMsMax;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await sleep(2);
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => void socket.bind(0, () => resolve()));
  const { port } = socket.address();
  await new Promise<void>((resolve) => void socket.close(() => resolve()));
  return port;
}
