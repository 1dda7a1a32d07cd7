import { column, command, query, sql, type Db, type Fragment } from './postgres.ts';

// Facts travel up as events. One statement, in the transaction that made the fact true, writes the event, a delivery for
// every subscriber, and the job that carries it. What one subscriber does costs the others nothing (docs/decisions/0010);
// deliver-events.ts does the carrying.

/** What can happen. `keysOf` names what an event is about: events that share a key reach each subscriber in the order they were told. */
export type EventKind<P> = {
  readonly topic: string;
  keysOf(payload: P): readonly string[];
};

/** Without keys an event needs no order, and none waits for it. */
export function defineEvent<P extends object>(
  topic: string,
  keysOf: (payload: P) => readonly string[] = () => [],
): EventKind<P> {
  return { topic, keysOf };
}

/** A room above that wants to know. Told at least once, by one event at a time: `handle` must be repeatable. */
export type Subscriber = {
  readonly name: string;
  readonly topic: string;
  handle(payload: never): Promise<unknown>;
};

/** `name` is the room's; a room hears a topic once. */
export function subscriber<P>(
  name: string,
  event: EventKind<P>,
  handle: (payload: P) => Promise<unknown>,
): Subscriber {
  return { name, topic: event.topic, handle };
}

/** In the transaction that made it true. Whoever tells of one key holds a lock on what it names, so that commits keep the order of ids. */
export async function emit<P extends object>(
  tx: Db,
  event: EventKind<P>,
  payload: P,
): Promise<void> {
  await tx.run(insertEvent, {
    topic: event.topic,
    payload: JSON.stringify(payload),
    keys: event.keysOf(payload),
  });
}

export const deliveryTask = 'platform.deliver';

/**
 * Asks the queue to carry a delivery. The key makes it one job however often it is asked for; the queue's name lets a
 * subscriber do one thing at a time. The number of attempts is the queue's largest: platform.delivery counts the real ones.
 */
const carry = (runAt: Fragment): Fragment => sql`
  graphile_worker.add_job(
    ${deliveryTask}::text, json_build_object('subscriber', subscriber, 'eventId', event_id::text),
    queue_name => 'events of ' || subscriber, job_key => ${jobKey}, run_at => ${runAt}, max_attempts => 32767)`;
const jobKey = sql`'event ' || event_id || ' of ' || subscriber`;

type NewEvent = {
  readonly topic: string;
  readonly payload: string;
  readonly keys: readonly string[];
};
export const insertEvent = command({
  name: 'platform.insertEvent',
  sample: { topic: 'sample', payload: '{}', keys: ['a'] } as NewEvent,
  text: (p: NewEvent) => sql`
    with event as (
      insert into platform.outbox (topic, payload) values (${p.topic}::text, ${p.payload}::jsonb)
      returning id),
    delivery as (
      insert into platform.delivery (subscriber, event_id, keys)
      select s.subscriber, event.id, ${p.keys}::text[]
      from event, platform.subscription s
      where s.topic = ${p.topic}::text
      returning subscriber, event_id)
    select ${carry(sql`now()`)} from delivery order by subscriber`,
});

/** What a subscriber hears next: it is due, and nothing told before it of the same keys is outstanding. */
export const nextDelivery = query({
  name: 'platform.nextDelivery',
  columns: {
    eventId: column.int8,
    topic: column.text,
    payload: column.json<never>(),
    attempts: column.int4,
  },
  sample: { subscriber: 'sample' },
  text: (p: { subscriber: string }) => sql`
    select d.event_id, o.topic, o.payload, d.attempts
    from platform.delivery d
    join platform.outbox o on o.id = d.event_id
    where d.subscriber = ${p.subscriber} and d.next_attempt_at <= now()
      and (d.keys = '{}' or not exists (
        select from platform.delivery earlier
        where earlier.subscriber = d.subscriber and earlier.event_id < d.event_id and earlier.keys && d.keys))
    order by d.event_id
    limit 1`,
});

/** With the job that would have carried it, unless that is the one at work (`carriedBy`). */
export const endDelivery = command({
  name: 'platform.endDelivery',
  sample: { subscriber: 'sample', eventId: 1n, carriedBy: '1' },
  text: (p: { subscriber: string; eventId: bigint; carriedBy: string }) => sql`
    with made as (
      delete from platform.delivery
      where subscriber = ${p.subscriber} and event_id = ${p.eventId}
      returning subscriber, event_id)
    select graphile_worker.remove_job(${jobKey}) from made where event_id <> ${p.carriedBy}::bigint`,
});

export const retryMsMax = 300_000;
const doublingsMax = 20; // 2^20 s is beyond any limit on the wait; 2^1024 is beyond the numbers of PostgreSQL

export const postponeDelivery = command({
  name: 'platform.postponeDelivery',
  sample: { subscriber: 'sample', eventId: 1n, error: '' },
  text: (p: { subscriber: string; eventId: bigint; error: string }) => sql`
    with late as (
      update platform.delivery
      set attempts = attempts + 1, error = ${p.error},
          next_attempt_at = now() + least(1000 * power(2, least(attempts, ${doublingsMax}::int)), ${retryMsMax}::int) * interval '1 millisecond'
      where subscriber = ${p.subscriber} and event_id = ${p.eventId}
      returning subscriber, event_id, next_attempt_at)
    select ${carry(sql`next_attempt_at`)} from late`,
});

/** Asks once more for whatever is outstanding. */
export const carryOutstanding = command({
  name: 'platform.carryOutstanding',
  sample: {},
  text: () => sql`
    select ${carry(sql`greatest(now(), next_attempt_at)`)} from platform.delivery order by subscriber, event_id`,
});

type Subscriptions = {
  readonly topics: readonly string[];
  readonly subscribers: readonly string[];
};
const sampleSubscriptions: Subscriptions = { topics: ['sample'], subscribers: ['sample'] };

export const subscribe = command({
  name: 'platform.subscribe',
  sample: sampleSubscriptions,
  text: (p: Subscriptions) => sql`
    insert into platform.subscription (topic, subscriber)
    select * from unnest(${p.topics}::text[], ${p.subscribers}::text[])
    on conflict do nothing`,
});

/** Takes away whoever no longer wants to know, with what was outstanding. */
export const unsubscribe = command({
  name: 'platform.unsubscribe',
  sample: sampleSubscriptions,
  text: (p: Subscriptions) => sql`
    with gone as (
      delete from platform.subscription s
      where not exists (
        select from unnest(${p.topics}::text[], ${p.subscribers}::text[]) wanted (topic, subscriber)
        where wanted.topic = s.topic and wanted.subscriber = s.subscriber)
      returning topic, subscriber)
    delete from platform.delivery d
    using gone, platform.outbox o
    where o.id = d.event_id and o.topic = gone.topic and d.subscriber = gone.subscriber`,
});

/** Events are kept for a week after everybody knows. */
export const forgetDelivered = command({
  name: 'platform.forgetDelivered',
  sample: {},
  text: () => sql`
    delete from platform.outbox o
    where o.created_at < now() - interval '7 days'
      and not exists (select from platform.delivery d where d.event_id = o.id)`,
});
