import { part } from './part.ts';

/** Finds one recording of the catalogue by its words. */
export const PickRecording = part(
  () => import('./claims/pick-recording.tsx').then((m) => m.PickRecording),
  import.meta.glob('./claims/words/*.json'),
);
