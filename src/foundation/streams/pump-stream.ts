import { setTimeout as sleep } from 'node:timers/promises';
import { startDecoding, type Decoding } from './decode-stream.ts';
import type { Part } from './demux-icy.ts';
import type { StreamFormat } from './stream-format.ts';
import { StreamFault, trouble } from './trouble.ts';

/** A decoder that is started again and again without one sample of sound has nothing it can read. */
const vainStartsMax = 3;

export class Undecodable extends StreamFault {}

export type StreamSink = {
  onSound(pcm16kMono: Float32Array): void;
  onTitle(title: string): void;
};

/** Decodes a stream to its end: sound and titles go to the sink; each break and each crash gets a decoder of its own. */
export async function pumpStream(
  parts: AsyncIterable<Part>,
  format: StreamFormat,
  sink: StreamSink,
): Promise<void> {
  let decoding: Decoding | null = null;
  let vainStarts = 0;
  let failure: Error | null = null;
  const start = (): Decoding => {
    let hasSound = false;
    const started = startDecoding(format, (pcm) => {
      hasSound = true;
      vainStarts = 0;
      try {
        sink.onSound(pcm);
      } catch (error) {
        failure ??= error as Error; // ends this station's listening, not the server
      }
    });
    void started.done.then(() => {
      if (decoding === started) decoding = null;
      if (!hasSound) vainStarts += 1;
    });
    return started;
  };
  try {
    for await (const part of parts) {
      if (failure !== null) throw failure as Error;
      if (part.kind === 'title') sink.onTitle(part.title);
      else if (part.kind === 'sound') {
        if (vainStarts >= vainStartsMax) throw new Undecodable(trouble('unreadable'));
        decoding ??= start();
        await decoding.write(part.bytes);
      } else {
        const ending: Decoding | null = decoding;
        decoding = null;
        await ending?.end();
      }
    }
    await (decoding as Decoding | null)?.end();
  } finally {
    (decoding as Decoding | null)?.kill();
  }
}

/** A broadcast comes as fast as the clock; what is kept by a server comes first, and is not more than this. */
const aheadMsMax = 120_000;
const paceMs = 250;

/** Holds back who sends faster than sound passes, so that one station cannot take the machine from the others. */
export async function* paceParts(
  parts: AsyncIterable<Part>,
  heardMs: () => number,
  now: () => number,
  signal?: AbortSignal,
): AsyncGenerator<Part> {
  const [beganAt, heardBefore] = [now(), heardMs()];
  for await (const part of parts) {
    yield part;
    while (heardMs() - heardBefore > now() - beganAt + aheadMsMax && signal?.aborted !== true)
      await sleep(paceMs);
  }
}
