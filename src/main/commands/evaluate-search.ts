import { readFile } from 'node:fs/promises';
import { loadConfig } from '#foundation/platform/config.ts';
import { createLog } from '#foundation/platform/log.ts';
import { evaluateSearch, openNames, type Judged } from '#listening/search/index.ts';
import { withDatabase } from './with-database.ts';

const questionsMax = 100_000;

/** Prints how good the search is on questions whose answers are known. Exit 1 where the file has none. */
export async function evaluateSearchOn(file: string | null, asJson: boolean): Promise<number> {
  if (file === null) {
    console.error(
      'ngoma search evaluate needs --queries FILE.jsonl, a line each: {"q": "what is typed", "expect": "name or id"}.',
    );
    return 1;
  }
  const judged = readJudged(await readFile(file, 'utf8'));
  if (judged.length === 0) {
    console.error(`${file} has no line with "q" and "expect".`);
    return 1;
  }
  const loaded = loadConfig(process.env);
  const result = await withDatabase('nothing', loaded, async (db) => {
    const names = openNames({ db, log: createLog('error'), demo: true });
    await names.renew();
    return evaluateSearch({ db, names, similarTo: async () => [] }, judged);
  });
  if (asJson) {
    console.log(JSON.stringify(result));
    return 0;
  }
  const rows = [
    ['questions', String(result.questions)],
    ['names', String(result.rows)],
    ['hit@1', result.hit1.toFixed(4)],
    ['MRR', result.mrr.toFixed(4)],
    ['p50', `${result.p50Ms.toFixed(2)} ms`],
    ['p95', `${result.p95Ms.toFixed(2)} ms`],
    ['p95 in memory', `${result.indexP95Ms.toFixed(2)} ms`],
  ];
  for (const [name, value] of rows) console.log(`${name!.padEnd(14)} ${value}`);
  for (const { q, expect, got } of result.missed)
    console.log(`missed: ${JSON.stringify(q)} -> ${got ?? 'nothing'}, expected ${expect}`);
  return 0;
}

function readJudged(text: string): readonly Judged[] {
  return text
    .split('\n')
    .slice(0, questionsMax)
    .flatMap((line) => {
      try {
        const { q, expect } = JSON.parse(line) as Partial<Judged>;
        return typeof q === 'string' && typeof expect === 'string' ? [{ q, expect }] : [];
      } catch {
        return []; // a line that is no JSON is no question
      }
    });
}
