export { startCountingWaiting } from './accept-listens.ts';
export { openScrobbling, type ScrobblingContext } from './context.ts';
export { serveScrobbling } from './http.ts';
