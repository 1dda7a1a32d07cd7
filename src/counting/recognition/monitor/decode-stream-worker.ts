import { writeSync } from 'node:fs';
import { Decoder, Demuxer, FilterAPI } from 'node-av/api';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log, type Frame } from 'node-av/lib';

// The decoding process of one stream: coded sound comes in on standard input, mono sound at 16 kHz in 16 bits goes out
// on standard output. What a stranger sends is parsed here and nowhere in the server; what crashes, crashes alone.

const [format, rssBytesMax] = [process.argv[2] ?? 'mp3', Number(process.argv[3] ?? 0)];
const rate = 16_000;
/** A live stream must not be held back until megabytes were looked at. */
const probeBytes = 65_536;
const probeMicroseconds = 1_000_000;
/** A frame whose bytes are broken is left out; a stream that is nothing else is given up. */
const brokenInRowMax = 500;
const watchEveryFrames = 256;

Log.setLevel(AV_LOG_QUIET);
process.exitCode = decode();

function decode(): number {
  // Standard input is the only thing it may open, whatever the bytes say.
  using input = Demuxer.openSync('pipe:0', {
    format,
    options: {
      protocol_whitelist: 'pipe',
      probesize: probeBytes,
      analyzeduration: probeMicroseconds,
    },
  });
  const stream = input.audio();
  if (stream === undefined) return 3;
  using decoder = Decoder.createSync(stream, { exitOnError: false });
  using filter = FilterAPI.create(
    `aformat=sample_fmts=s16:channel_layouts=mono:sample_rates=${rate}`,
  );
  let broken = 0;
  let frames = 0;
  for (const packet of input.packetsSync(stream.index)) {
    if (packet === null) break;
    try {
      for (const frame of decoder.decodeAllSync(packet)) {
        for (const out of filter.processAllSync(frame)) hand(out);
        frame.free();
        broken = 0;
        if (++frames % watchEveryFrames === 0 && isTooLarge()) return 4;
      }
    } catch {
      if (++broken > brokenInRowMax) return 5;
    }
    packet.free();
  }
  for (const frame of decoder.decodeAllSync(null))
    for (const out of filter.processAllSync(frame)) hand(out);
  filter.flushSync();
  for (let out = filter.receiveSync(); out; out = filter.receiveSync()) hand(out);
  return 0;
}

function hand(frame: Frame): void {
  const bytes = frame.data?.[0]?.subarray(0, frame.nbSamples * 2);
  for (let at = 0; bytes !== undefined && at < bytes.length;) at += writeSync(1, bytes, at);
  frame.free();
}

function isTooLarge(): boolean {
  return rssBytesMax > 0 && process.memoryUsage.rss() > rssBytesMax;
}
