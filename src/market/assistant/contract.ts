import { Type, type Static } from 'typebox';
import {
  endpoint,
  InstantOut,
  may,
  Nothing,
  nullable,
  pageByIdQuery,
  pageOf,
} from '#foundation/kernel/endpoint.ts';
import { idShape } from '#foundation/kernel/ids.ts';
import { lineText, proseText } from '#foundation/kernel/text.ts';
import { PlanShape, RowShape } from '#market/analytics/contract.ts';

export const questionCharsMax = 500;

const Piece = Type.Object({
  kind: Type.Enum(['words', 'number', 'name', 'day']),
  text: Type.String(),
  row: Type.Optional(Type.Integer({ description: 'of numbers: the row it is from' })),
});

export const Answer = Type.Object({
  response: Type.String(),
  pieces: Type.Array(Piece, { description: 'the response in pieces; numbers only out of rows' }),
  citations: Type.Array(Type.String()),
  isRefused: Type.Boolean({ description: 'there is no figure for what was asked' }),
  plan: nullable(PlanShape),
  unit: nullable(Type.String()),
  rows: Type.Array(RowShape),
  provenance: Type.Array(Type.String()),
  followUps: Type.Array(Type.String()),
});
export type AnswerOut = Static<typeof Answer>;

/** System 1's way to ask. `llm_config` is taken and serves nothing yet: questions are read by rules, and its key is neither kept nor logged. */
export const chat = endpoint(
  'POST',
  '/api/v1/ai/chat',
  {
    access: may('assistant.ask'),
    summary:
      'Ask about the figures in English or French; every number of the answer is from a row (system 1)',
  },
  {
    body: Type.Object({
      message: proseText(questionCharsMax),
      conversation_id: Type.Optional(idShape('conversation')),
      llm_config: Type.Optional(
        Type.Object({
          provider: Type.Optional(lineText(40)),
          modelName: Type.Optional(lineText(100)),
          apiKey: Type.Optional(lineText(500)),
          temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
          maxTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
        }),
      ),
    }),
    reply: Type.Object({
      ...Answer.properties,
      conversation_id: idShape('conversation'),
      turn_id: idShape('turn'),
      timestamp: InstantOut,
    }),
  },
);

export const listConversations = endpoint(
  'GET',
  '/api/v1/ai/conversations',
  { access: may('assistant.ask'), summary: 'What you asked, the latest first' },
  {
    query: Type.Object(pageByIdQuery),
    reply: pageOf(
      Type.Object({ id: idShape('conversation'), title: Type.String(), lastAt: InstantOut }),
    ),
  },
);

export const getConversation = endpoint(
  'GET',
  '/api/v1/ai/conversations/{id}',
  { access: may('assistant.ask'), summary: 'One of your conversations, whole' },
  {
    params: Type.Object({ id: idShape('conversation') }),
    reply: Type.Object({
      id: idShape('conversation'),
      turns: Type.Array(
        Type.Object({
          id: idShape('turn'),
          question: Type.String(),
          answer: Answer,
          at: InstantOut,
          wasHelpful: nullable(Type.Boolean()),
        }),
      ),
    }),
  },
);

export const dropConversation = endpoint(
  'DELETE',
  '/api/v1/ai/conversations/{id}',
  { access: may('assistant.ask'), summary: 'Forget one of your conversations', status: 204 },
  { params: Type.Object({ id: idShape('conversation') }), reply: Nothing },
);

export const rateAnswer = endpoint(
  'PUT',
  '/api/v1/ai/turns/{id}/feedback',
  { access: may('assistant.ask'), summary: 'Say whether an answer helped', status: 204 },
  {
    params: Type.Object({ id: idShape('turn') }),
    body: Type.Object({ wasHelpful: nullable(Type.Boolean()) }),
    reply: Nothing,
  },
);
