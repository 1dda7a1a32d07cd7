import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ping } from '#foundation/platform/database-health.ts';
import type { Metrics } from '#foundation/platform/metrics.ts';
import type { Database } from '#foundation/platform/postgres.ts';

export type HealthContext = {
  readonly db: Database;
  readonly metrics: Metrics;
  /** Why the installation cannot work yet, or null when it can. */
  readonly notReady: () => string | null;
  readonly mayOperate: (request: FastifyRequest) => Promise<boolean>;
};

/** What supervisors and monitoring ask: /health/live, /health/ready and /metrics. */
export function serveHealth(app: FastifyInstance, ctx: HealthContext): void {
  const hidden = { schema: { hide: true } } as const;
  app.get('/health/live', hidden, async () => ({ status: 'ok' }));
  app.get('/health/ready', hidden, async (_request, reply) => {
    const reason =
      ctx.notReady() ??
      (await ctx.db.one(ping, {}).then(
        () => null,
        () => 'the database does not answer',
      ));
    return reason === null
      ? { status: 'ready' }
      : reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', hidden, async (request, reply) => {
    if (!(await ctx.mayOperate(request))) return reply.callNotFound();
    return reply.type(ctx.metrics.registry.contentType).send(await ctx.metrics.registry.metrics());
  });
}
