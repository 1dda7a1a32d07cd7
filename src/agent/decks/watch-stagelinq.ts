import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { connect, type Socket as Stream } from 'node:net';
import { followDecks, type DeckPlay, type DeckReport, type Track } from './follow-decks.ts';
import {
  discoveryPort,
  frameMaxBytes,
  readDiscovery,
  readServices,
  readStates,
  writeAnnouncement,
  writeDiscovery,
  writeServiceRequest,
  writeSubscription,
  type Discovery,
  type StateChange,
} from './read-stagelinq.ts';

const announceEveryMs = 1_000;
const devicesMax = 8;
const decks = [1, 2, 3, 4];
const fields = [
  'Play',
  'ExternalMixerVolume',
  'Track/SongName',
  'Track/ArtistName',
  'Track/TrackLength',
  'Track/SampleRate',
];

export type StagelinqOptions = {
  readonly port?: number;
  readonly announceTo?: string;
  readonly announcePort?: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
};
type Values = Map<string, Readonly<Record<string, unknown>>>;

export async function watchStagelinq(
  options: StagelinqOptions,
  until: AbortSignal,
  say: (line: string) => void,
  onPlay: (play: DeckPlay) => Promise<void>,
): Promise<string | null> {
  const token = randomBytes(16);
  token[0]! &= 0x7f; // devices do not answer a token that begins with a one
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const port = options.port ?? discoveryPort;
  const failure = await bind(socket, port);
  if (failure !== null) return failure;
  const now = options.now ?? (() => performance.now());
  const follower = followDecks();
  let work: Promise<void> = Promise.resolve();
  const deliver = (plays: readonly DeckPlay[]): void => {
    for (const play of plays) work = work.then(() => onPlay(play));
  };
  const hear = (report: DeckReport): void => deliver(follower.note(report, now()));
  const known = new Map<string, readonly Stream[]>();
  socket.on('message', (packet, from) => {
    const device = readDiscovery(packet);
    if (device === null || device.token.equals(token) || device.port === 0) return;
    const key = `${from.address}:${device.port}`;
    if (!device.action.includes('HOWDY') || known.has(key) || known.size >= devicesMax) return;
    say(`${device.device} at ${from.address} is there.`);
    known.set(
      key,
      follow(device, from.address, token, hear, () => known.delete(key)),
    );
  });
  const own: Discovery = {
    token,
    device: 'ngoma',
    action: 'DISCOVERER_HOWDY_',
    software: 'ngoma',
    version: '1',
    port: 0,
  };
  const announce = (): void => {
    const to = options.announceTo ?? '255.255.255.255';
    socket.send(writeDiscovery(own), options.announcePort ?? discoveryPort, to, () => {}); // a network that is down comes back
  };
  const announcing = setInterval(announce, announceEveryMs);
  const clock = setInterval(() => deliver(follower.passTo(now())), 1_000);
  announce();
  await new Promise<void>((resolve) => {
    if (until.aborted) resolve();
    until.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(announcing);
  clearInterval(clock);
  for (const streams of known.values()) for (const stream of streams) stream.destroy();
  await new Promise<void>((resolve) => void socket.close(() => resolve()));
  deliver(follower.passTo(Infinity));
  await work;
  return null;
}

/** Asks a device for its services and subscribes to the state of its decks. */
function follow(
  device: Discovery,
  address: string,
  token: Buffer,
  hear: (report: DeckReport) => void,
  onEnd: () => void,
): readonly Stream[] {
  const streams: Stream[] = [];
  const values: Values = new Map();
  const main = connect(device.port, address, () => main.write(writeServiceRequest(token)));
  streams.push(main);
  inFrames(main, readServices, ({ service, port }) => {
    if (service !== 'StateMap' || streams.length > 1) return;
    const states = connect(port, address, () => {
      states.write(writeAnnouncement(token, 'StateMap', states.localPort ?? 0));
      for (const deck of decks)
        for (const field of fields) states.write(writeSubscription(`/Engine/Deck${deck}/${field}`));
    });
    streams.push(states);
    inFrames(states, readStates, (change) => {
      const deck = note(values, change);
      if (deck !== null) hear(toReport(device.device, deck, values));
    });
    states.once('close', () => main.destroy());
  });
  main.once('close', () => {
    for (const stream of streams) stream.destroy();
    onEnd();
  });
  return streams;
}

/** Cuts a stream into frames; one that makes no sense ends the connection. */
function inFrames<T>(
  stream: Stream,
  read: (bytes: Buffer) => { readonly found: readonly T[]; readonly rest: Buffer } | 'broken',
  onFrame: (frame: T) => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  stream.on('error', () => stream.destroy());
  stream.on('data', (bytes: Buffer) => {
    const parsed = read(Buffer.concat([rest, bytes]));
    if (parsed === 'broken' || parsed.rest.length > 2 * frameMaxBytes) {
      stream.destroy();
      return;
    }
    rest = parsed.rest;
    for (const frame of parsed.found) onFrame(frame);
  });
}

function note(values: Values, { path, value }: StateChange): number | null {
  const match = /^\/Engine\/Deck([1-4])\/(.+)$/.exec(path);
  if (match === null || !fields.includes(match[2]!)) return null;
  values.set(`${match[1]}/${match[2]}`, value);
  return Number(match[1]);
}

function toReport(device: string, deck: number, values: Values): DeckReport {
  const of = (field: string): Readonly<Record<string, unknown>> =>
    values.get(`${deck}/${field}`) ?? {};
  const title = textOf(of('Track/SongName')['string']);
  const artist = textOf(of('Track/ArtistName')['string']);
  const volume = of('ExternalMixerVolume')['value'];
  const samples = of('Track/TrackLength')['value'];
  const rate = of('Track/SampleRate')['value'];
  const isTimed =
    typeof samples === 'number' && typeof rate === 'number' && samples > 0 && rate > 0;
  const track: Track | null =
    title === '' || artist === ''
      ? null
      : { title, artist, durationMs: isTimed ? (samples / rate) * 1_000 : null };
  return {
    deck: `${device} deck ${deck}`,
    loaded: title === '' ? null : `${title}\n${artist}`,
    track,
    audible: of('Play')['state'] === true && (typeof volume !== 'number' || volume > 0),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 1_000).trim() : '';
}

function bind(socket: Socket, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    socket.once('error', () =>
      resolve(`Port ${port} is taken by another program that listens to decks.`),
    );
    socket.bind(port, () => {
      socket.setBroadcast(true);
      resolve(null);
    });
  });
}
