import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { deviceDirectory, openPlays, type DeviceDirectory } from '#counting/plays/index.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Gatekeeper, Role } from '#foundation/platform/http.ts';
import { createLog } from '#foundation/platform/log.ts';
import { createMetrics } from '#foundation/platform/metrics.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { testDatabase, type Ending } from '#foundation/platform/testing.ts';
import { createWebServer } from '#foundation/platform/web-server.ts';
import { openIndexStore, type IndexStore } from '../index-store.ts';
import { scriptedMatcher } from '../testing.ts';
import type { MonitorContext } from './context.ts';
import { serveStations } from './http.ts';
import { openMonitors } from './monitors.ts';
import type { StationsContext } from './stations.ts';

// Stations made here: servers on this machine that speak the real wire format, and sound they can send.

export type Serving = { readonly port: number; readonly url: string; readonly heads: string[] };

/** A server that reads a request's head and leaves the rest to `answer`. */
export async function serveRaw(
  t: Ending,
  answer: (socket: net.Socket, head: string) => void,
): Promise<Serving> {
  const heads: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let head = '';
    socket.on('data', function gather(bytes) {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', gather);
      heads.push(head);
      answer(socket, head);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, heads };
}

export function reply(
  status: string,
  headers: Readonly<Record<string, string>>,
  body?: Buffer | string,
): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(
      `${status}\r\n${lines.join('\r\n')}${lines.length > 0 ? '\r\n' : ''}\r\n`,
      'latin1',
    ),
    Buffer.from(body ?? ''),
  ]);
}

const rate = 16_000;

/** A wave file that says it never ends, as a stream is: a tone of so many seconds, or silence. */
export function wavStream(seconds: number, hz = 440): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(0x7fff_ff24, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(0x7fff_ff00, 40);
  return Buffer.concat([head, tone(seconds, hz)]);
}

export function tone(seconds: number, hz = 440): Buffer {
  const bytes = Buffer.alloc(Math.round(seconds * rate) * 2);
  for (let i = 0; hz > 0 && i < bytes.length / 2; i++)
    bytes.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * hz * i) / rate)), 2 * i);
  return bytes;
}

/** Puts ICY metadata between the bytes, as Shoutcast does. */
export function interleave(
  sound: Buffer,
  interval: number,
  titles: readonly (string | Buffer | null)[],
): Buffer {
  const out: Buffer[] = [];
  for (let at = 0, i = 0; at < sound.length; at += interval, i++) {
    out.push(sound.subarray(at, at + interval));
    if (at + interval <= sound.length) out.push(metadata(titles[i] ?? null));
  }
  return Buffer.concat(out);
}

function metadata(title: string | Buffer | null): Buffer {
  if (title === null) return Buffer.of(0);
  const text =
    typeof title === 'string' ? Buffer.from(`StreamTitle='${title}';StreamUrl='';`) : title;
  const blocks = Math.ceil(text.length / 16);
  const block = Buffer.alloc(1 + blocks * 16);
  block[0] = blocks;
  text.copy(block, 1);
  return block;
}

/** What the endpoints answer, as far as tests look into it. */
export type Answer = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly deviceId: string;
  readonly deviceKey: string;
  readonly error: { readonly code: string };
  readonly items: readonly Answer[];
  readonly live: {
    readonly health: string;
    readonly detail: string | null;
    readonly trouble: { readonly code: string; readonly params: object } | null;
    readonly titleHint: string | null;
    readonly nowPlaying: readonly { readonly title: string }[];
  };
};

export type StationHouse = {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly ctx: StationsContext;
  readonly devices: DeviceDirectory;
  readonly store: IndexStore;
  /** Who is more than a station. */
  readonly roles: Map<UserId, readonly Role[]>;
  call(
    userId: UserId,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: object,
  ): Promise<{ status: number; json: Answer }>;
};

/** Stations behind real HTTP and a real database; people are whoever the test says: `Bearer <userId>`. */
export async function openStationHouse(
  t: Ending,
  about: Partial<
    Pick<MonitorContext, 'openMatcher' | 'allowPrivateStations' | 'keepsClips' | 'unknown'>
  > & {
    readonly unknownOf?: (parts: Pick<MonitorContext, 'db' | 'now'>) => MonitorContext['unknown'];
  } = {},
): Promise<StationHouse> {
  const { db } = await testDatabase(t);
  const now = (): Instant => Date.now() as Instant;
  const metrics = createMetrics('test');
  const log = createLog('silent');
  const plays = openPlays({ db, now, metrics, demo: false });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-stations-'));
  const store = await openIndexStore({ folder, log });
  const roles = new Map<UserId, readonly Role[]>();
  // A greeting is written a second late, when the test and its database may be over.
  const devices = deviceDirectory(db, now, () => {});
  const parts: MonitorContext = {
    db,
    now,
    log,
    plays,
    devices,
    openMatcher: () => scriptedMatcher([]),
    store,
    allowPrivateStations: true,
    keepsClips: false,
    ...about,
    unknown: about.unknownOf?.({ db, now }) ?? null,
  };
  const monitors = openMonitors(parts);
  const permits = (caller: { readonly roles: readonly Role[] }, permission: string): boolean =>
    permission !== 'catalog.edit' || caller.roles.includes('moderator');
  const ctx: StationsContext = { ...parts, monitors, permits, devices };
  const app = await createWebServer({
    log,
    metrics,
    corsOrigins: [],
    trustProxy: null,
    https: null,
    version: 'test',
  });
  const gatekeeper: Gatekeeper = {
    identify: async ({ headers: { authorization = '' } }) =>
      authorization.startsWith('Bearer ')
        ? {
            kind: 'user',
            userId: authorization.slice(7) as UserId,
            roles: roles.get(authorization.slice(7) as UserId) ?? ['station'],
            sessionId: null,
          }
        : { kind: 'anonymous' },
    permits,
  };
  serveStations({ app, gatekeeper }, ctx);
  t.after(async () => {
    await monitors.stop();
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    app,
    db,
    ctx,
    devices,
    store,
    roles,
    async call(userId, method, url, body) {
      const answered = await app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${userId}` },
        ...(body !== undefined && { payload: body }),
      });
      return { status: answered.statusCode, json: answered.json() };
    },
  };
}

/** Asks until it holds; a machine that is busy takes its time. */
export async function until<T>(
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`it did not come true: ${ask.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
