import type { Log } from './log.ts';
import { column, command, query, sql, type Database, type Db } from './postgres.ts';

// Facts travel up as events: written in the transaction that made them true, delivered at least once after it.

export type Event<T extends string, P> = { readonly topic: T; readonly payload: P };

/** A room above that wants to know; must be repeatable. */
export type Subscriber = {
  readonly topic: string;
  handle(payload: never): Promise<void>;
};

export const insertEvent = command({
  name: 'platform.insertEvent',
  sample: { topic: 'sample', payload: '{}' },
  text: (p: { topic: string; payload: string }) => sql`
    insert into platform.outbox (topic, payload) values (${p.topic}, ${p.payload}::jsonb)`,
});

export const takeEvents = query({
  name: 'platform.takeEvents',
  columns: {
    id: column.int8,
    topic: column.text,
    payload: column.json<never>(),
    attempts: column.int4,
  },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select id, topic, payload, attempts
    from platform.outbox
    where delivered_at is null and next_attempt_at <= now()
    order by id
    limit ${p.limit}
    for update skip locked`,
});

/** Subscribers work on connections of their own, and may take longer than an idle transaction is otherwise given. */
export const awaitSubscribers = command({
  name: 'platform.awaitSubscribers',
  sample: {},
  text: () => sql`set local idle_in_transaction_session_timeout = 0`,
});

export const markDelivered = command({
  name: 'platform.markDelivered',
  sample: { id: 0n },
  text: (p: { id: bigint }) =>
    sql`update platform.outbox set delivered_at = now() where id = ${p.id}`,
});

export const postpone = command({
  name: 'platform.postponeEvent',
  sample: { id: 0n, error: '' },
  text: (p: { id: bigint; error: string }) => sql`
    update platform.outbox
    set attempts = attempts + 1, error = ${p.error},
        next_attempt_at = now() + least(power(2, attempts), 3600) * interval '1 second'
    where id = ${p.id}`,
});

export const forgetDelivered = command({
  name: 'platform.forgetDelivered',
  sample: {},
  text: () => sql`delete from platform.outbox where delivered_at < now() - interval '7 days'`,
});

export async function emit<T extends string, P extends object>(
  tx: Db,
  event: Event<T, P>,
): Promise<void> {
  await tx.run(insertEvent, { topic: event.topic, payload: JSON.stringify(event.payload) });
}

const batchMax = 50;
const tidyEveryMs = 3_600_000;
const pollMs = 500;

export type Dispatcher = { stop(): Promise<void>; drain(): Promise<void> };

export function startOutbox(
  ctx: { readonly db: Database; readonly log: Log },
  subscribers: readonly Subscriber[],
): Dispatcher {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  async function drain(): Promise<void> {
    while (!stopped && (await deliverBatch(ctx, subscribers)) === batchMax);
  }
  function tick(): void {
    current = drain().catch((error: unknown) =>
      ctx.log.warn({ err: error }, 'outbox delivery will be tried again'),
    );
    void current.then(() => {
      if (!stopped) timer = setTimeout(tick, pollMs);
    });
  }
  tick();
  const tidying = setInterval(() => {
    ctx.db
      .run(forgetDelivered, {})
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'old events could not be forgotten'));
  }, tidyEveryMs);
  return {
    drain,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearInterval(tidying);
      await current;
    },
  };
}

async function deliverBatch(
  ctx: { readonly db: Database; readonly log: Log },
  subscribers: readonly Subscriber[],
): Promise<number> {
  return ctx.db.tx(async (tx) => {
    await tx.run(awaitSubscribers, {});
    const events = await tx.all(takeEvents, { limit: batchMax });
    for (const event of events) {
      try {
        for (const s of subscribers) if (s.topic === event.topic) await s.handle(event.payload);
        await tx.run(markDelivered, { id: event.id });
      } catch (error) {
        ctx.log.warn(
          { err: error, topic: event.topic },
          'a subscriber failed; the event will be delivered again',
        );
        await tx.run(postpone, { id: event.id, error: String(error).slice(0, 500) });
      }
    }
    return events.length;
  });
}
