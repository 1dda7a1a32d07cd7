export { openSync } from './room.ts';
