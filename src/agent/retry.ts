import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from './identify-waiting.ts';

const firstMs = 5_000;
const lastMs = 15 * 60_000;

/**
 * How long to wait before the next attempt: twice as long each time, and by chance between half and all of it, so that
 * a thousand boxes do not come back in the same second after the power did.
 */
export function backoffMs(attempt: number, chance: number): number {
  return Math.min(lastMs, firstMs * 2 ** attempt) * (0.5 + chance / 2);
}

/** Tries until it is done or the agent stops. What the server itself asks for is waited at least. */
export async function untilDone(work: () => Promise<Progress>, until: AbortSignal): Promise<void> {
  for (let attempt = 0; !until.aborted; attempt++) {
    const progress = await work();
    if (progress === 'done') return;
    const asked = Math.min(progress.retryAfterMs ?? 0, lastMs);
    const waitMs = Math.max(asked, backoffMs(attempt, Math.random()));
    await sleep(waitMs, null, { signal: until }).catch(() => {});
  }
}
