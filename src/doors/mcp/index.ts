export { openMcp } from './room.ts';
