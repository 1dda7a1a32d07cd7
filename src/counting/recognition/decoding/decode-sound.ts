import { closeSync, openSync, readSync } from 'node:fs';
import { Decoder, Demuxer, FilterAPI } from 'node-av/api';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { demuxerOf, sniffBytes } from './sniff-sound.ts';

// Runs in the decoding process only: what happens here may crash, hang or eat memory.

Log.setLevel(AV_LOG_QUIET);

export class NotSound extends Error {}

/** Decodes a file to 16 kHz mono and hands it over in blocks; `take` returns false when it has enough. */
export function decodeSound(file: string, take: (samples: Float32Array) => boolean): void {
  const demuxer = demuxerOf(headOf(file));
  if (demuxer === null)
    throw new NotSound(
      'its content is no sound that is read here (wav, mp3, ogg, opus, flac, m4a, aac, aiff, webm, amr)',
    );
  using input = Demuxer.openSync(file, {
    format: demuxer,
    options: { protocol_whitelist: 'file' },
  });
  const stream = input.audio();
  if (stream === undefined) throw new NotSound('there is no sound track in it');
  using decoder = Decoder.createSync(stream);
  using filter = FilterAPI.create(
    `aformat=sample_fmts=flt:channel_layouts=mono:sample_rates=${fingerprintRate}`,
  );
  let wanted = true;
  const pass = (frame: { data: Buffer[] | null; nbSamples: number; free(): void }): void => {
    const plane = frame.data?.[0];
    if (wanted && plane !== undefined && frame.nbSamples > 0) {
      // Copied, because the plane is FFmpeg's and may lie at any address.
      const samples = new Float32Array(frame.nbSamples);
      new Uint8Array(samples.buffer).set(plane.subarray(0, 4 * frame.nbSamples));
      for (let i = 0; i < samples.length; i++)
        if (!(Math.abs(samples[i]!) <= sampleMax)) samples[i] = 0;
      wanted = take(samples);
    }
    frame.free();
  };
  for (const frame of decoder.framesSync(input.packetsSync(stream.index))) {
    if (frame === null) continue;
    for (const out of filter.processAllSync(frame)) pass(out);
    frame.free();
    if (!wanted) return;
  }
  filter.flushSync();
  for (let out = filter.receiveSync(); out; out = filter.receiveSync()) pass(out);
}

/** Floats of a broken file can be anything; this is 18 dB over full scale. */
const sampleMax = 8;

function headOf(file: string): Uint8Array {
  const head = new Uint8Array(sniffBytes);
  const fd = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(fd, head, 0, sniffBytes, 0));
  } finally {
    closeSync(fd);
  }
}
