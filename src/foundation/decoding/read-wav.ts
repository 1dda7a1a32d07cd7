// Plain WAV without FFmpeg: what phones, recorders and telephone exchanges write.

export type WavSound = { readonly sampleRate: number; readonly samples: Float32Array };

const rateMin = 1_000;
const rateMax = 384_000;
const channelsMax = 64;

/** A WAV file of integers, floats, A-law or mu-law, mixed to mono; null for anything else. A cut-off end is no error. */
export function readWav(bytes: Uint8Array): WavSound | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tagAt(bytes, 0) !== 'RIFF' || tagAt(bytes, 8) !== 'WAVE') return null;
  let format: { code: number; channels: number; rate: number; bits: number } | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const tag = tagAt(bytes, at);
    const size = view.getUint32(at + 4, true);
    const from = at + 8;
    if (tag === 'fmt ' && from + 16 <= bytes.length) {
      const plain = view.getUint16(from, true);
      format = {
        code:
          plain === 0xfffe && from + 26 <= bytes.length ? view.getUint16(from + 24, true) : plain,
        channels: view.getUint16(from + 2, true),
        rate: view.getUint32(from + 4, true),
        bits: view.getUint16(from + 14, true),
      };
    }
    if (tag === 'data') {
      if (format === null) return null;
      const { channels, rate } = format;
      if (channels < 1 || channels > channelsMax || rate < rateMin || rate > rateMax) return null;
      const read = readerOf(format.code, format.bits, view);
      if (read === null) return null;
      return mix(Math.min(bytes.length, from + size) - from, from, channels, rate, read);
    }
    at = from + size + (size & 1);
  }
  return null;
}

type Reader = { readonly bytes: number; readonly sample: (at: number) => number };

function readerOf(code: number, bits: number, view: DataView): Reader | null {
  if (code === 1 && bits === 8)
    return { bytes: 1, sample: (at) => (view.getUint8(at) - 128) / 128 };
  if (code === 1 && bits === 16)
    return { bytes: 2, sample: (at) => view.getInt16(at, true) / 32_768 };
  if (code === 1 && bits === 24)
    return {
      bytes: 3,
      sample: (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8_388_608,
    };
  if (code === 1 && bits === 32)
    return { bytes: 4, sample: (at) => view.getInt32(at, true) / 2_147_483_648 };
  if (code === 3 && bits === 32)
    return { bytes: 4, sample: (at) => finite(view.getFloat32(at, true)) };
  if (code === 3 && bits === 64)
    return { bytes: 8, sample: (at) => finite(view.getFloat64(at, true)) };
  if (code === 6 && bits === 8) return { bytes: 1, sample: (at) => aLaw[view.getUint8(at)]! };
  if (code === 7 && bits === 8) return { bytes: 1, sample: (at) => muLaw[view.getUint8(at)]! };
  return null;
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.max(-8, Math.min(8, value)) : 0;
}

function mix(size: number, from: number, channels: number, rate: number, read: Reader): WavSound {
  const frames = Math.floor(size / (read.bytes * channels));
  const samples = new Float32Array(Math.max(0, frames));
  for (let i = 0, at = from; i < frames; i++) {
    let sum = 0;
    for (let c = 0; c < channels; c++, at += read.bytes) sum += read.sample(at);
    samples[i] = sum / channels;
  }
  return { sampleRate: rate, samples };
}

function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
}

/** G.711. */
const muLaw = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return (bits & 0x80 ? -magnitude : magnitude) / 32_768;
});
const aLaw = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55;
  const exponent = (bits & 0x70) >> 4;
  const base = ((bits & 0x0f) << 4) + (exponent === 0 ? 8 : 0x108);
  const magnitude = exponent > 1 ? base << (exponent - 1) : base;
  return (bits & 0x80 ? magnitude : -magnitude) / 32_768;
});
