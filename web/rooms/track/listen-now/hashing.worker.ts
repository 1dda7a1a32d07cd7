import { hashSound } from '#foundation/dsp/hash-sound.ts';
import { createResampler, type Resampler } from '#foundation/dsp/resample.ts';
import type { Begin, FromWorker } from './from-worker.ts';
import { judgeSound, rmsOf } from './judge-sound.ts';

// Off the screen's thread: sound comes in by a port from the audio thread, hashes and levels go out. The samples of a
// stretch are overwritten by the next, and nothing here can reach the network with them.

const rate = 16_000;
const stretchSeconds = 10;

const samples = new Float32Array(rate * stretchSeconds);
let filled = 0;
let endMs = 0;

function say(heard: FromWorker): void {
  postMessage(heard);
}

async function endStretch(): Promise<void> {
  const lengthMs = stretchSeconds * 1_000;
  const ownEndMs = (endMs += lengthMs);
  const sounds = judgeSound(samples);
  const sound = sounds === 'silence' ? { hashes: [] } : hashSound(samples);
  const bytes = new TextEncoder().encode(JSON.stringify(sound.hashes));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const proof = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  say({ kind: 'stretch', sound, proof, sounds, lengthMs, endMs: ownEndMs });
}

function take(resampler: Resampler, block: Float32Array): void {
  const ready = resampler.push(block);
  for (let from = 0; from < ready.length;) {
    const untilSecond = rate - (filled % rate);
    const part = ready.subarray(from, from + untilSecond);
    samples.set(part, filled);
    filled += part.length;
    from += part.length;
    if (filled % rate === 0)
      say({ kind: 'level', level: rmsOf(samples.subarray(filled - rate, filled)) });
    if (filled < samples.length) continue;
    void endStretch();
    filled = 0;
  }
}

addEventListener('message', ({ data }: MessageEvent<Begin>) => {
  const resampler = createResampler(data.sampleRate, rate);
  data.port.addEventListener('message', ({ data: block }: MessageEvent<Float32Array>) => {
    take(resampler, block);
  });
  data.port.start();
});
