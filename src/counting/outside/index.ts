export { openOutside } from './room.ts';
