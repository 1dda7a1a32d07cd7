export type { RoyaltiesContext } from './context.ts';
export { createRun, type NewRun } from './create-run.ts';
export { readRun } from './read-runs.ts';
export { openRoyalties } from './room.ts';
export { verifyRun, verifyRuns, type RunReport } from './verify-run.ts';
