import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '#market/analytics/index.ts';
import { answerQuestion } from './answer-question.ts';
import type { AssistantContext } from './context.ts';
import { lastWholeMonth, readPeriod } from './read-period.ts';
import type { Turn } from './read-question.ts';

export type Judged = {
  readonly q: string;
  readonly history?: readonly string[];
  readonly plan:
    | 'refuse'
    | (Omit<Plan, 'filters'> & {
        /** `period` in words ("last week") stands for days, so that a set does not grow old. */
        readonly filters: Partial<Plan['filters']> & { readonly period?: string };
      });
};

export type Evaluation = {
  readonly questions: number;
  readonly right: number;
  /** Digits in an answer that are in no row, plan or name. */
  readonly invented: number;
  readonly wrong: readonly { readonly q: string; readonly got: string }[];
};

/** Asks every question and compares the plan with the judged one. A limit is compared where it was judged. */
export async function evaluate(
  ctx: AssistantContext,
  questions: readonly Judged[],
): Promise<Evaluation> {
  let right = 0;
  let invented = 0;
  const wrong: { q: string; got: string }[] = [];
  for (const judged of questions) {
    let before: Turn | null = null;
    for (const earlier of judged.history ?? []) {
      const reply = await answerQuestion(ctx, earlier, before);
      if (!('kind' in reply)) before = reply.turn;
    }
    const reply = await answerQuestion(ctx, judged.q, before);
    const turn = 'kind' in reply ? null : reply.turn;
    if (!('kind' in reply))
      invented += reply.written.pieces.filter(
        (piece) => piece.kind === 'words' && /\p{N}/u.test(piece.text),
      ).length;
    if (isRight(judged, turn, ctx.now())) right += 1;
    else wrong.push({ q: judged.q, got: turn === null ? 'refused' : JSON.stringify(turn.plan) });
  }
  return { questions: questions.length, right, invented, wrong };
}

function isRight({ plan }: Judged, turn: Turn | null, now: number): boolean {
  if (plan === 'refuse') return turn === null;
  if (turn === null) return false;
  const { period, ...filters } = plan.filters;
  const days =
    period === undefined
      ? {}
      : period === 'last month'
        ? lastWholeMonth(now)
        : readPeriod(` ${period} `, now)!.period;
  const wanted = { ...days, ...filters };
  const got = turn.plan;
  return (
    got.metric === plan.metric &&
    got.grain === plan.grain &&
    got.dimensions.join() === plan.dimensions.join() &&
    (plan.limit === undefined || plan.limit === got.limit) &&
    isDeepStrictEqual(wanted, { ...got.filters })
  );
}
