import { getRadio } from '#listening/recommend/contract.ts';
import { call } from '../../kit/api.ts';
import { player } from '../../player/use-player.ts';
import { toTrack } from './tracks.tsx';

// A radio is a queue that is never at its end: when few are left, more are asked for, without those that were heard.

const asked = 15;
const leftMin = 4;
const skipMax = 100;

let follow: (() => void) | null = null;

/** `from`: recording:ID, artist:ID, playlist:ID or genre:NAME. Answers whether there was anything to play. */
export async function playRadio(from: string, name: string): Promise<boolean> {
  const tracks = await more(from, []);
  if (tracks.length === 0) return false;
  follow?.();
  player.play(tracks, 0, name);
  let isAsking = false;
  async function goOn(): Promise<void> {
    const { queue, index, from: playing } = player.get();
    if (playing !== name) return follow?.();
    if (isAsking || queue.length - index > leftMin) return;
    isAsking = true;
    try {
      const heard = queue.slice(-skipMax).map(({ recordingId }) => recordingId);
      const next = await more(from, heard);
      // Where nothing more comes the radio ends as any list does.
      if (next.length === 0) follow?.();
      else if (player.get().from === name) player.append(next);
    } catch {
      // offline: what waits is played, and the next track asks again
    } finally {
      isAsking = false;
    }
  }
  follow = player.subscribe(() => void goOn());
  return true;
}

async function more(from: string, skip: readonly string[]) {
  const { items } = await call(getRadio, {
    query: { from, limit: asked, ...(skip.length === 0 ? {} : { skip: skip.join(',') }) },
  });
  return items.map(({ recording }) => toTrack(recording));
}
