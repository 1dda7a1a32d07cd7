export { noteListened, type PlaybackContext } from './listen.ts';
export { mayPlayBy, openPlayback } from './room.ts';
export type { SessionId } from './queries.ts';
