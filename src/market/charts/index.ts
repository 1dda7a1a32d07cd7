export type { ChartsContext } from './context.ts';
export { openCharts } from './room.ts';
export { readChartFile, type ChartFileKind } from './read-chart-file.ts';
export { storeIssue } from './store-issue.ts';
export { chartsToVerify, verifyChart } from './verify-charts.ts';
export { listCharts } from './queries.ts';
export { openChart, readIssue } from './read-issue.ts';
export { readMovers } from './read-movers.ts';
