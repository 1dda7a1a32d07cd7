import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { trouble, type Trouble } from './trouble.ts';

// A station's address is typed in by a person. It must not become a way to make this server knock at doors inside its
// own network, so a name is looked up once, every address it has is judged, and the connection goes to that address.

const inside = new net.BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of [
  ['::', 96], // unspecified, loopback, IPv4-compatible
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23], // Teredo and other tunnels
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(address, bits, 'ipv6');

/** Whether an address is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const version = net.isIP(address);
  if (version === 0) return false;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return !inside.check(mapped, 'ipv4');
  if (version === 6 && /^(0*:){1,5}(0*:)?ffff:/i.test(address)) return false; // ::ffff: in other spellings
  return !inside.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

export type Pinned =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'unreachable' | 'forbidden'; readonly trouble: Trouble };

/** The one address to connect to. A name that also points inside is refused whole: the next look-up could answer that. */
export async function pinAddress(host: string, allowPrivate: boolean): Promise<Pinned> {
  const bare = host.replace(/^\[|\]$/g, '');
  let addresses: readonly string[];
  try {
    addresses =
      net.isIP(bare) > 0
        ? [bare]
        : (await lookup(bare, { all: true })).map(({ address }) => address);
  } catch {
    return { kind: 'unreachable', trouble: trouble('unknown-name', { name: bare }) };
  }
  const first = addresses[0];
  if (first === undefined)
    return { kind: 'unreachable', trouble: trouble('no-address', { name: bare }) };
  if (!allowPrivate && !addresses.every(isPublicAddress))
    return { kind: 'forbidden', trouble: trouble('inside', { name: bare }) };
  return { kind: 'address', address: first };
}
