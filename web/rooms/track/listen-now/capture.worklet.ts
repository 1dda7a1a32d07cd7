// Runs on the audio thread: hands the microphone's samples to the hashing worker, in blocks, and does nothing else.

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: typeof AudioWorkletProcessor): void;

const blockSamples = 4_096;

// The platform asks for a class here.
class Capture extends AudioWorkletProcessor {
  private block = new Float32Array(blockSamples);
  private filled = 0;
  private worker: MessagePort | null = null;

  constructor() {
    super();
    this.port.addEventListener('message', ({ data }: MessageEvent<MessagePort>) => {
      this.worker = data;
    });
    this.port.start();
  }

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const channel = inputs[0]?.[0];
    if (channel === undefined || this.worker === null) return true;
    this.block.set(channel, this.filled);
    this.filled += channel.length;
    if (this.filled < blockSamples) return true;
    this.worker.postMessage(this.block, [this.block.buffer]);
    this.block = new Float32Array(blockSamples);
    this.filled = 0;
    return true;
  }
}
registerProcessor('capture', Capture);
