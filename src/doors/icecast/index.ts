export { openIcecast } from './room.ts';
