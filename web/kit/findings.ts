import { part } from './part.ts';

/** What an upload shares with what was there before. */
export const FindingList = part(
  () => import('./findings/findings.tsx').then((m) => m.FindingList),
  import.meta.glob('./findings/words/*.json'),
);
