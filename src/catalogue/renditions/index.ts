export type { RungName } from './ladder.ts';
export type { Ladder, Ladders } from './open-ladder.ts';
export {
  bandwidthOf,
  codecsOf,
  isRungName,
  masterPlaylist,
  masters,
  mediaPlaylist,
  secondsOf,
  type MasterName,
} from './playlists.ts';
export type { RungRow } from './queries.ts';
export { openRenditions } from './room.ts';
