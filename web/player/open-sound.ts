import { ApiError } from '#client/call.ts';
import { reportListening, startListening } from '#listening/playback/contract.ts';
import { call, client } from '../kit/api.ts';
import type { Closed, Sound, Track } from './player.ts';

/** Asks for the sound of a track; what is heard of it goes back to the session that came with it. */
export async function openSound(track: Track, closed: Closed): Promise<Sound> {
  const session = await call(startListening, { body: { recordingId: track.recordingId as never } });
  const report = reporting(session.sessionId, closed);
  return { url: session.url, reportEveryMs: session.reportEveryMs, report };
}

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
