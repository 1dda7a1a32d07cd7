import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { insertPeople } from './queries.ts';
import { normalEmail } from './register.ts';

export type PersonToAdd = {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly territory: string | null;
  readonly locale: string;
  readonly timeZone: string;
  readonly createdAt: Instant;
};

const peoplePerStatementMax = 1_000;

const toRow = (person: PersonToAdd) => ({
  ...person,
  email: normalEmail(person.email),
  nameKey: foldLetters(person.name),
});

/** Listeners by the thousand, who have no password and cannot sign in. Those already there are passed over; answers how many were not. */
export async function addPeople(
  db: Db,
  people: readonly PersonToAdd[],
  provenance: Provenance,
): Promise<number> {
  let added = 0;
  for (let start = 0; start < people.length; start += peoplePerStatementMax) {
    added += await db.run(insertPeople, {
      people: JSON.stringify(people.slice(start, start + peoplePerStatementMax).map(toRow)),
      provenance,
    });
  }
  return added;
}
