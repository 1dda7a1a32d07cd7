export { readPeriod } from './artist-metrics.ts';
export { listIn } from './http.ts';
export { openAnalytics } from './room.ts';
