import { readdir } from 'node:fs/promises';
import path from 'node:path';

// npm run bench -- NAME [NAME ...]; without a name, the list. Each prints one table and what it was measured on.

const notBenchmarks = new Set(['run.ts', 'house.ts', 'serve-house.ts']);
const here = import.meta.dirname;
const known = (await readdir(here))
  .filter((file) => file.endsWith('.ts') && !notBenchmarks.has(file))
  .map((file) => file.slice(0, -3));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));

if (wanted.length === 0 || unknown.length > 0) {
  if (unknown.length > 0) console.error(`There is no benchmark ${unknown.join(', ')}.`);
  console.log(`npm run bench -- ${known.join(' | ')}`);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  for (const name of wanted) await import(path.join(here, `${name}.ts`));
}
