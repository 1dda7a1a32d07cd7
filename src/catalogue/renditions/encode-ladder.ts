import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AV_SAMPLE_FMT_S16,
} from 'node-av/constants';
import { FilterAPI } from 'node-av/api';
import { Codec, CodecContext, FFmpegError, type Frame, Packet, Rational } from 'node-av/lib';
import { decodeFrames } from '#foundation/decoding/decode-sound.ts';
import { firstSegmentS, rungs, segmentS, type Rung, type RungName } from './ladder.ts';
import { writeInit, writeSegment, type CodedFrame, type TrackCodec } from './write-fmp4.ts';

// One decode feeds every rung; each is written segment by segment, so a sound of hours needs no more memory than a short one.
// Runs in a child process only, with the synchronous calls (docs/decisions/0013).

export type EncodeRequest = {
  readonly path: string;
  /** Where the files of the rungs go. */
  readonly folder: string;
  readonly only?: readonly RungName[];
};

export type MadeRung = {
  readonly name: RungName;
  readonly file: string;
  readonly sampleRate: number;
  readonly initBytes: number;
  readonly segmentBytes: readonly number[];
  readonly segmentSamples: readonly number[];
  readonly delaySamples: number;
  readonly paddingSamples: number;
};

export type Encoded = {
  readonly kind: 'encoded';
  readonly durationMs: number;
  readonly rungs: readonly MadeRung[];
};

const durationMsMax = 6 * 3_600_000;
const channels = 2;

export function encodeLadder({ path: source, folder, only }: EncodeRequest): Encoded {
  const wanted = rungs.filter(({ name }) => only?.includes(name) ?? true);
  let makers: readonly RungMaker[] | null = null;
  let seconds = 0;
  try {
    decodeFrames(source, (frame) => {
      // The rate is known with the first frame.
      makers ??= wanted.map((rung) => openRung(rung, frame, folder));
      seconds += frame.nbSamples / frame.sampleRate;
      if (seconds * 1_000 > durationMsMax) throw new Error('it is longer than six hours');
      for (const maker of makers) maker.push(frame);
      return true;
    });
    if (makers === null) throw new Error('not one sample could be decoded');
    const made = (makers as readonly RungMaker[]).map((maker) => maker.end());
    return { kind: 'encoded', durationMs: Math.round(seconds * 1_000), rungs: made };
  } finally {
    for (const maker of (makers as readonly RungMaker[] | null) ?? []) maker.close();
  }
}

type RungMaker = {
  push(frame: Frame): void;
  end(): MadeRung;
  close(): void;
};

const formats = {
  aac: { id: AV_SAMPLE_FMT_FLTP, name: 'fltp' },
  libopus: { id: AV_SAMPLE_FMT_FLT, name: 'flt' },
  flac: { id: AV_SAMPLE_FMT_S16, name: 's16' },
} as const;

/** Rates that AAC and Opus take as they are; others become 48 kHz, and Opus always. */
function rateOf(rung: Rung, sourceRate: number): number {
  if (rung.encoder === 'libopus') return 48_000;
  return sourceRate === 44_100 || sourceRate === 48_000 || sourceRate === 32_000
    ? sourceRate
    : sourceRate % 11_025 === 0
      ? 44_100
      : 48_000;
}

function openRung(rung: Rung, first: Frame, folder: string): RungMaker {
  const sampleRate = rateOf(rung, first.sampleRate);
  // One channel becomes two as loud as it; the resampler by itself would take 3 dB off each.
  const double = first.channels === 1 ? 'pan=stereo|c0=c0|c1=c0,' : '';
  const format = formats[rung.encoder];
  const filter = FilterAPI.create(
    `${double}aresample=${sampleRate},aformat=sample_fmts=${format.name}:channel_layouts=stereo:sample_rates=${sampleRate},asetnsamples=n=${rung.frameSamples}:p=0`,
  );
  const encoder = openEncoder(rung, sampleRate, format.id);
  const codec: TrackCodec = {
    kind: rung.encoder,
    sampleRate,
    channels,
    extra: Buffer.from(encoder.extraData ?? Buffer.alloc(0)),
    delaySamples: delayOf(rung, encoder),
    bitrate: rung.bitrate ?? 0,
  };
  const writer = openWriter(path.join(folder, `${rung.name}.mp4`), codec);
  const packet = new Packet();
  packet.alloc();
  let given = 0;
  function encode(frame: Frame | null): void {
    if (frame !== null) {
      frame.pts = BigInt(given);
      frame.timeBase = new Rational(1, sampleRate);
      given += frame.nbSamples;
    }
    check(encoder.sendFrameSync(frame), 'encode');
    while (encoder.receivePacketSync(packet) >= 0) {
      // FLAC ends with a packet of no sound.
      if (packet.data !== null) writer.take(Buffer.from(packet.data), rung.frameSamples);
      packet.unref();
    }
    frame?.free();
  }
  return {
    push(frame) {
      for (const out of filter.processAllSync(frame)) encode(out);
    },
    end() {
      filter.flushSync();
      for (let out = filter.receiveSync(); out; out = filter.receiveSync()) encode(out);
      encode(null);
      return { name: rung.name, sampleRate, ...writer.end(given) };
    },
    close() {
      writer.close();
      filter[Symbol.dispose]();
      packet[Symbol.dispose]();
      encoder[Symbol.dispose]();
    },
  };
}

