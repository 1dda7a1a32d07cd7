import type { Room } from '#foundation/platform/room.ts';
import type { AudienceFact } from '#market/harvest/index.ts';
import type { AudienceContext } from './context.ts';
import { storeFacts, type Origin } from './store-facts.ts';

export function openAudience(needs: AudienceContext): Room & {
  /** Keeps a series that was collected; a sentence is why it was refused. */
  keepAudience(fact: AudienceFact, origin: Origin): Promise<string | null>;
} {
  return {
    name: 'audience',
    async keepAudience(fact, origin) {
      const stored = await storeFacts(needs, [fact], origin);
      return stored.kind === 'refused' ? (stored.detail ?? stored.code) : null;
    },
  };
}
