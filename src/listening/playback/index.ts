export { servePlayback } from './http.ts';
export { noteListened, startSweeping, type PlaybackContext } from './listen.ts';
export { isTicketValid } from './ticket.ts';
export type { SessionId } from './queries.ts';
