import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Answer, StationHouse } from '#counting/stations/testing.ts';
import { newId, type UserId } from '#foundation/kernel/ids.ts';
import { createLog } from '#foundation/platform/log.ts';
import type { Ending } from '#foundation/platform/testing.ts';
import { serveIcecast } from './http.ts';

// What tests of sources share: the door on a port of its own, stations, and connections that say what they like.

export type TestStation = {
  readonly mount: string;
  readonly deviceId: string;
  readonly key: string;
  readonly id: string;
};

export type TestSource = {
  readonly socket: net.Socket;
  /** What we answered so far. */
  readonly heard: () => string;
  readonly closed: Promise<unknown>;
};

export type TestDoor = {
  readonly owner: UserId;
  readonly port: number;
  aStation(): Promise<TestStation>;
  live(id: string): Promise<Answer['live']>;
  /** Connects and says this; its line ends become those of HTTP. */
  connect(head: string): Promise<TestSource>;
};

export async function openDoor(t: Ending, house: StationHouse): Promise<TestDoor> {
  const { app, db, devices } = house;
  const { monitors } = house.ctx;
  serveIcecast(
    app,
    { db, log: createLog('silent'), devices, monitors },
    { headMsMax: 600, idleMsMax: 3_000 },
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const owner = newId<'user'>() as UserId;
  let mounts = 0;
  return {
    owner,
    port,
    async aStation() {
      const mount = `mount${++mounts}`;
      const { json } = await house.call(owner, 'POST', '/api/v1/stations', { name: mount, mount });
      return { mount, deviceId: json.deviceId, key: json.deviceKey, id: json.id };
    },
    live: async (id) => (await house.call(owner, 'GET', `/api/v1/stations/${id}`)).json.live,
    async connect(head) {
      const socket = net.connect(port, '127.0.0.1');
      let heard = '';
      socket.on('data', (bytes) => (heard += bytes.toString('latin1')));
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(head.replaceAll('\n', '\r\n'));
      return { socket, heard: () => heard, closed: once(socket, 'close') };
    },
  };
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
