export type { FindingsContext } from './context.ts';
export { serveFindings } from './http.ts';
export { findingsSubscribers, findingsTasks } from './jobs.ts';
