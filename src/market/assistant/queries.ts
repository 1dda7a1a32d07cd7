import type { Id } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type ConversationId = Id<'conversation'>;
export type TurnId = Id<'turn'>;

const someId = '00000000-0000-7000-8000-000000000000';
const when = new Date(0);

export const putConversation = command({
  name: 'assistant.putConversation',
  sample: { id: someId, userId: someId, title: 'x', now: when },
  text: (p: { id: string; userId: string; title: string; now: Date }) => sql`
    insert into assistant.conversation (id, user_id, title, created_at, last_at)
    values (${p.id}, ${p.userId}, ${p.title}, ${p.now}, ${p.now})
    on conflict (id) do update set last_at = excluded.last_at`,
});

export const insertTurn = command({
  name: 'assistant.insertTurn',
  sample: {
    id: someId,
    conversationId: someId,
    question: 'x',
    answer: '{}',
    understood: null as string | null,
    now: when,
  },
  text: (p: {
    id: string;
    conversationId: string;
    question: string;
    answer: string;
    understood: string | null;
    now: Date;
  }) => sql`
    insert into assistant.turn (id, conversation_id, question, answer, understood, at)
    values (${p.id}, ${p.conversationId}, ${p.question}, ${p.answer}::jsonb, ${p.understood}::jsonb, ${p.now})`,
});

/** Whether it is this person's, and what its last understood question was. */
export const lastTurn = query({
  name: 'assistant.lastTurn',
  columns: { understood: column.nullable(column.json<unknown>()) },
  sample: { id: someId, userId: someId },
  text: (p: { id: string; userId: string }) => sql`
    select (
      select t.understood
      from assistant.turn t
      where t.conversation_id = c.id and t.understood is not null
      order by t.id desc
      limit 1) as understood
    from assistant.conversation c
    where c.id = ${p.id} and c.user_id = ${p.userId}`,
});

export const conversationsOf = query({
  name: 'assistant.conversationsOf',
  columns: { id: column.uuid<ConversationId>(), title: column.text, lastAt: column.instant },
  sample: { userId: someId, before: null as string | null, limit: 1 },
  text: (p: { userId: string; before: string | null; limit: number }) => sql`
    select id, title, last_at
    from assistant.conversation
    where user_id = ${p.userId} and (${p.before}::uuid is null or id < ${p.before})
    order by id desc
    limit ${p.limit}`,
});

export const turnsOf = query({
  name: 'assistant.turnsOf',
  columns: {
    id: column.uuid<TurnId>(),
    question: column.text,
    answer: column.json<unknown>(),
    at: column.instant,
    wasHelpful: column.nullable(column.bool),
  },
  sample: { id: someId, userId: someId, limit: 1 },
  text: (p: { id: string; userId: string; limit: number }) => sql`
    select t.id, t.question, t.answer, t.at, t.was_helpful
    from assistant.turn t
    join assistant.conversation c on c.id = t.conversation_id
    where c.id = ${p.id} and c.user_id = ${p.userId}
    order by t.id
    limit ${p.limit}`,
});

export const dropConversation = query({
  name: 'assistant.dropConversation',
  columns: { id: column.uuid<ConversationId>() },
  sample: { id: someId, userId: someId },
  text: (p: { id: string; userId: string }) => sql`
    delete from assistant.conversation where id = ${p.id} and user_id = ${p.userId} returning id`,
});

export const rateTurn = query({
  name: 'assistant.rateTurn',
  columns: { id: column.uuid<TurnId>() },
  sample: { id: someId, userId: someId, wasHelpful: true as boolean | null },
  text: (p: { id: string; userId: string; wasHelpful: boolean | null }) => sql`
    update assistant.turn t
    set was_helpful = ${p.wasHelpful}
    from assistant.conversation c
    where t.id = ${p.id} and c.id = t.conversation_id and c.user_id = ${p.userId}
    returning t.id`,
});
