import type { Log } from './log.ts';
import {
  carryOutstanding,
  deliveryTask,
  endDelivery,
  forgetDelivered,
  nextDelivery,
  postponeDelivery,
  subscribe,
  unsubscribe,
  type Subscriber,
} from './outbox.ts';
import type { Database } from './postgres.ts';
import { startQueue } from './queue.ts';

// Carries events to the rooms that want to know: one job is one event for one subscriber, and no transaction is open while
// a subscriber works. One that fails is tried again, alone, for as long as it takes.

type DeliveryContext = { readonly db: Database; readonly log: Log };
type Carried = { readonly subscriber: string; readonly eventId: string };

const subscribersAtOnceMax = 16;
const tidyEveryMs = 3_600_000;
const errorCharsMax = 500;

/** Whoever is declared hears of every event told from now on. Before anything can be told, so that nothing is missed. */
export async function declareSubscribers(
  ctx: DeliveryContext,
  subscribers: readonly Subscriber[],
): Promise<void> {
  const wanted = {
    topics: subscribers.map(({ topic }) => topic),
    subscribers: subscribers.map(({ name }) => name),
  };
  await ctx.db.tx(async (tx) => {
    const dropped = await tx.run(unsubscribe, wanted);
    await tx.run(subscribe, wanted);
    if (dropped > 0) ctx.log.warn({ dropped }, 'events of a subscriber that is gone were dropped');
  });
}

/** Delivers what the declared subscribers have not heard, and what is told from now on. */
export async function startDelivering(
  ctx: DeliveryContext,
  subscribers: readonly Subscriber[],
): Promise<{ stop(): Promise<void> }> {
  const bySubscription = new Map(subscribers.map((s) => [`${s.name} ${s.topic}`, s]));
  const stopping = new AbortController();
  await ctx.db.run(carryOutstanding, {});
  const rooms = new Set(subscribers.map(({ name }) => name)).size;
  const queue = await startQueue(ctx, {
    // Each subscriber does one thing at a time, so that a slow one holds one place.
    concurrency: Math.max(1, Math.min(rooms, subscribersAtOnceMax)),
    tasks: {
      [deliveryTask]: (raw) => deliver(ctx, bySubscription, raw as Carried, stopping.signal),
    },
  });
  const tidying = setInterval(() => {
    ctx.db
      .run(forgetDelivered, {})
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'old events could not be forgotten'));
  }, tidyEveryMs);
  return {
    async stop() {
      clearInterval(tidying);
      stopping.abort(new Error('the program stops'));
      await queue.stop();
    },
  };
}

/** All that is due to the subscriber, one after the other: what waited for an event comes right behind it. */
async function deliver(
  ctx: DeliveryContext,
  bySubscription: ReadonlyMap<string, Subscriber>,
  { subscriber, eventId: carriedBy }: Carried,
  stopping: AbortSignal,
): Promise<void> {
  for (;;) {
    stopping.throwIfAborted(); // the job stays, and goes on after the next start
    const due = await ctx.db.maybe(nextDelivery, { subscriber });
    if (due === null) return;
    const { eventId, topic, payload, attempts } = due;
    try {
      await handlerOf(bySubscription, subscriber, topic)(payload);
      await ctx.db.run(endDelivery, { subscriber, eventId, carriedBy });
    } catch (error) {
      ctx.log.warn(
        { err: error, topic, subscriber, attempts: attempts + 1 },
        'an event was not taken and will be delivered again',
      );
      await ctx.db.run(postponeDelivery, {
        subscriber,
        eventId,
        error: String(error).slice(0, errorCharsMax),
      });
    }
  }
}

function handlerOf(
  bySubscription: ReadonlyMap<string, Subscriber>,
  subscriber: string,
  topic: string,
): Subscriber['handle'] {
  const found = bySubscription.get(`${subscriber} ${topic}`);
  if (found === undefined)
    throw new Error(`this server has no ${subscriber} that hears of ${topic}`);
  return found.handle;
}
