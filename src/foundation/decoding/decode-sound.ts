import { closeSync, openSync, readSync } from 'node:fs';
import { FFmpegError, type Frame } from 'node-av/lib';
import { createMixdown } from './mix-down.ts';
import { NotSound, openInput, readFrames } from './read-frames.ts';
import { demuxerOf, sniffBytes } from './sniff-sound.ts';

/** Decodes a file to 16 kHz mono and hands it over in blocks; `take` returns false when it has enough. */
export function decodeSound(file: string, take: (samples: Float32Array) => boolean): void {
  let wanted = true;
  using mixdown = createMixdown((samples) => {
    wanted &&= take(samples);
  });
  decodeFrames(file, (frame) => {
    mixdown.push(frame);
    return wanted;
  });
  if (wanted) mixdown.end();
}

/**
 * Decodes a file and hands its frames over as they are; `take` returns false when it has enough, and keeps no frame, because the next
 * one comes in the same memory. Throws what is wrong with the file.
 */
export function decodeFrames(file: string, take: (frame: Frame) => boolean): void {
  const demuxer = demuxerOf(headOf(file));
  if (demuxer === null)
    throw new NotSound(
      'its content is no sound that is read here (wav, mp3, ogg, opus, flac, m4a, aac, aiff, webm, amr)',
    );
  using input = openInput(file, demuxer, { protocol_whitelist: 'file' });
  let wanted = true;
  let whole = 0;
  let broken = 0;
  let reason = 0;
  readFrames(input, {
    frame(frame) {
      wanted = take(frame);
      whole++;
      return wanted;
    },
    broken(code) {
      reason = code;
      broken++;
      return true;
    },
  });
  if (broken > 0 && whole < wholeShareMin * (whole + broken))
    FFmpegError.throwIfError(reason, 'Too much of it is broken');
}

/**
 * A hole in a file costs the sound in the hole and no more. Of noise behind the head of a sound file not a packet is whole;
 * where the format has hardly any checks, 50% (AMR) or 81% (AMR-WB) of them.
 */
const wholeShareMin = 0.85;

function headOf(file: string): Uint8Array {
  const head = new Uint8Array(sniffBytes);
  const fd = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(fd, head, 0, sniffBytes, 0));
  } finally {
    closeSync(fd);
  }
}