const optionsOf: Readonly<Record<Rung['encoder'], Record<string, string>>> = {
  aac: {},
  libopus: { vbr: 'constrained', frame_duration: '20' },
  flac: { compression_level: '5' },
};

function openEncoder(
  rung: Rung,
  sampleRate: number,
  format: (typeof formats)[Rung['encoder']]['id'],
): CodecContext {
  const found = Codec.findEncoderByName(rung.encoder as never);
  if (found === null) throw new Error(`this FFmpeg has no encoder ${rung.encoder}`);
  const encoder = new CodecContext();
  encoder.allocContext3(found);
  encoder.sampleRate = sampleRate;
  encoder.sampleFormat = format;
  encoder.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  encoder.timeBase = new Rational(1, sampleRate);
  if (rung.bitrate !== null) encoder.bitRate = BigInt(rung.bitrate);
  if (rung.encoder === 'flac') encoder.frameSize = rung.frameSamples;
  // Set one by one: a dictionary of options is freed twice by this binding.
  for (const [name, value] of Object.entries(optionsOf[rung.encoder]))
    check(
      encoder.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
      `set ${name}`,
    );
  check(encoder.open2Sync(found, null), `open the encoder ${rung.encoder}`);
  return encoder;
}

/** AAC-LC of FFmpeg begins with one frame of silence; Opus says its own; FLAC has none. */
function delayOf(rung: Rung, encoder: CodecContext): number {
  if (rung.encoder === 'aac') return rung.frameSamples;
  if (rung.encoder === 'libopus') return encoder.extraData!.readUInt16LE(10);
  return 0;
}

/** Gathers frames into segments and writes them one after the other into a file, the initialisation first. */
function openWriter(file: string, codec: TrackCodec) {
  const fd = openSync(file, 'w', 0o600);
  const init = writeInit(codec);
  writeSync(fd, init);
  const segmentBytes: number[] = [];
  const segmentSamples: number[] = [];
  let frames: CodedFrame[] = [];
  let pending = 0;
  let startSamples = 0;
  let isOpen = true;
  function flush(): void {
    if (frames.length === 0) return;
    const bytes = writeSegment(segmentBytes.length + 1, startSamples, frames);
    writeSync(fd, bytes);
    segmentBytes.push(bytes.length);
    segmentSamples.push(pending);
    startSamples += pending;
    frames = [];
    pending = 0;
  }
  return {
    take(data: Buffer, samples: number): void {
      frames.push({ data, samples });
      pending += samples;
      const wantedS = segmentBytes.length === 0 ? firstSegmentS : segmentS;
      // The priming is part of the first segment and is not heard.
      const heard = segmentBytes.length === 0 ? pending - codec.delaySamples : pending;
      if (heard >= wantedS * codec.sampleRate) flush();
    },
    /** `given`: samples of sound that went into the encoder. The last frame is as long as the sound is. */
    end(given: number) {
      const total = startSamples + pending;
      const padding = Math.max(0, total - codec.delaySamples - given);
      const last = frames.at(-1);
      if (last !== undefined && padding > 0 && padding < last.samples) {
        frames[frames.length - 1] = { data: last.data, samples: last.samples - padding };
        pending -= padding;
      }
      flush();
      return {
        file,
        initBytes: init.length,
        segmentBytes,
        segmentSamples,
        delaySamples: codec.delaySamples,
        paddingSamples: padding,
      };
    },
    close(): void {
      if (isOpen) closeSync(fd);
      isOpen = false;
    },
  };
}

function check(code: number, what: string): void {
  FFmpegError.throwIfError(code, what);
}
