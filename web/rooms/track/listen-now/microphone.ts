import captureUrl from './capture.worklet.ts?worker&url';
// oxlint-disable-next-line import/default -- the bundler answers with the worker's address
import workerUrl from './hashing.worker.ts?worker&url';
import type { Begin, FromWorker } from './from-worker.ts';

// The microphone, as plain as the phone gives it: what makes speech better for a call takes away what recognises music.

export type NoMicrophone = 'insecure' | 'denied' | 'missing' | 'busy';
export type Microphone = { stop(): void };

/** Fetches what listening needs (3 kB), so that it can begin where there is no network. */
export function prepareToListen(): void {
  for (const url of [captureUrl, workerUrl]) void fetch(url).catch(() => {}); // offline it was fetched before
}

/** Listens until stopped. `onEnd` is told when the phone itself takes the microphone away. */
export async function openMicrophone(
  onHeard: (heard: FromWorker) => void,
  onEnd: () => void,
): Promise<Microphone | NoMicrophone> {
  // A page on plain HTTP away from localhost has no microphone at all.
  if (!isSecureContext || navigator.mediaDevices === undefined) return 'insecure';
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        autoGainControl: false,
        noiseSuppression: false,
        echoCancellation: false,
        channelCount: 1,
      },
    });
  } catch (error) {
    return whyNot(error);
  }
  const audio = new AudioContext();
  const worker = new Worker(workerUrl, { type: 'module' });
  const [track] = stream.getAudioTracks();
  function stop(): void {
    track?.stop();
    worker.terminate();
    void audio.close();
  }
  track?.addEventListener('ended', onEnd, { once: true });
  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => onHeard(data));
  try {
    await audio.audioWorklet.addModule(captureUrl);
    const capture = new AudioWorkletNode(audio, 'capture', { numberOfOutputs: 0 });
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ port: port1, sampleRate: audio.sampleRate } satisfies Begin, [port1]);
    capture.port.postMessage(port2, [port2]);
    audio.createMediaStreamSource(stream).connect(capture);
    await audio.resume();
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

function whyNot(error: unknown): NoMicrophone {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy';
}
