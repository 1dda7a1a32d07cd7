import { readFile } from 'node:fs/promises';
import { loadConfig } from '#foundation/platform/config.ts';
import { createLog } from '#foundation/platform/log.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { openNames } from '#listening/search/index.ts';
import {
  answerQuestion,
  evaluate,
  lookupIn,
  ownQuestions,
  type AssistantContext,
  type Judged,
} from '#market/assistant/index.ts';
import { withDatabase } from './with-database.ts';

const questionsMax = 10_000;

/** Answers one question. Exit 1 where there is no figure for it. */
export async function askAssistant(question: string, asJson: boolean): Promise<number> {
  const reply = await withAssistant((ctx) => answerQuestion(ctx, question, null));
  if ('kind' in reply) {
    console.error(reply.detail);
    return 1;
  }
  if (asJson) {
    const { written, turn, citations, answered } = reply;
    const plan = turn?.plan ?? null;
    console.log(
      JSON.stringify({ text: written.text, plan, rows: answered?.rows ?? [], citations }),
    );
  } else {
    console.log(reply.written.text);
    for (const line of reply.citations) console.log(`  ${line}`);
  }
  return reply.isRefused ? 1 : 0;
}

/** Prints how many judged questions become the plan they should, and how many numbers were invented. Exit 1 below nine in ten. */
export async function evaluateAssistant(file: string | null, asJson: boolean): Promise<number> {
  const questions = readJudged(await readFile(file ?? ownQuestions, 'utf8'));
  if (questions.length === 0) {
    console.error(`${file} has no line with "q" and "plan".`);
    return 1;
  }
  const result = await withAssistant((ctx) => evaluate(ctx, questions));
  const accuracy = result.right / result.questions;
  if (asJson) console.log(JSON.stringify({ ...result, accuracy }));
  else {
    console.log(`questions         ${result.questions}`);
    console.log(`plan accuracy     ${(100 * accuracy).toFixed(1)} % (${result.right})`);
    console.log(`invented numbers  ${result.invented}`);
    for (const { q, got } of result.wrong) console.log(`wrong: ${q} -> ${got}`);
  }
  return accuracy >= accuracyMin && result.invented === 0 ? 0 : 1;
}

const accuracyMin = 0.9;

function withAssistant<T>(work: (ctx: AssistantContext) => Promise<T>): Promise<T> {
  return withDatabase('nothing', loadConfig(process.env), async (db: Database) => {
    const names = openNames({ db, log: createLog('error'), demo: true });
    await names.renew();
    const lookup = lookupIn({ db, names, similarTo: async () => [] }, true);
    return work({ db, now: () => Date.now(), demo: true, lookup });
  });
}

function readJudged(text: string): readonly Judged[] {
  return text
    .split('\n')
    .slice(0, questionsMax)
    .flatMap((line) => {
      try {
        const judged = JSON.parse(line) as Judged;
        return typeof judged.q === 'string' && judged.plan !== undefined ? [judged] : [];
      } catch {
        return []; // a line that is no JSON is no question
      }
    });
}
