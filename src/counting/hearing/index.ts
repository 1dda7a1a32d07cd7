export { countingVersion, sampled } from './bounds.ts';
export {
  countFromSound,
  playsIn,
  type CountEvent,
  type NowPlaying,
  type SavedCounter,
  type SoundPlay,
} from './count-from-sound.ts';
export type { Heard, Hit, SoundMatcher } from './heard.ts';
export {
  joinStretches,
  readAnswer,
  windowOfStretch,
  type HashedStretch,
  type NamedSound,
} from './stretch.ts';
