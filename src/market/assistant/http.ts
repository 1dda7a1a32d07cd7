import { limitDefault } from '#foundation/kernel/endpoint.ts';
import { newId } from '#foundation/kernel/ids.ts';
import { commonProblems, refuse } from '#foundation/kernel/outcome.ts';
import { toIso, type Instant } from '#foundation/kernel/time.ts';
import { serving, userOf, type Kit } from '#foundation/platform/http.ts';
import { answerQuestion, type Reply } from './answer-question.ts';
import type { AssistantContext } from './context.ts';
import * as contract from './contract.ts';
import * as queries from './queries.ts';
import type { Turn } from './read-question.ts';

const titleCharsMax = 120;
const turnsShownMax = 200;

export function serveAssistant(kit: Kit, ctx: AssistantContext): void {
  const serve = serving(kit, commonProblems);
  const { db } = ctx;

  serve(contract.chat, async ({ body, caller, request, reply }) => {
    const { userId } = userOf(caller);
    const known = body.conversation_id;
    const before =
      known === undefined ? null : await db.maybe(queries.lastTurn, { id: known, userId });
    if (known !== undefined && before === null)
      return refuse('NOT_FOUND', 'You have no such conversation.', 'conversation_id');
    const answered = await answerQuestion(
      ctx,
      body.message,
      (before?.understood ?? null) as Turn | null,
    );
    if ('kind' in answered) return answered;
    const conversationId: queries.ConversationId = known ?? newId<'conversation'>();
    const turnId: queries.TurnId = newId<'turn'>();
    const now = new Date(ctx.now());
    const answer = show(answered);
    await db.tx(async (tx) => {
      await tx.run(queries.putConversation, {
        id: conversationId,
        userId,
        title: body.message.slice(0, titleCharsMax),
        now,
      });
      await tx.run(queries.insertTurn, {
        id: turnId,
        conversationId,
        question: body.message,
        answer: JSON.stringify(answer),
        understood: answered.turn === null ? null : JSON.stringify(answered.turn),
        now,
      });
    });
    const whole = {
      ...answer,
      conversation_id: conversationId,
      turn_id: turnId,
      timestamp: toIso(now.getTime() as Instant),
    };
    if (!String(request.headers.accept ?? '').includes('text/event-stream')) return whole;
    reply.header('content-type', 'text/event-stream; charset=utf-8');
    return eventsOf(whole) as never;
  });

  serve(contract.listConversations, async ({ query, caller }) => {
    const limit = query.limit ?? limitDefault;
    const rows = await db.all(queries.conversationsOf, {
      userId: userOf(caller).userId,
      before: query.cursor ?? null,
      limit: limit + 1,
    });
    return {
      items: rows.slice(0, limit).map((row) => ({ ...row, lastAt: toIso(row.lastAt) })),
      nextCursor: rows.length > limit ? rows[limit - 1]!.id : null,
    };
  });

  serve(contract.getConversation, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    const rows = await db.all(queries.turnsOf, { id: params.id, userId, limit: turnsShownMax });
    if (rows.length === 0) return refuse('NOT_FOUND', 'You have no such conversation.');
    return {
      id: params.id,
      turns: rows.map((row) => ({
        ...row,
        answer: row.answer as contract.AnswerOut,
        at: toIso(row.at),
      })),
    };
  });

  serve(contract.dropConversation, async ({ params, caller }) => {
    const { userId } = userOf(caller);
    const dropped = await db.maybe(queries.dropConversation, { id: params.id, userId });
    return dropped === null ? refuse('NOT_FOUND', 'You have no such conversation.') : {};
  });

  serve(contract.rateAnswer, async ({ params, body, caller }) => {
    const { userId } = userOf(caller);
    const rated = await db.maybe(queries.rateTurn, {
      id: params.id,
      userId,
      wasHelpful: body.wasHelpful,
    });
    return rated === null ? refuse('NOT_FOUND', 'You were given no such answer.') : {};
  });
}

function show({ written, answered, citations, isRefused }: Reply): contract.AnswerOut {
  return {
    response: written.text,
    pieces: written.pieces.map((piece) => ({ ...piece })),
    citations: [...citations],
    isRefused,
    plan: (answered?.plan ?? null) as contract.AnswerOut['plan'],
    unit: answered?.metric.unit ?? null,
    rows: (answered?.rows ?? []).map((row) => ({ ...row, labels: [...row.labels] })),
    provenance: [...(answered?.provenance ?? [])],
    followUps: [...written.followUps],
  };
}

/** The same as a stream of events: the plan, the rows, the text piece by piece, and the whole at the end. */
function eventsOf(whole: contract.AnswerOut & object): string {
  const event = (name: string, data: unknown) =>
    `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  return [
    event('plan', whole.plan),
    event('rows', whole.rows),
    ...whole.pieces.map((piece) => event('text', piece.text)),
    event('done', whole),
  ].join('');
}
