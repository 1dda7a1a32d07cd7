import { isIP } from 'node:net';

// The extension that binds our authority to this house (RFC 5280, 4.2.1.10). Written as bytes because the
// certificate library spells no address ranges.

const permittedNames = ['localhost', 'local', 'lan', 'home.arpa'];
const permittedRanges = [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const;

/** The DER of NameConstraints: private ranges, local domains, and the names and addresses given. */
export function nameConstraints(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const dns = [...new Set([...permittedNames, ...names.filter((name) => isIP(name) === 0)])];
  const ranges: readonly (readonly [string, number])[] = [
    ...permittedRanges,
    ...names
      .filter((name) => isIP(name) !== 0)
      .map((ip) => [ip, isIP(ip) === 4 ? 32 : 128] as const),
  ];
  const subtrees = [
    ...dns.map((name) => der(0x82, Buffer.from(name, 'ascii'))),
    ...ranges.map(([address, bits]) =>
      der(0x87, Buffer.concat([bytesOf(address), mask(address, bits)])),
    ),
  ].map((base) => der(0x30, base));
  return Uint8Array.from(der(0x30, der(0xa0, Buffer.concat(subtrees))));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function mask(address: string, bits: number): Buffer {
  const bytes = Buffer.alloc(isIP(address) === 4 ? 4 : 16);
  for (let i = 0; i < bits; i++) bytes[i >> 3]! |= 0x80 >> (i & 7);
  return bytes;
}

function bytesOf(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const words = (text: string) =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const first = words(head);
  const last = words(tail);
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}
