import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { describeQuery, type Query } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { readHouse } from './house/read-house.ts';
import { isTest } from './house/rules.ts';
import { openNullability } from './house/read-nullability.ts';

// A declared row that PostgreSQL does not answer with is a lie that tsc believes.

const root = path.resolve(import.meta.dirname, '..');

/** Columns whose table says one thing of null and whose statement another, and why. */
const saysOtherwise: Readonly<Record<string, string>> = {
  'catalog.coverOfRelease.coverKey': 'where cover_key is not null',
  'catalog.findByIsrc.isrc': 'compared with the codes asked for',
  'catalog.findKnownByIsrc.isrc': 'compared with the codes asked for',
  'catalog.findMergedAway.intoId': 'where merged_into is not null',
  'catalog.findWorks.iswc': 'compared with the codes asked for',
  'catalog.tracksOf.releaseId': 'one row with recordings that have no release',
  'catalog.tracksOf.releaseTitle': 'one row with recordings that have no release',
  'plays.countMatched.recordingId': 'it is what was matched',
  'plays.mergeableEvidenceOf.recordingId': 'compared with the recording asked for',
  'plays.mergeableRecordings.recordingId': 'compared with the recording before',
  'recommend.affinities.userId': 'where listener_id is not null',
  'recommend.affinities.recordingId': 'joined with recordings',
  'recommend.heardBy.recordingId': 'joined with recordings',
  'recommend.mostHeard.recordingId': 'joined with recordings',
  'plays.mergeableOf.recordingId': 'compared with the recording asked for',
};

type AnyQuery = Query<never, unknown>;

/** Every statement that the syntax trees of the server hold, as its file exports it. */
async function collectQueries(): Promise<readonly AnyQuery[]> {
  const found: AnyQuery[] = [];
  const hidden: string[] = [];
  for (const { file, queries } of (await readHouse()).sources) {
    if (queries.length === 0 || isTest(file)) continue;
    const exported = Object.values(
      (await import(path.join(root, file))) as Record<string, unknown>,
    ).filter(isQuery);
    found.push(...exported);
    // A statement made by a function has no name of its own in the source (null).
    for (const name of queries)
      if (name !== null && !exported.some((q) => q.name === name)) hidden.push(`${file}: ${name}`);
  }
  assert.deepEqual(hidden, [], 'statements that are not exported cannot be held to the database');
  return [...new Set(found)];
}

function isQuery(value: unknown): value is AnyQuery {
  return (
    typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'query'
  );
}

test('every query answers with exactly the columns it declares, of the declared types, and null only where it says so', async () => {
  const { db } = await testDatabase({ after });
  const nullability = await openNullability(db.pool);
  const queries = await collectQueries();
  assert.equal(new Set(queries.map((q) => q.name)).size, queries.length, 'two share a name');

  const wrong: string[] = [];
  const contrary = new Set<string>();
  for (const q of queries) {
    const client = await db.pool.connect();
    try {
      await client.query('begin');
      const { text, fields } = await describeQuery(client, q);
      const declared = Object.keys(q.columns);
      if (declared.length === 0) continue; // a command: nobody reads its rows
      const answered = fields.map((f) => f.name);
      if ([...declared].sort().join() !== [...answered].sort().join())
        wrong.push(`${q.name}: declares ${declared.join(', ')} but answers ${answered.join(', ')}`);
      for (const field of fields) {
        const column = q.columns[field.name];
        if (column === undefined) continue;
        const name = `${q.name}.${field.name}`;
        if (!column.oids.includes(field.dataTypeID))
          wrong.push(
            `${name}: type oid ${field.dataTypeID} is not among ${column.oids.join(', ')}`,
          );
        const mayBeNull = nullability.mayBeNull(text, field);
        if (mayBeNull === null || mayBeNull === column.nullable) continue;
        contrary.add(name);
        if (!Object.hasOwn(saysOtherwise, name))
          wrong.push(`${name}: ${mayBeNull ? 'may be null' : 'is never null'}`);
      }
    } catch (error) {
      wrong.push(`${q.name}: ${(error as Error).message}`);
    } finally {
      await client.query('rollback').catch(() => {});
      client.release();
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual([...contrary].sort(), Object.keys(saysOtherwise).sort(), 'reasons without need');
});

test('null is told of plain columns, through views and outer joins, and of nothing else', async () => {
  const { db } = await testDatabase({ after });
  const nullability = await openNullability(db.pool);
  const from = 'from catalog.party p';
  for (const [text, expected] of [
    ['select id from catalog.recording', false],
    ['select isrc from catalog.recording', true],
    ['select id from catalog.public_recording', false],
    [`select r.id ${from} join catalog.recording r on r.id = p.id`, false],
    [`select r.id ${from} left join catalog.recording r on r.id = p.id`, true],
    [`select p.id ${from} left join catalog.recording r on r.id = p.id`, false],
    [`select p.id ${from} full join catalog.recording r on r.id = p.id`, true],
    [`select r.id ${from} left join (select id from catalog.recording) r on r.id = p.id`, true],
    [`select r.id ${from} left join lateral (select id from catalog.recording) r on true`, true],
    ['select count(*) from catalog.recording', null],
  ] as const) {
    const { fields } = await db.pool.query(text);
    assert.equal(nullability.mayBeNull(text, fields[0]!), expected, text);
  }
});
