import { dayMs, type Instant } from '#foundation/kernel/time.ts';
import { column, query, sql, type Db } from '#foundation/platform/postgres.ts';

// plays.play has one partition a month (UTC), made when the first play of the month arrives. There is no default partition: rows would hide in it.

export const createPartition = query({
  name: 'plays.createPartition',
  columns: { made: column.text },
  sample: { month: '2026-01-01' },
  text: (p: { month: string }) => sql`select plays.make_month(${p.month}::date) as made`,
});

export type KnownMonths = Set<string>;

/** Makes the partitions that these instants need; outside the transaction that inserts, because it locks the table. */
export async function ensureMonths(
  db: Db,
  known: KnownMonths,
  instants: Iterable<Instant>,
): Promise<void> {
  const days = new Set<number>(); // first by day: a batch of ten thousand plays asks for few
  for (const instant of instants) days.add(Math.floor(instant / dayMs));
  for (const month of new Set([...days].map((day) => monthOf((day * dayMs) as Instant)))) {
    if (known.has(month)) continue;
    await db.one(createPartition, { month });
    known.add(month);
  }
}

/** First day of the UTC month, `YYYY-MM-01`. */
function monthOf(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 7)}-01`;
}
