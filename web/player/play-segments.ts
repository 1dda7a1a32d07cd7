import {
  chooseRung,
  createLineMeter,
  rungsFor,
  segmentAt,
  type Adaptive,
  type Quality,
  type Rung,
} from './segments.ts';

// Feeds an audio element segment by segment (Media Source Extensions). Ours and not a player library: those weigh a hundred times as
// much on a line that is paid by the megabyte, and what they do for playlists of others is not needed for our own.

const aheadS: Readonly<Record<Quality, number>> = { saver: 20, auto: 40, best: 60 };
/** What was heard is dropped when the browser wants memory back, except this. */
const behindKeptS = 30;
const retryMs = [1_000, 2_000, 4_000, 8_000, 15_000];

/** One line for all songs: the next begins with what the last has learnt. */
const line = createLineMeter();

/** Safari on a phone lets a page hold sound only under its own management. */
const Source: typeof MediaSource =
  (globalThis as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? MediaSource;

/** Plays the sound on the element until it is stopped by what it answers. `failed` is told when nothing of it can be played. */
export function playSegments(
  audio: HTMLAudioElement,
  { url, rungs }: Adaptive,
  quality: Quality,
  failed: (error: unknown) => void,
): () => void {
  const choice = rungsFor(rungs, quality, (codecs) => Source.isTypeSupported(typeOf(codecs)));
  const source = new Source();
  const address = URL.createObjectURL(source);
  const ending = new AbortController();
  audio.disableRemotePlayback = Source !== MediaSource;
  audio.src = address;
  source.addEventListener(
    'sourceopen',
    () => {
      URL.revokeObjectURL(address);
      if (choice.length === 0) failed(new Error('no size of this sound can be played here'));
      else feed(audio, source, url, choice, quality, ending.signal).catch(failed);
    },
    { once: true },
  );
  return () => ending.abort();
}

async function feed(
  audio: HTMLAudioElement,
  source: MediaSource,
  url: string,
  choice: readonly Rung[],
  quality: Quality,
  signal: AbortSignal,
): Promise<void> {
  const buffer = source.addSourceBuffer(typeOf(choice[0]!.codecs));
  const { seconds } = choice[0]!;
  source.duration = seconds.reduce((a, b) => a + b, 0);
  let initOf: Rung | null = null;
  let seeks = 0;
  audio.addEventListener('seeking', () => seeks++, { signal });
  while (!signal.aborted) {
    const next = nextSegment(audio, buffer, seconds);
    if (next === null) {
      if (source.readyState === 'open' && isWhole(buffer, seconds)) source.endOfStream();
      await change(audio, signal);
      continue;
    }
    if (bufferedAhead(audio, buffer) > aheadS[quality]) {
      await change(audio, signal);
      continue;
    }
    const rung = chooseRung(choice, line.bitsPerS());
    const asked = seeks;
    if (initOf !== rung) {
      const init = await fetchPart(`${url}${rung.name}/init.mp4`, signal);
      if (init === null) return;
      await append(buffer, init, audio);
      initOf = rung;
    }
    const bytes = await fetchPart(
      `${url}${rung.name}/${next + 1}.m4s`,
      signal,
      () => seeks !== asked,
    );
    if (bytes === null) continue; // stopped, or the listener went elsewhere
    await append(buffer, bytes, audio);
  }
}

/** The first segment from where the listener is on that is not there yet; null: all of them are. */
function nextSegment(
  audio: HTMLAudioElement,
  buffer: SourceBuffer,
  seconds: readonly number[],
): number | null {
  const at = endOfRange(buffer, audio.currentTime);
  const total = seconds.reduce((a, b) => a + b, 0);
  // Half a frame is lost at the end of every range.
  return at >= total - 0.1 ? null : segmentAt(seconds, at + 0.05);
}

function bufferedAhead(audio: HTMLAudioElement, buffer: SourceBuffer): number {
  return endOfRange(buffer, audio.currentTime) - audio.currentTime;
}

/** Where the sound around a time ends; the time itself where there is none. */
function endOfRange({ buffered }: SourceBuffer, timeS: number): number {
  for (let i = 0; i < buffered.length; i++)
    if (buffered.start(i) - 0.1 <= timeS && timeS < buffered.end(i)) return buffered.end(i);
  return timeS;
}

function isWhole({ buffered }: SourceBuffer, seconds: readonly number[]): boolean {
  const total = seconds.reduce((a, b) => a + b, 0);
  return buffered.length > 0 && buffered.end(buffered.length - 1) >= total - 0.1;
}

/** Waits until the element has something to tell, at most a second. */
function change(audio: HTMLAudioElement, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const go = (): void => {
      done.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(go, 1_000);
    for (const event of ['timeupdate', 'seeking', 'waiting'])
      audio.addEventListener(event, go, { signal: done.signal });
    signal.addEventListener('abort', go, { signal: done.signal });
  });
}

/**
 * The bytes of a part. A network that is gone is waited for, and asked again when it is back; a refusal is thrown. Null: stopped, or not
 * wanted any more.
 */
async function fetchPart(
  address: string,
  signal: AbortSignal,
  isUnwanted: () => boolean = () => false,
): Promise<ArrayBuffer | null> {
  for (let attempt = 0; ; attempt++) {
    if (signal.aborted || isUnwanted()) return null;
    const begun = performance.now();
    try {
      const answer = await fetch(address, { signal });
      if (answer.ok) {
        const bytes = await answer.arrayBuffer();
        line.came(bytes.byteLength, performance.now() - begun);
        return bytes;
      }
      if (answer.status < 500 && answer.status !== 429)
        throw new Refused(`the sound was refused (${answer.status})`);
    } catch (error) {
      if (signal.aborted) return null;
      if (error instanceof Refused) throw error;
    }
    await online(retryMs[Math.min(attempt, retryMs.length - 1)]!, signal);
  }
}

class Refused extends Error {}

function online(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    addEventListener('online', () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Appends, and makes room once where the browser has none. */
async function append(
  buffer: SourceBuffer,
  bytes: ArrayBuffer,
  audio: HTMLAudioElement,
): Promise<void> {
  try {
    buffer.appendBuffer(bytes);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
    buffer.remove(0, Math.max(0.1, audio.currentTime - behindKeptS));
    await updated(buffer);
    buffer.appendBuffer(bytes);
  }
  await updated(buffer);
}

function updated(buffer: SourceBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    buffer.addEventListener('updateend', () => resolve(), { once: true });
    buffer.addEventListener('error', () => reject(new Error('the sound cannot be decoded here')), {
      once: true,
    });
  });
}

function typeOf(codecs: string): string {
  // Chromium and Firefox want it small, Safari large; Opus is the only one they part over.
  const spelled =
    codecs === 'Opus' && !Source.isTypeSupported('audio/mp4; codecs="Opus"') ? 'opus' : codecs;
  return `audio/mp4; codecs="${spelled === 'fLaC' ? 'flac' : spelled}"`;
}
