import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { describeQuery, type Query } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';

// A declared row that PostgreSQL does not answer with is a lie that tsc believes.

const src = path.resolve(import.meta.dirname, '../src');
const queriesMin = 40;

async function collectQueries(): Promise<readonly Query<never, unknown>[]> {
  const files = (await readdir(src, { recursive: true })).filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('.test.ts') &&
      /^(foundation\/platform|people|catalogue|counting|listening|money|market|doors|main\/(demo\/make|operations|serve-pages))/.test(
        file,
      ),
  );
  const found: Query<never, unknown>[] = [];
  for (const file of files) {
    if (file.includes('worker')) continue; // entry points of child processes start working when imported
    const exports = (await import(path.join(src, file))) as Record<string, unknown>;
    for (const value of Object.values(exports)) if (isQuery(value)) found.push(value);
  }
  return found;
}

function isQuery(value: unknown): value is Query<never, unknown> {
  return (
    typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'query'
  );
}

test('every query answers with exactly the columns it declares, of the declared types', async () => {
  const { db } = await testDatabase({ after });
  const queries = await collectQueries();
  assert.ok(queries.length >= queriesMin, `only ${queries.length} queries were found`);
  const names = queries.map((q) => q.name);
  assert.equal(new Set(names).size, new Set(queries).size, 'two queries share a name');

  const wrong: string[] = [];
  for (const q of new Set(queries)) {
    const client = await db.pool.connect();
    try {
      await client.query('begin');
      const fields = await describeQuery(client, q);
      const declared = Object.keys(q.columns);
      if (declared.length === 0) continue; // a command: nobody reads its rows
      const answered = fields.map((f) => f.name);
      if ([...declared].sort().join() !== [...answered].sort().join())
        wrong.push(`${q.name}: declares ${declared.join(', ')} but answers ${answered.join(', ')}`);
      for (const field of fields) {
        const column = q.columns[field.name];
        if (column !== undefined && !column.oids.includes(field.oid))
          wrong.push(
            `${q.name}.${field.name}: type oid ${field.oid} is not among ${column.oids.join(', ')}`,
          );
      }
    } catch (error) {
      wrong.push(`${q.name}: ${(error as Error).message}`);
    } finally {
      await client.query('rollback').catch(() => {});
      client.release();
    }
  }
  assert.deepEqual(wrong, []);
});
