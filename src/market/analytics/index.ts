export {
  artistMetrics,
  readPeriod,
  type ArtistMetrics,
  type MetricsFilter,
} from './artist-metrics.ts';
export { metricsCsv, metricsWorkbook } from './export-metrics.ts';
export { listIn } from './http.ts';
export { metrics, type Dimension, type Grain, type Metric } from './semantic/metrics.ts';
export { type Plan } from './semantic/read-plan.ts';
export { runPlan, type Answered } from './semantic/run-plan.ts';
export { openAnalytics } from './room.ts';
