// Status packets of Pioneer's PRO DJ LINK, as Deep Symmetry's analysis of the protocol describes them
// (djl-analysis.deepsymmetry.org). Not tried on hardware.

const magic = Buffer.from('Qspt1WmJOL', 'latin1');
const statusKind = 0x0a;
/** The oldest players send this much. */
const statusMinBytes = 0xd0;
const normalPitch = 0x100000;
const flags = { onAir: 0x08, playing: 0x40 } as const;
/** Playing, looping, in an emergency loop. */
const playingModes = [0x03, 0x04, 0x12];

export type ProlinkStatus = {
  readonly name: string;
  readonly player: number;
  /** Player and slot the track was loaded from: its number means nothing without them. */
  readonly fromPlayer: number;
  readonly fromSlot: number;
  /** 0 when nothing is loaded. */
  readonly trackId: number;
  readonly playing: boolean;
  readonly onAir: boolean;
  /** Players before the nexus have no flags: they cannot say whether they are on air. */
  readonly hasFlags: boolean;
  /** 1.02 where the record turns two per cent faster. */
  readonly speed: number;
  /** Of the track as recorded; null when unknown. */
  readonly bpm: number | null;
};

/** The status a player sends to port 50002; null for any other packet. */
export function readProlinkStatus(packet: Buffer): ProlinkStatus | null {
  if (packet.length < statusMinBytes || packet[0x0a] !== statusKind) return null;
  if (!packet.subarray(0, magic.length).equals(magic)) return null;
  const bits = packet[0x89]!;
  const mode = packet[0x7b]!;
  const bpm = packet.readUInt16BE(0x92);
  return {
    name: packet.toString('latin1', 0x0b, 0x1f).replace(/\0.*$/s, '').trim(),
    player: packet[0x21]!,
    fromPlayer: packet[0x28]!,
    fromSlot: packet[0x29]!,
    trackId: packet.readUInt32BE(0x2c),
    playing: bits === 0 ? playingModes.includes(mode) : (bits & flags.playing) !== 0,
    onAir: (bits & flags.onAir) !== 0,
    hasFlags: bits !== 0,
    speed: packet.readUInt32BE(0x8c) / normalPitch,
    bpm: bpm === 0xffff ? null : bpm / 100,
  };
}

export type Presence = { readonly player: number; readonly mac: string; readonly address: string };

/**
 * What a player broadcasts to port 50000 every second and a half. Others send their status only to whom they see so, and
 * a number above four leaves the numbers of real players alone.
 */
export function writeProlinkPresence({ player, mac, address }: Presence): Buffer {
  const packet = Buffer.alloc(0x36);
  magic.copy(packet);
  packet[0x0a] = 0x06;
  packet.write('Ngoma', 0x0c, 'latin1');
  packet[0x20] = 0x01;
  packet[0x21] = 0x02;
  packet.writeUInt16BE(packet.length, 0x22);
  packet[0x24] = player;
  packet[0x25] = 0x01;
  Buffer.from(mac.replaceAll(':', ''), 'hex').copy(packet, 0x26, 0, 6);
  Buffer.from(address.split('.').map(Number)).copy(packet, 0x2c, 0, 4);
  packet[0x30] = 0x01;
  packet[0x34] = 0x01;
  return packet;
}
