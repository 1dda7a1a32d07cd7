import { createHash } from 'node:crypto';
import type { SoundPlay } from '#counting/hearing/index.ts';

/** SHA-256 over the canonical hits a play was concluded from: whoever keeps the windows can compute it again. */
export function hashEvidence(play: Pick<SoundPlay, 'hits'>): string {
  return createHash('sha256').update(play.hits.join('\n')).digest('hex');
}
