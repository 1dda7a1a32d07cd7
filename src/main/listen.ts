import { lookup } from 'node:dns/promises';
import net, { type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

// `localhost` is two addresses where there is IPv6. The framework would open a second server of its own for the second, in
// front of which nothing stands that looks at connections first; here every further socket hands its connections to the one.

/** Listens wherever the name leads; what cannot be had beside the first address is left out. */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  const [first, ...others] = await addressesOf(host);
  await app.listen({ host: first!, port });
  const bound = (app.server.address() as AddressInfo).port;
  await Promise.all(others.map((address) => listenBeside(app, address, bound)));
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  const addresses = [...new Set(found.map(({ address }) => address))];
  return addresses.length === 0 ? [host] : addresses;
}

export async function listenBeside(
  app: FastifyInstance,
  host: string,
  port: number,
): Promise<boolean> {
  const server = net.createServer((socket) => app.server.emit('connection', socket));
  const opened = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => resolve(true));
  });
  server.on('error', () => {}); // a connection that could not be accepted
  app.server.once('close', () => server.close());
  return opened;
}
