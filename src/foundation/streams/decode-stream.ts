import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { StreamFormat } from './stream-format.ts';

// The parent's end of a decoding process. Pressure goes all the way: who takes the sound slowly slows the station's line.

const rssBytesMax = 400 << 20;
const heapMbMax = 64;
/** A decoder that neither takes nor gives anything for so long hangs; it is killed and another goes on. */
const stuckMsMax = 30_000;
const stuckLookMs = 5_000;
const worker = path.join(import.meta.dirname, 'decode-stream-worker.ts');

export type Decoding = {
  /** Coded bytes; resolves when more may be given. */
  write(bytes: Buffer): Promise<void>;
  /** Nothing more comes: what is left is decoded. Resolves when it is. */
  end(): Promise<void>;
  kill(): void;
  /** Resolves when the process is gone, for whatever reason. */
  readonly done: Promise<void>;
};

/** Starts a process that turns coded sound into mono at 16 kHz. A crash ends the sound, no more. */
export function startDecoding(
  format: StreamFormat,
  onSound: (pcm16kMono: Float32Array) => void,
): Decoding {
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${heapMbMax}`, worker, format, String(rssBytesMax)],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], TMP: process.env['TMP'] },
    },
  );
  const done = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  let gone = false;
  void done.then(() => (gone = true));
  child.stdin!.on('error', () => {}); // a process that is gone says so by its exit
  let movedAt = Date.now();
  takeSamples(child, (pcm) => {
    onSound(pcm);
    movedAt = Date.now(); // after the sound was taken: a machine that is too busy for that is not the decoder's fault
  });
  return {
    async write(bytes) {
      if (gone || child.stdin!.write(bytes)) return;
      movedAt = Date.now();
      const looking = setInterval(() => {
        if (Date.now() - movedAt > stuckMsMax) child.kill('SIGKILL');
      }, stuckLookMs);
      await Promise.race([new Promise((resolve) => child.stdin!.once('drain', resolve)), done]);
      clearInterval(looking);
    },
    async end() {
      child.stdin!.end();
      await done;
    },
    kill: () => void child.kill('SIGKILL'),
    done,
  };
}

const sampleBytes = Float32Array.BYTES_PER_ELEMENT;

function takeSamples(child: ChildProcess, onSound: (pcm: Float32Array) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  child.stdout!.on('data', (chunk: Buffer) => {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const pcm = new Float32Array(Math.floor(bytes.length / sampleBytes));
    new Uint8Array(pcm.buffer).set(bytes.subarray(0, sampleBytes * pcm.length));
    rest = bytes.subarray(sampleBytes * pcm.length);
    if (pcm.length > 0) onSound(pcm);
  });
}
