import type { FastifyInstance } from 'fastify';
import { declareSubscribers, startDelivering } from '#foundation/platform/deliver-events.ts';
import type { Gatekeeper } from '#foundation/platform/http.ts';
import { startJobs } from '#foundation/platform/jobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Metrics } from '#foundation/platform/metrics.ts';
import type { Subscriber } from '#foundation/platform/outbox.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { registerRateLimits } from '#foundation/platform/rate-limits.ts';
import { ratesOf, type Room, type Running } from '#foundation/platform/room.ts';
import { createWebServer, type WebServerOptions } from '#foundation/platform/web-server.ts';
import { servePages, type PagesContext } from './serve-pages.ts';

// What rooms declared becomes one server and one set of workers. What a room is and needs stands in compose.ts.

export type HouseOfRooms = {
  readonly rooms: readonly Room[];
  readonly db: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly gatekeeper: Gatekeeper;
};

export type Serving = Omit<WebServerOptions, 'log' | 'metrics'> & PagesContext;

/** Every room's routes, behind the limits that all of them declare; whoever hears of what happens there is known before. */
export async function serveRooms(house: HouseOfRooms, options: Serving): Promise<FastifyInstance> {
  const { rooms, gatekeeper, log, metrics } = house;
  for (const metric of rooms.flatMap((room) => room.metrics ?? []))
    metrics.registry.registerMetric(metric);
  await declareSubscribers(house, subscribersOf(rooms));
  const app = await createWebServer({ ...options, log, metrics });
  registerRateLimits(app, ratesOf(rooms));
  for (const room of rooms) room.serve?.({ app, gatekeeper });
  await servePages(app, options);
  return app;
}

/** Every room's jobs, events and background work; stopped together. */
export async function startRooms(house: HouseOfRooms, soleOwner: boolean): Promise<Running> {
  const { rooms } = house;
  const tasks = rooms.flatMap((room) => room.tasks ?? []);
  const running: Running[] = [
    await startJobs({ ...house, soleOwner }, tasks),
    await startDelivering(house, subscribersOf(rooms)),
  ];
  for (const room of rooms) {
    const begun = await room.background?.();
    if (begun !== undefined) running.push(begun);
  }
  return { stop: async () => void (await Promise.all(running.map((work) => work.stop()))) };
}

const subscribersOf = (rooms: readonly Room[]): readonly Subscriber[] =>
  rooms.flatMap((room) => room.subscribers ?? []);

/** Last opened, first closed. */
export async function closeRooms(rooms: readonly Room[]): Promise<void> {
  for (const room of rooms.toReversed()) await room.close?.();
}
