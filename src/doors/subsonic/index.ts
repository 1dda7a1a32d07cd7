export { openSubsonic } from './room.ts';
