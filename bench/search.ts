import { readFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '#main/demo/compose/random.ts';
import { kinds, type Kind } from '../src/listening/search/hits.ts';
import { NameIndex } from '../src/listening/search/name-index.ts';
import { wordsOf } from '../src/listening/search/words-of.ts';
import { machine, percentile } from './house.ts';

// The table of docs/benchmarks.md. Argument: artists.dat of HetRec-2011 Last.fm (id, tab, name), whose names are real; to them come
// recordings of invented titles until there are 200,000 rows. Each question is a name that was typed as people type.

const [artistsFile = ''] = process.argv.slice(2);
if (artistsFile === '') throw new Error('bench/search.ts ARTISTS.DAT');
const rows = 200_000;
const questions = 1_000;
const source = seededRandom('search');
const random = (): number => source.next();
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

const names = [
  ...new Set(
    readFileSync(path.resolve(artistsFile), 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[1]?.trim() ?? '')
      .filter((name) => wordsOf(name).length > 0),
  ),
];
const titleWords = [...new Set(names.flatMap(wordsOf))].filter((word) => word.length > 2);

const index = new NameIndex();
const before = process.memoryUsage().rss;
const began = performance.now();
const artistPlays = names.map((_, i) => Math.floor(200_000 / (i + 1)));
for (const [i, name] of names.entries())
  index.add(doc('artist', `a${i}`, name, [], artistPlays[i]!));
for (let i = names.length; i < rows; i++) {
  const title = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(titleWords)).join(
    ' ',
  );
  index.add(doc('recording', `r${i}`, title, [pick(names)], Math.floor(1_000 * random() ** 6)));
}
const builtMs = performance.now() - began;

function doc(kind: Kind, id: string, name: string, by: readonly string[], plays: number) {
  return {
    kind,
    id,
    names: [name],
    by,
    plays,
    owner: null,
    tempo: null,
    genres: [pick(['afrobeats', 'rumba', 'highlife'])],
    year: 2000 + Math.floor(random() * 26),
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
function typo(name: string): string {
  const at = Math.floor(random() * name.length);
  switch (Math.floor(random() * 4)) {
    case 0:
      return name.slice(0, at) + name.slice(at + 1);
    case 1:
      return name.slice(0, at) + pick([...letters]) + name.slice(at);
    case 2:
      return name.slice(0, at) + pick([...letters]) + name.slice(at + 1);
    default:
      return name.slice(0, at) + (name[at + 1] ?? '') + name[at]! + name.slice(at + 2);
  }
}

const folded = (name: string): string => wordsOf(name).join(' ');
const ways: readonly (readonly [string, (name: string) => string])[] = [
  ['as it is', (name) => name],
  ['without accents, lower case', folded],
  ['first 60 %', (name) => name.slice(0, Math.ceil(0.6 * name.length))],
  ['one typing error', (name) => typo(folded(name))],
  ['two typing errors', (name) => typo(typo(folded(name)))],
  ['words reversed', (name) => wordsOf(name).toReversed().join(' ')],
  ['without its spaces', (name) => wordsOf(name).join('')],
];
const asked = names.filter((name) => folded(name).length >= 5);
console.log(
  `${machine()}\n${rows} rows, built in ${(builtMs / 1000).toFixed(1)} s, ${Math.round((process.memoryUsage().rss - before) / 2 ** 20)} MiB\n`,
);
console.log('| typed | hit@1 | MRR | p50 ms | p95 ms |\n| --- | --- | --- | --- | --- |');
for (const [title, way] of ways) {
  let first = 0;
  let reciprocal = 0;
  const took: number[] = [];
  for (let i = 0; i < questions; i++) {
    const name = pick(asked);
    const q = way(name);
    const start = performance.now();
    const { hits } = index.search({
      words: wordsOf(q),
      kinds: new Set(kinds),
      genre: null,
      year: null,
      asker: null,
      limit: 8,
    });
    took.push(performance.now() - start);
    const at = hits.findIndex(
      ({ id }) => id.startsWith('a') && folded(names[Number(id.slice(1))]!) === folded(name),
    );
    if (at === 0) first++;
    if (at >= 0) reciprocal += 1 / (at + 1);
    else if (process.env.SHOW)
      console.log(
        title,
        name,
        '<-',
        q,
        '->',
        hits.slice(0, 2).map(({ id }) => names[Number(id.slice(1))] ?? id),
      );
  }
  const ms = (share: number): string => percentile(took, share).toFixed(2);
  console.log(
    `| ${title} | ${(first / questions).toFixed(3)} | ${(reciprocal / questions).toFixed(3)} | ${ms(0.5)} | ${ms(0.95)} |`,
  );
}
