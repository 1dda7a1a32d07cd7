import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { metrics, runPlan, type Answered, type Plan } from '#market/analytics/index.ts';
import { listArtists } from '#market/audience/index.ts';
import { spellingKey } from '#market/identity/index.ts';
import type { AssistantContext } from './context.ts';
import type { Language } from './language.ts';
import { periodBefore } from './read-period.ts';
import { readQuestion, type Turn } from './read-question.ts';
import { writeAnswer, writeDefinition, writeRefusal, type Written } from './write-answer.ts';

export type Reply = {
  readonly isRefused: boolean;
  readonly language: Language;
  readonly written: Written;
  readonly turn: Turn | null;
  readonly answered: Answered | null;
  readonly citations: readonly string[];
};

const breakdownMax = 1_000;
const weeksAheadOf = 12;

/** A question to its answer: a plan by rules, its rows, and sentences into which only rows put numbers. */
export async function answerQuestion(
  ctx: AssistantContext,
  question: string,
  before: Turn | null,
): Promise<Reply | Refusal<'VALIDATION_FAILED'>> {
  if (question.trim() === '') return refuse('VALIDATION_FAILED', 'Ask something.', 'message');
  const asked = await readQuestion(question, ctx.now(), ctx.lookup, before);
  if (asked.kind === 'not understood')
    return {
      isRefused: true,
      language: asked.language,
      written: writeRefusal(asked),
      turn: null,
      answered: null,
      citations: [],
    };
  const { language, intent, named } = asked;
  const metric = metrics.find(({ name }) => name === asked.plan.metric)!;
  if (intent === 'definition')
    return {
      isRefused: false,
      language,
      written: writeDefinition(metric, language),
      turn: null,
      answered: null,
      citations: [`metrics: ${metric.name}`],
    };
  const plan = await onOutsideFigures(
    ctx,
    prepare(asked.plan, intent, ctx.now()),
    named[0]?.name ?? null,
    metric.owner,
  );
  const answered = await runPlan(ctx, plan);
  if (answered.kind === 'refused') {
    const word = answered.detail ?? answered.code;
    const text = { text: word, pieces: [{ kind: 'name' as const, text: word }], followUps: [] };
    return { isRefused: true, language, written: text, turn: null, answered: null, citations: [] };
  }
  const earlier =
    intent === 'change'
      ? await runPlan(ctx, { ...plan, filters: { ...plan.filters, ...periodBefore(plan.filters) } })
      : null;
  const written = writeAnswer(
    { ...asked, plan },
    answered,
    earlier?.kind === 'answered' ? { before: earlier } : null,
  );
  return {
    isRefused: answered.rows.length === 0,
    language,
    written,
    turn: { plan: asked.plan, named, intent },
    answered,
    citations: [
      citation(answered),
      ...(earlier?.kind === 'answered' ? [citation(earlier)] : []),
      ...answered.notes,
    ],
  };
}

/** What an intent needs beside what was said: a change its parts, a forecast the weeks before. */
function prepare(plan: Plan, intent: Turn['intent'], now: number): Plan {
  const metric = metrics.find(({ name }) => name === plan.metric)!;
  if (intent === 'change') {
    const [cut] =
      plan.dimensions.length > 0
        ? plan.dimensions
        : metric.cuts.filter(
            (one) => one === 'artist' || one === 'platform' || one === 'recording',
          );
    const own =
      plan.filters.artist === undefined
        ? cut
        : (metric.cuts.find((one) => one === 'recording') ?? cut);
    return {
      ...plan,
      grain: 'total',
      dimensions: own === undefined ? [] : [own],
      limit: breakdownMax,
    };
  }
  if (intent === 'forecast') {
    const days = (plan.grain === 'month' ? 31 : 7) * weeksAheadOf;
    const to = new Date(now).toISOString().slice(0, 10);
    const from = new Date(now - days * 86_400_000).toISOString().slice(0, 10);
    return { ...plan, dimensions: [], filters: { ...plan.filters, from, to } };
  }
  return plan;
}

/** Outside services know an artist under an id of their own, found by the same name. */
async function onOutsideFigures(
  ctx: AssistantContext,
  plan: Plan,
  name: string | null,
  owner: string,
): Promise<Plan> {
  if (owner !== 'audience' || plan.filters.artist === undefined || name === null) return plan;
  const key = spellingKey(name);
  const [first] = await listArtists(ctx, key, 1);
  return first !== undefined && spellingKey(first.name) === key
    ? { ...plan, filters: { ...plan.filters, artist: first.id } }
    : plan;
}

function citation({ metric, plan, provenance }: Answered): string {
  const cut = plan.dimensions.length > 0 ? ` by ${plan.dimensions.join(', ')}` : '';
  return `${metric.name}${cut}, ${plan.filters.from} to ${plan.filters.to} (${provenance.join(', ') || 'no rows'})`;
}
