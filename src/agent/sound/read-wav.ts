import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';

// The head of a WAV file, read with suspicion, and its samples.

export type SampleFormat = 'u8' | 's16' | 's24' | 's32' | 'f32';
export type Wav = {
  readonly kind: 'wav';
  readonly rate: number;
  readonly channels: number;
  readonly format: SampleFormat;
  readonly dataFrom: number;
  readonly dataBytes: number;
};

/** The sound begins within this much, or the file is left to ffmpeg. */
export const wavHeadMaxBytes = 64 * 1024;
const channelsMax = 32;
const rateMin = 4_000;
const rateMax = 384_000;
const integerFormat = 1;
const floatFormat = 3;
const extensible = 0xfffe;

/** What the first bytes of a file say; `other` when it is no WAV file, or one that says nothing usable here. */
export function readWavHead(head: Buffer): Wav | { readonly kind: 'other' } | Refusal<'NO_INPUT'> {
  const isWav =
    head.length >= 12 &&
    head.toString('latin1', 0, 4) === 'RIFF' &&
    head.toString('latin1', 8, 12) === 'WAVE';
  if (!isWav) return { kind: 'other' };
  let form: { rate: number; channels: number; format: SampleFormat } | null = null;
  for (let at = 12; at + 8 <= head.length;) {
    const name = head.toString('latin1', at, at + 4);
    const size = head.readUInt32LE(at + 4);
    if (name === 'fmt ' && size >= 16 && at + 24 <= head.length) {
      form = readForm(head.subarray(at + 8, at + 8 + size));
      if (form === null) return { kind: 'other' }; // compressed: ffmpeg knows it
    }
    if (name === 'data') {
      if (form === null) return refuse('NO_INPUT', 'its sound comes before its format.');
      // A recorder that was unplugged leaves 0 or the largest number here: then it is all that follows.
      const isOpen = size === 0 || size >= 0xffffff00;
      return { kind: 'wav', ...form, dataFrom: at + 8, dataBytes: isOpen ? Infinity : size };
    }
    at += 8 + size + (size & 1);
  }
  return { kind: 'other' };
}

function readForm(bytes: Buffer): { rate: number; channels: number; format: SampleFormat } | null {
  const declared = bytes.readUInt16LE(0);
  const tag = declared === extensible && bytes.length >= 26 ? bytes.readUInt16LE(24) : declared;
  const channels = bytes.readUInt16LE(2);
  const rate = bytes.readUInt32LE(4);
  const bits = bytes.readUInt16LE(14);
  const names: Readonly<Record<string, SampleFormat>> = {
    [`${integerFormat}/8`]: 'u8',
    [`${integerFormat}/16`]: 's16',
    [`${integerFormat}/24`]: 's24',
    [`${integerFormat}/32`]: 's32',
    [`${floatFormat}/32`]: 'f32',
  };
  const format = names[`${tag}/${bits}`];
  const isUsable = channels >= 1 && channels <= channelsMax && rate >= rateMin && rate <= rateMax;
  return format === undefined || !isUsable ? null : { rate, channels, format };
}

/** The mean of the channels, from -1 to 1. */
export function samplesOf(
  bytes: Buffer,
  frames: number,
  channels: number,
  format: SampleFormat,
): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sampleOf = readers[format];
  const size = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4 }[format];
  const mono = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += sampleOf(view, (frame * channels + c) * size);
    const mean = sum / channels;
    mono[frame] = Number.isFinite(mean) ? mean : 0;
  }
  return mono;
}

const readers: Readonly<Record<SampleFormat, (view: DataView, at: number) => number>> = {
  u8: (view, at) => (view.getUint8(at) - 128) / 128,
  s16: (view, at) => view.getInt16(at, true) / 32_768,
  s24: (view, at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8_388_608,
  s32: (view, at) => view.getInt32(at, true) / 2_147_483_648,
  f32: (view, at) => view.getFloat32(at, true),
};
