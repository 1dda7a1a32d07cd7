export { noteListened, type ListenedContext } from './listen.ts';
export { mayPlayBy, openPlayback } from './room.ts';
export type { SessionId } from './queries.ts';
