export { openFindings } from './room.ts';
