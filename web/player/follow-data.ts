import { useSyncExternalStore } from 'react';
import { read, write } from '../kit/preferences.ts';
import { createDataMeter, type Received } from './data-meter.ts';

const keptKey = (month: string): string => `ngoma.sound.${month}`;
/** A file that is not there after so much sound is on a slow line, or too large to be fetched at once. */
const askSizeAfterS = 5;

const meter = createDataMeter({
  month: () => {
    const now = new Date();
    return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}`;
  },
  read: (month) => {
    try {
      return JSON.parse(read(keptKey(month)) ?? 'null') as { bytes: number; about: boolean } | null;
    } catch {
      return null;
    }
  },
  write: (month, kept) => write(keptKey(month), JSON.stringify(kept)),
});

/** Lets the meter see what an audio element receives. */
export function followData(audio: HTMLAudioElement): HTMLAudioElement {
  const asked = new Set<string>();
  const look = (): void => {
    const { currentSrc: url, buffered, duration, currentTime } = audio;
    // Segments are told one by one, and exactly.
    if (url === '' || url.startsWith('blob:') || !Number.isFinite(duration) || duration === 0)
      return;
    let seconds = 0;
    for (let i = 0; i < buffered.length; i++) seconds += buffered.end(i) - buffered.start(i);
    meter.buffered(url, seconds / duration);
    if (currentTime < askSizeAfterS || asked.has(url) || !meter.wantsSize(url)) return;
    asked.add(url);
    void fetch(url, { method: 'HEAD' }).then(
      (answer) => meter.size(url, Number(answer.headers.get('content-length') ?? 0)),
      () => {}, // out of reach: what is known stays known
    );
  };
  audio.addEventListener('progress', look);
  audio.addEventListener('timeupdate', look);
  return audio;
}

if ('PerformanceObserver' in globalThis)
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      const isSegment = entry.name.includes('/media/hls/');
      const isOriginal =
        entry.name.includes('/media/recordings/') && entry.initiatorType !== 'fetch';
      if (!isSegment && !isOriginal) continue;
      meter.ended(entry.name, {
        transferBytes: entry.transferSize,
        bodyBytes: entry.encodedBodySize,
      });
    }
  }).observe({ type: 'resource', buffered: true });

/** What sound has cost on this device, in this visit and this month. */
export function useReceived(): Received {
  return useSyncExternalStore(meter.subscribe, meter.get);
}
