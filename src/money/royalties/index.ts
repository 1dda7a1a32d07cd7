export type { RoyaltiesContext } from './context.ts';
export { createRun, type NewRun } from './create-run.ts';
export { distributePool } from './distribute-pool.ts';
export { serveRoyalties } from './http.ts';
export { readRun } from './read-runs.ts';
export { verifyRun, verifyRuns, type RunReport } from './verify-run.ts';
