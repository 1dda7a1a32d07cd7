import { column, command, query, sql, type Db } from './postgres.ts';

// Facts about the installation itself: few, small, written by its own start.

export const findFact = query({
  name: 'platform.findFact',
  columns: { value: column.json<unknown>() },
  sample: { name: 'sample' },
  text: (p: { name: string }) => sql`select value from platform.fact where name = ${p.name}`,
});

export const setFact = command({
  name: 'platform.setFact',
  sample: { name: 'sample', value: '{}' },
  text: (p: { name: string; value: string }) => sql`
    insert into platform.fact (name, value)
    values (${p.name}, ${p.value}::jsonb)
    on conflict (name) do update set value = excluded.value, at = now()`,
});

export async function readFact<T>(db: Db, name: string): Promise<T | null> {
  return ((await db.maybe(findFact, { name }))?.value ?? null) as T | null;
}

export async function writeFact(db: Db, name: string, value: object): Promise<void> {
  await db.run(setFact, { name, value: JSON.stringify(value) });
}
