// Frames of Denon's StageLinq as the authors of PyStageLinQ and go-stagelinq describe them: text is UTF-16BE behind its
// length in bytes. Not tried on hardware.

export const discoveryPort = 51_337;
const discoveryMagic = Buffer.from('airD', 'latin1');
const stateMagic = Buffer.from('smaa', 'latin1');
const tokenBytes = 16;
const textMaxBytes = 16 * 1024;
export const frameMaxBytes = 64 * 1024;
const kinds = { announcement: 0, reference: 1, request: 2 } as const;
const subscribe = 0x07d2;
const stateValue = 0;
const referenceBytes = 4 + 2 * tokenBytes + 8;

export type Discovery = {
  readonly token: Buffer;
  readonly device: string;
  readonly action: string;
  readonly software: string;
  readonly version: string;
  readonly port: number;
};

/** What a device broadcasts once a second; null for anything else. */
export function readDiscovery(packet: Buffer): Discovery | null {
  if (!packet.subarray(0, 4).equals(discoveryMagic) || packet.length < 4 + tokenBytes) return null;
  const reader = readFrom(packet, 4 + tokenBytes);
  const [device, action, software, version] = [1, 2, 3, 4].map(() => reader.text());
  const port = reader.uint16();
  if (device == null || action == null || software == null || version == null || port === null)
    return null;
  return { token: packet.subarray(4, 4 + tokenBytes), device, action, software, version, port };
}

export function writeDiscovery({
  token,
  device,
  action,
  software,
  version,
  port,
}: Discovery): Buffer {
  const texts = [device, action, software, version].map(writeText);
  return Buffer.concat([discoveryMagic, token, ...texts, uint16(port)]);
}

/** Asks a device which services it has and where. */
export function writeServiceRequest(token: Buffer): Buffer {
  return Buffer.concat([uint32(kinds.request), token]);
}

/** Says who calls, on the connection to a service. */
export function writeAnnouncement(token: Buffer, service: string, port: number): Buffer {
  return Buffer.concat([uint32(kinds.announcement), token, writeText(service), uint16(port)]);
}

export function writeSubscription(path: string): Buffer {
  const body = Buffer.concat([stateMagic, uint32(subscribe), writeText(path), uint32(0)]);
  return Buffer.concat([uint32(body.length), body]);
}

export type Parsed<T> = { readonly found: readonly T[]; readonly rest: Buffer } | 'broken';

/** Services in what a device answered so far; the rest is the beginning of a frame that is still coming. */
export function readServices(
  bytes: Buffer,
): Parsed<{ readonly service: string; readonly port: number }> {
  const found: { service: string; port: number }[] = [];
  let rest = bytes;
  while (rest.length >= 4 + tokenBytes) {
    const kind = rest.readUInt32BE(0);
    if (kind === kinds.request) rest = rest.subarray(4 + tokenBytes);
    else if (kind === kinds.reference) {
      if (rest.length < referenceBytes) break;
      rest = rest.subarray(referenceBytes);
    } else if (kind === kinds.announcement) {
      const reader = readFrom(rest, 4 + tokenBytes);
      const service = reader.text();
      const port = service === null ? null : reader.uint16();
      if (service === null || port === null) {
        if (rest.length > frameMaxBytes) return 'broken';
        break;
      }
      found.push({ service, port });
      rest = rest.subarray(reader.at());
    } else return 'broken';
  }
  return { found, rest };
}

export type StateChange = {
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
};

/** Changes of the state map in what came so far. */
export function readStates(bytes: Buffer): Parsed<StateChange> {
  const found: StateChange[] = [];
  let rest = bytes;
  while (rest.length >= 4) {
    const length = rest.readUInt32BE(0);
    if (length > frameMaxBytes) return 'broken';
    if (rest.length < 4 + length) break;
    const change = readState(rest.subarray(4, 4 + length));
    if (change !== null) found.push(change);
    rest = rest.subarray(4 + length);
  }
  return { found, rest };
}

function readState(frame: Buffer): StateChange | null {
  if (frame.length < 8 || !frame.subarray(0, 4).equals(stateMagic)) return null;
  if (frame.readUInt32BE(4) !== stateValue) return null;
  const reader = readFrom(frame, 8);
  const path = reader.text();
  const json = path === null ? null : reader.text();
  if (path === null || json === null) return null;
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === 'object' && value !== null
      ? { path, value: value as Readonly<Record<string, unknown>> }
      : null;
  } catch {
    return null;
  }
}

function readFrom(bytes: Buffer, from: number) {
  let at = from;
  return {
    at: () => at,
    uint16(): number | null {
      if (at + 2 > bytes.length) return null;
      at += 2;
      return bytes.readUInt16BE(at - 2);
    },
    text(): string | null {
      if (at + 4 > bytes.length) return null;
      const length = bytes.readUInt32BE(at);
      if (length > textMaxBytes || length % 2 !== 0 || at + 4 + length > bytes.length) return null;
      const text = Buffer.from(bytes.subarray(at + 4, at + 4 + length)).swap16();
      at += 4 + length;
      return text.toString('utf16le');
    },
  };
}

export function writeText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf16le').swap16();
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
