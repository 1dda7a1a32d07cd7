export { openScrobbling } from './room.ts';
