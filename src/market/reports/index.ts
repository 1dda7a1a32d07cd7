export { openReports } from './room.ts';
