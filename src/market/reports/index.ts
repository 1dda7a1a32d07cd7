export { keepQuery } from './keep-query.ts';
export { makeReports } from './make-reports.ts';
export { openReports } from './room.ts';
export { scheduleQuery } from './schedule-query.ts';
