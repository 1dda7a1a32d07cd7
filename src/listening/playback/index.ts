export { servePlayback } from './http.ts';
export { startSweeping, type PlaybackContext } from './listen.ts';
export { isTicketValid } from './ticket.ts';
