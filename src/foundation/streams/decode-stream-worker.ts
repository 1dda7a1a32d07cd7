import { writeSync } from 'node:fs';
import { createMixdown } from '#foundation/decoding/mix-down.ts';
import { openInput, readFrames } from '#foundation/decoding/read-frames.ts';

// The decoding process of one stream: coded sound comes in on standard input, mono sound at 16 kHz in 32-bit floats goes
// out on standard output. What a stranger sends is parsed here and nowhere in the server; what crashes, crashes alone.

const [format, rssBytesMax] = [process.argv[2] ?? 'mp3', Number(process.argv[3] ?? 0)];
/** A live stream must not be held back until megabytes were looked at. */
const probeBytes = 65_536;
const probeMicroseconds = 1_000_000;
/** A frame whose bytes are broken is left out; a stream that is nothing else is given up. */
const brokenInRowMax = 500;
const watchEveryFrames = 256;

// Standard input is the only thing it may open, whatever the bytes say.
using input = openInput('pipe:0', format, {
  protocol_whitelist: 'pipe',
  probesize: String(probeBytes),
  analyzeduration: String(probeMicroseconds),
});
// Clips of what was heard are kept in 16 bits.
using mixdown = createMixdown(hand, true);
let broken = 0;
let frames = 0;
readFrames(input, {
  frame(frame) {
    mixdown.push(frame);
    broken = 0;
    return ++frames % watchEveryFrames !== 0 || !isTooLarge();
  },
  broken: () => ++broken <= brokenInRowMax,
});
mixdown.end();

function hand(samples: Float32Array<ArrayBuffer>): void {
  const bytes = new Uint8Array(samples.buffer);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

function isTooLarge(): boolean {
  return rssBytesMax > 0 && process.memoryUsage.rss() > rssBytesMax;
}
