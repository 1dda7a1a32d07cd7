import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { evaluate, type Pair } from '#listening/recommend/index.ts';

/** Prints how good the recommender is on held-back listening. Exit 1 where a file is missing or no line can be read. */
export async function evaluateRecommender(
  trainFile: string | null,
  testFile: string | null,
  asJson: boolean,
): Promise<number> {
  if (trainFile === null || testFile === null) {
    console.error(
      'ngoma recommend evaluate needs --train FILE and --test FILE, a line each: user, tab, item.',
    );
    return 1;
  }
  const [train, test] = [await readPairs(trainFile), await readPairs(testFile)];
  if (train.length === 0 || test.length === 0) {
    console.error(
      `${train.length === 0 ? trainFile : testFile} has no line with a user, a tab and an item.`,
    );
    return 1;
  }
  const result = evaluate(train, test);
  if (asJson) {
    console.log(JSON.stringify(result));
    return 0;
  }
  const rows = [
    ['listeners', String(result.listeners)],
    ['items', String(result.items)],
    ['Recall@20', result.recall20.toFixed(4)],
    ['NDCG@10', result.ndcg10.toFixed(4)],
    ['NDCG@20', result.ndcg20.toFixed(4)],
    ['NDCG@100', result.ndcg100.toFixed(4)],
    ['coverage@20', result.coverage20.toFixed(4)],
    ['fit', `${result.fitSeconds.toFixed(1)} s`],
    ['a listener', `${result.msPerListener.toFixed(2)} ms`],
  ];
  for (const [name, value] of rows) console.log(`${name!.padEnd(12)} ${value}`);
  return 0;
}

async function readPairs(file: string): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    const [user, item] = line.split('\t');
    if (user !== undefined && item !== undefined && user !== '' && item !== '')
      pairs.push({ user, item });
  }
  return pairs;
}
