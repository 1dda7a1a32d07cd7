// Fragmented MP4 as CMAF wants it (ISO/IEC 14496-12, 23000-19), for one track of sound. FFmpeg's own writer leaves the encoder's
// priming unsaid, so a song would begin 23 ms late; here an edit list says it, and segments end where we want them.

export type TrackCodec = {
  readonly kind: 'aac' | 'libopus' | 'flac';
  readonly sampleRate: number;
  readonly channels: number;
  /** What the encoder says of itself: AudioSpecificConfig, OpusHead, STREAMINFO. */
  readonly extra: Buffer;
  /** Samples that the encoder put before the first of the sound. */
  readonly delaySamples: number;
  readonly bitrate: number;
};

export type CodedFrame = { readonly data: Buffer; readonly samples: number };

/** The initialisation segment. */
export function writeInit(codec: TrackCodec): Buffer {
  const { sampleRate, delaySamples } = codec;
  return Buffer.concat([
    box('ftyp', text('iso6'), u32(0), text('iso6'), text('cmfc'), text('mp41')),
    box(
      'moov',
      full(
        'mvhd',
        0,
        0,
        u32(0),
        u32(0),
        u32(sampleRate),
        u32(0),
        u32(0x10000),
        u16(0x100),
        zeros(10),
        matrix,
        zeros(24),
        u32(2),
      ),
      box(
        'trak',
        full(
          'tkhd',
          0,
          7,
          u32(0),
          u32(0),
          u32(1),
          u32(0),
          u32(0),
          zeros(8),
          u16(0),
          u16(1),
          u16(0x100),
          u16(0),
          matrix,
          u32(0),
          u32(0),
        ),
        // Presentation begins where the sound does; its length is open, because fragments follow.
        box('edts', full('elst', 0, 0, u32(1), u32(0), u32(delaySamples), u32(0x10000))),
        box(
          'mdia',
          full('mdhd', 0, 0, u32(0), u32(0), u32(sampleRate), u32(0), u16(undetermined), u16(0)),
          full('hdlr', 0, 0, u32(0), text('soun'), zeros(12), text('sound\0')),
          box(
            'minf',
            full('smhd', 0, 0, u32(0)),
            box('dinf', full('dref', 0, 0, u32(1), full('url ', 0, 1))),
            box(
              'stbl',
              full('stsd', 0, 0, u32(1), sampleEntry(codec)),
              full('stts', 0, 0, u32(0)),
              full('stsc', 0, 0, u32(0)),
              full('stsz', 0, 0, u32(0), u32(0)),
              full('stco', 0, 0, u32(0)),
            ),
          ),
        ),
      ),
      box('mvex', full('trex', 0, 0, u32(1), u32(1), u32(0), u32(0), u32(0))),
    ),
  ]);
}

/** A media segment: its frames, of which the first is decoded at `startSamples` of the track. */
export function writeSegment(
  sequence: number,
  startSamples: number,
  frames: readonly CodedFrame[],
): Buffer {
  const usual = frames[0]!.samples;
  const isEven = frames.every(({ samples }) => samples === usual);
  const runs = frames.map(({ data, samples }) =>
    isEven ? u32(data.length) : Buffer.concat([u32(samples), u32(data.length)]),
  );
  const moof = (offset: number) =>
    box(
      'moof',
      full('mfhd', 0, 0, u32(sequence)),
      box(
        'traf',
        full('tfhd', 0, 0x02_0000 | 0x08 | 0x20, u32(1), u32(usual), u32(independent)),
        full('tfdt', 1, 0, u64(startSamples)),
        full(
          'trun',
          0,
          0x01 | 0x200 | (isEven ? 0 : 0x100),
          u32(frames.length),
          u32(offset),
          ...runs,
        ),
      ),
    );
  const offset = moof(0).length + 8;
  return Buffer.concat([moof(offset), box('mdat', ...frames.map(({ data }) => data))]);
}

/** sample_depends_on = 2: every frame of sound can be decoded by itself. */
const independent = 0x0200_0000;
/** ISO 639-2/T "und" in three times five bits. */
const undetermined = 0x55c4;

function sampleEntry(codec: TrackCodec): Buffer {
  const { kind, channels, sampleRate } = codec;
  const [name, config] =
    kind === 'aac'
      ? (['mp4a', esds(codec)] as const)
      : kind === 'libopus'
        ? (['Opus', dOps(codec)] as const)
        : (['fLaC', dfLa(codec)] as const);
  const rate = sampleRate > 0xffff ? 0 : sampleRate * 0x10000;
  return box(name, zeros(6), u16(1), zeros(8), u16(channels), u16(16), u32(0), u32(rate), config);
}

/** MPEG-4 descriptors (14496-1): what is inside, and its AudioSpecificConfig. */
function esds({ extra, bitrate }: TrackCodec): Buffer {
  const tag = (id: number, ...parts: readonly Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([id, body.length]), body]);
  };
  return full(
    'esds',
    0,
    0,
    tag(
      3,
      u16(0),
      Buffer.from([0]),
      tag(4, Buffer.from([0x40, 0x15, 0, 0, 0]), u32(bitrate), u32(bitrate), tag(5, extra)),
      tag(6, Buffer.from([2])),
    ),
  );
}

/** Opus in ISOBMFF: OpusHead with its numbers the other way round and another version. */
function dOps({ extra }: TrackCodec): Buffer {
  return box(
    'dOps',
    Buffer.from([0, extra[9]!]),
    u16(extra.readUInt16LE(10)),
    u32(extra.readUInt32LE(12)),
    u16(extra.readUInt16LE(16)),
    Buffer.from([extra[18]!]),
  );
}

function dfLa({ extra }: TrackCodec): Buffer {
  const lastBlock = 0x80; // of type 0: STREAMINFO
  return full('dfLa', 0, 0, Buffer.from([lastBlock, 0, 0, extra.length]), extra);
}

function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
}

function full(type: string, version: number, flags: number, ...parts: readonly Buffer[]): Buffer {
  return box(type, u32(version * 0x100_0000 + flags), ...parts);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}

const matrix = Buffer.concat(
  [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000].map((value) => u32(value)),
);
