export { openOperations } from './room.ts';
