export { openAnalytics } from './room.ts';
