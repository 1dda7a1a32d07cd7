export {
  artistMetrics,
  readPeriod,
  type ArtistMetrics,
  type MetricsFilter,
} from './artist-metrics.ts';
export { metricsCsv, metricsWorkbook } from './export-metrics.ts';
export { listIn } from './http.ts';
export { openAnalytics } from './room.ts';
