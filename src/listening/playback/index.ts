export { noteListened, type ListenedContext } from './listen.ts';
export { playlistFor, rungBelow, type SizesContext } from './playlist-for.ts';
export { mayPlayBy, openPlayback } from './room.ts';
export type { SessionId } from './queries.ts';
