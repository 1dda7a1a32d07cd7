import { createSocket, type Socket } from 'node:dgram';
import os from 'node:os';
import { followDecks, type DeckPlay } from './follow-decks.ts';
import { readCollection } from './read-collection.ts';
import { readProlinkStatus, writeProlinkPresence, type ProlinkStatus } from './read-prolink.ts';

const presencePort = 50_000;
const statusPort = 50_002;
const presenceEveryMs = 1_500;
const ownPlayer = 7;

export type ProlinkOptions = {
  /** A rekordbox collection in XML: the decks tell numbers, it has the names. */
  readonly collection: string | null;
  readonly statusPort?: number;
  readonly presencePort?: number;
  readonly presenceTo?: string;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
};

export async function watchProlink(
  options: ProlinkOptions,
  until: AbortSignal,
  say: (line: string) => void,
  onPlay: (play: DeckPlay) => Promise<void>,
): Promise<string | null> {
  const names = options.collection === null ? null : await readCollection(options.collection);
  if (typeof names === 'string') return names;
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const failure = await bind(socket, options.statusPort ?? statusPort);
  if (failure !== null) return failure;
  const now = options.now ?? (() => performance.now());
  const follower = followDecks();
  const unnamed = new Set<string>();
  const nexus = new Set<number>();
  let work: Promise<void> = Promise.resolve();
  const deliver = (plays: readonly DeckPlay[]): void => {
    for (const play of plays) work = work.then(() => onPlay(play));
  };
  socket.on('message', (packet) => {
    const status = readProlinkStatus(packet);
    if (status === null) return;
    if (status.hasFlags) nexus.add(status.player);
    const loaded =
      status.trackId === 0 ? null : `${status.fromPlayer}/${status.fromSlot}/${status.trackId}`;
    const track = names?.get(status.trackId) ?? null;
    if (loaded !== null && track === null && !unnamed.has(loaded) && unnamed.size < 1_000) {
      unnamed.add(loaded);
      say(`${deckName(status)} plays track ${status.trackId}, which no collection names.`);
    }
    deliver(
      follower.note(
        { deck: deckName(status), loaded, track, audible: isAudible(status, nexus) },
        now(),
      ),
    );
  });
  const presence = setInterval(() => announce(socket, options), presenceEveryMs);
  const clock = setInterval(() => deliver(follower.passTo(now())), 1_000);
  announce(socket, options);
  await new Promise<void>((resolve) => {
    if (until.aborted) resolve();
    until.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(presence);
  clearInterval(clock);
  await new Promise<void>((resolve) => void socket.close(() => resolve()));
  deliver(follower.passTo(Infinity));
  await work;
  return null;
}

function deckName({ name, player }: ProlinkStatus): string {
  return `${name || 'deck'} ${player}`;
}

/** On air where there is a mixer that says so; a player without the flag is heard when it plays. */
function isAudible(status: ProlinkStatus, nexus: ReadonlySet<number>): boolean {
  return status.playing && (status.onAir || !nexus.has(status.player));
}

function bind(socket: Socket, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    socket.once('error', () =>
      resolve(`Port ${port} is taken: rekordbox cannot run on the machine that listens to decks.`),
    );
    socket.bind(port, () => {
      socket.setBroadcast(true);
      resolve(null);
    });
  });
}

function announce(socket: Socket, options: ProlinkOptions): void {
  const own = Object.values(os.networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  const packet = writeProlinkPresence({
    player: ownPlayer,
    mac: own?.mac ?? '00:00:00:00:00:00',
    address: own?.address ?? '127.0.0.1',
  });
  const to = options.presenceTo ?? '255.255.255.255';
  socket.send(packet, options.presencePort ?? presencePort, to, () => {}); // a network that is down comes back
}
