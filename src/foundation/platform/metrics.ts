import { collectDefaultMetrics, Counter, Gauge, Registry, Summary } from 'prom-client';

export type Metrics = {
  readonly registry: Registry;
  readonly requestSeconds: Summary<'method' | 'route' | 'status'>;
  readonly jobsTotal: Counter<'task' | 'outcome'>;
  readonly buildInfo: Gauge<'version'>;
};

/** Prometheus metrics of this process; latency as p50, p95 and p99 by route over the last ten minutes. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const buildInfo = new Gauge({
    name: 'ngoma_build_info',
    help: 'version of the program',
    labelNames: ['version'],
    registers: [registry],
  });
  buildInfo.set({ version }, 1);
  return {
    registry,
    buildInfo,
    requestSeconds: new Summary({
      name: 'ngoma_http_request_seconds',
      help: 'time to answer, by route',
      labelNames: ['method', 'route', 'status'],
      percentiles: [0.5, 0.95, 0.99],
      maxAgeSeconds: 600,
      ageBuckets: 5,
      registers: [registry],
    }),
    jobsTotal: new Counter({
      name: 'ngoma_jobs_total',
      help: 'jobs ended, by task and outcome',
      labelNames: ['task', 'outcome'],
      registers: [registry],
    }),
  };
}
