import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import tls from 'node:tls';

// Node's HTTP parser refuses `SOURCE` and hands on no body of a `PUT` without a length. So whoever connects is looked at
// first: a source client is taken out here, everybody else goes on to the web server as if nothing had been.

export type Front = { close(): void };

/** Undecided for so long, a connection is the web server's, whose own limits then hold. */
const peekMsMax = 10_000;
const starts = ['SOURCE ', 'PUT /live/'].map((start) => Buffer.from(start, 'latin1'));

/** Stands in front of a server before or after it listens; `take` gets the sockets of source clients, unread. */
export function standInFront(server: Server, take: (socket: Socket) => void): Front {
  const event = server instanceof tls.Server ? 'secureConnection' : 'connection';
  const behind = server.listeners(event) as ((socket: Socket) => void)[];
  server.removeAllListeners(event);
  const undecided = new Set<Socket>();
  const front = (socket: Socket): void => {
    undecided.add(socket);
    peek(socket, (isSource) => {
      undecided.delete(socket);
      if (isSource) take(socket);
      else for (const listener of behind) listener.call(server, socket);
    });
  };
  server.on(event, front);
  return {
    close() {
      server.off(event, front);
      for (const listener of behind) server.on(event, listener);
      // Browsers connect ahead and say nothing; a server that closes would wait for them.
      for (const socket of undecided) socket.destroy();
    },
  };
}

function peek(socket: Socket, decided: (isSource: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const ignore = (): void => {}; // one that breaks off before it says anything
  const decide = (isSource: boolean): void => {
    clearTimeout(late);
    socket.off('readable', look);
    socket.off('end', giveUp);
    socket.off('error', ignore);
    if (seen.length > 0) socket.unshift(seen);
    decided(isSource);
  };
  const giveUp = (): void => decide(false);
  function look(): void {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const possible = starts.filter((start) => agrees(start, seen));
    if (possible.length === 0) decide(false);
    else if (possible.some((start) => seen.length >= start.length)) decide(true);
  }
  const late = setTimeout(giveUp, peekMsMax);
  socket.on('error', ignore);
  socket.on('end', giveUp);
  socket.on('readable', look);
}

function agrees(start: Buffer, seen: Buffer): boolean {
  const length = Math.min(start.length, seen.length);
  return start.subarray(0, length).equals(seen.subarray(0, length));
}
