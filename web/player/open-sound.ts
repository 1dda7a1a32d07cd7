import { ApiError } from '#client/call.ts';
import { reportListening, startListening } from '#listening/playback/contract.ts';
import { call, client } from '../kit/api.ts';
import { quality } from './quality.ts';
import type { Closed, Sound, Track } from './player.ts';

/** Asks for the sound of a track; what is heard of it goes back to the session that came with it. */
export async function openSound(track: Track, closed: Closed): Promise<Sound> {
  const segments = hasMediaSource() ? await import('./play-segments.ts') : null;
  const session = await call(startListening, {
    body: { recordingId: track.recordingId as never, adaptive: hasMediaSource() || playsHls() },
  });
  const report = reporting(session.sessionId, closed);
  const attach: Sound['attach'] = (audio, failed) => {
    const { adaptive } = session;
    if (adaptive !== null && segments !== null)
      return segments.playSegments(audio, adaptive, quality(), failed);
    // An iPhone of before 2023 has no MediaSource, and plays playlists by itself.
    audio.src = adaptive !== null && playsHls() ? `${adaptive.url}aac.m3u8` : session.url;
    return () => {};
  };
  return { attach, reportEveryMs: session.reportEveryMs, report };
}

function hasMediaSource(): boolean {
  return 'ManagedMediaSource' in globalThis || 'MediaSource' in globalThis;
}

function playsHls(): boolean {
  return document.createElement('audio').canPlayType('application/vnd.apple.mpegurl') !== '';
}

/** Fetches what plays segments while nothing else is going on, so that the first tap does not wait for it. */
export function fetchPlayer(): void {
  const fetch = (): void => void import('./play-segments.ts').catch(() => {}); // the tap fetches it
  if ('requestIdleCallback' in globalThis) requestIdleCallback(fetch);
  else setTimeout(fetch, idleMs);
}

const idleMs = 3_000;

/**
 * Sends the latest word only, one at a time, and sends it again when the network comes back. The last word waits
 * for nothing, for the page may be gone before the word before it is answered. Nothing is lost for long: a session
 * nobody closes is closed by the server, for what was last reported.
 */
function reporting(id: string, closed: Closed): Sound['report'] {
  let waiting: { listenedMs: number; ended: boolean } | null = null;
  let sending = false;

  async function send(): Promise<void> {
    if (waiting === null || (sending && !waiting.ended)) return;
    sending = true;
    const body = waiting;
    waiting = null;
    try {
      const reply = await client.call(reportListening, {
        params: { id: id as never },
        body,
        keepalive: true,
      });
      if (reply.ended && !body.ended) closed(reply.listenedMs);
    } catch (error) {
      // A refusal is an answer; silence is not.
      if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) {
        waiting ??= body;
        addEventListener('online', () => void send(), { once: true });
      }
    }
    sending = false;
    if (waiting !== body) await send();
  }

  return (listenedMs, ended) => {
    waiting = { listenedMs, ended };
    void send();
  };
}
