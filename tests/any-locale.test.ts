import assert from 'node:assert/strict';
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { nameKey } from '#catalogue/catalog/adding/draft.ts';
import { addRecordings, type RecordingDraft } from '#catalogue/catalog/index.ts';
import { findParties } from '#catalogue/catalog/editing/parties.ts';
import { findArtists, findRecordings, findReleases } from '#catalogue/catalog/reading/lists.ts';
import { findByProof, makeToken } from '#doors/scrobbling/tokens.ts';
import { openContext } from '#doors/scrobbling/context.ts';
import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import { newId } from '#foundation/kernel/ids.ts';
import type { Refusal } from '#foundation/kernel/outcome.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { checkDatabase } from '#foundation/platform/launcher.ts';
import { migrate, migrationsDir } from '#foundation/platform/migrate.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import { addPeople } from '#people/accounts/index.ts';
import { findUsers } from '#people/accounts/queries.ts';
import { playsContext } from '#counting/plays/testing.ts';

// Whatever locale the operator's database has, the same names are one name, the same words find them, and lists have one
// order. C knows no letter but A to Z, and Turkish makes ı of I.

const locales: Readonly<Record<string, string | undefined>> = {
  'our own': undefined,
  C: "encoding 'UTF8' locale_provider libc locale 'C'",
  Turkish: "encoding 'UTF8' locale_provider icu icu_locale 'tr' locale 'C'",
};

const admin = {
  kind: 'user',
  userId: newId<'user'>(),
  sessionId: newId<'session'>(),
  roles: ['admin'],
} as const;

for (const [name, locale] of Object.entries(locales)) {
  test(`in a database of ${name} locale, one name is one name and is found`, async (t) => {
    const { db } = await testDatabase(t, locale === undefined ? {} : { locale });
    await catalogueIsOne(db);
    await peopleAreFound(db);
    await scrobblersAreFound(db);
  });
}

async function catalogueIsOne(db: Database): Promise<void> {
  const ctx = { db, now: () => Date.now() as Instant, permits: () => true };
  const add = (...drafts: RecordingDraft[]) => db.tx((tx) => addRecordings(tx, drafts));
  const draft = (title: string, artist: string, credit: string): RecordingDraft => ({
    title,
    artist,
    durationMs: 180_000,
    provenance: 'import',
    release: { title: `Disque d’${title}`, artist, track: 1, disc: 1 },
    credits: [{ name: credit, role: 'composer' }],
  });
  // Three imports, one after the other.
  await add(draft('Un', 'İstanbul Işık', 'Édith Ňgo'));
  await add(draft('Deux', 'istanbul ışık', 'édith ňgo'));
  await add(draft('Trois', 'ISTANBUL IŞIK', 'EDITH NGO'));
  await add(draft('ፍቅር', 'አበበ ቢቂላ', 'Ŋŋozi Ɔsei'), draft('Мир', 'Élan', 'The Ínes'));
  const names = async (query?: string) =>
    itemsOf(await findParties(ctx, { limit: 20, ...(query && { query }) }, admin)).map(
      (p) => p.name,
    );
  assert.deepEqual(
    await names(),
    ['Édith Ňgo', 'Élan', 'İstanbul Işık', 'Ŋŋozi Ɔsei', 'The Ínes', 'አበበ ቢቂላ'],
    'each is one party, and the list has one order',
  );
  assert.deepEqual(await names('EDITH'), ['Édith Ňgo']);
  assert.deepEqual(await names('nŋozi'), ['Ŋŋozi Ɔsei']);
  assert.deepEqual(await names('አበበ'), ['አበበ ቢቂላ']);

  const artists = async (query?: string) =>
    itemsOf(await findArtists(ctx, { limit: 20, ...(query && { query }) })).map((a) => a.name);
  assert.deepEqual(await artists(), ['Élan', 'İstanbul Işık', 'አበበ ቢቂላ']);
  assert.deepEqual(await artists('ISIK'), ['İstanbul Işık']);
  assert.deepEqual(await artists('ቢቂላ'), ['አበበ ቢቂላ'], 'a name in Amharic is found');
  const found = async (query: string) =>
    itemsOf(await findRecordings(ctx, { limit: 20, query, userId: null })).map((r) => r.title);
  assert.deepEqual(await found('ELAN'), ['Мир']);
  assert.deepEqual(await found('МИР'), ['Мир']);
  assert.deepEqual(
    itemsOf(await findReleases(ctx, { limit: 20, query: 'ፍቅር' })).map((r) => r.title),
    ['Disque d’ፍቅር'],
  );
}

function itemsOf<T>(page: { readonly items: readonly T[] } | Refusal): readonly T[] {
  assert.ok('items' in page);
  return page.items;
}

async function peopleAreFound(db: Database): Promise<void> {
  const person = (email: string, name: string) => ({
    id: newId<'user'>(),
    email,
    name,
    territory: null,
    locale: 'fr',
    timeZone: 'UTC',
    createdAt: Date.now() as Instant,
  });
  await addPeople(db, [person('ÉLODIE.I@example.org', 'Élodie Işık')], 'counted');
  await addPeople(db, [person('élodie.i@example.org', 'Another')], 'counted'); // the same address
  const search = async (words: string) =>
    (
      await db.all(findUsers, { words: foldLetters(words), role: null, before: null, limit: 9 })
    ).map(({ email, name }) => `${name} <${email}>`);
  for (const words of ['elodie isik', 'ÉLODIE IŞIK', 'Élodie'])
    assert.deepEqual(await search(words), ['Élodie Işık <élodie.i@example.org>'], words);
}

async function scrobblersAreFound(db: Database): Promise<void> {
  const ctx = openContext({
    db,
    now: () => Date.now() as Instant,
    plays: playsContext(db),
    secret: Buffer.alloc(32),
    isActive: async () => true,
    publicUrl: null,
  });
  const made = await makeToken(ctx, newId<'user'>(), { name: 'phone', userName: 'INES.IRIS' });
  assert.ok('token' in made);
  assert.deepEqual(
    await makeToken(ctx, newId<'user'>(), { name: 'phone', userName: 'ines.iris' }).then(
      (again) => 'code' in again && again.code,
    ),
    'USER_NAME_TAKEN',
  );
  let proofs = 0;
  const person = await findByProof(ctx, 'Ines.Iris', 'proof', () => (proofs++, 'proof'));
  assert.equal(person?.userName, 'INES.IRIS');
  assert.equal(proofs, 1);
}

test('names from before the keys get the keys that the program would give them, whatever the locale', async (t) => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'ngoma-earlier-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const [keys] = globSync('*_folded_names.sql', { cwd: migrationsDir });
  for (const file of globSync('*.sql', { cwd: migrationsDir }))
    if (file < keys!) cpSync(path.join(migrationsDir, file), path.join(dir, file));
  const names = [
    'Édith Ňgo',
    'INES',
    'Işık İdris',
    'AC/DC & Friends',
    'Ŋŋozi Ɔsei',
    'Æther ßtraße ŒUVRE Þór',
    'አበበ ቢቂላ',
    'Дмитрий Йович',
    'Σωκράτης',
    'محمّد',
    'D’Angelo',
    '!!!',
    'Ｆｕｌｌ　Ｗｉｄｔｈ',
  ];
  for (const locale of Object.values(locales)) {
    const options = { locale: locale ?? "encoding 'UTF8'", migrations: dir };
    const { url, db } = await testDatabase(t, options);
    await db.pool.query(
      `insert into catalog.party (id, name, kind, provenance)
       select gen_random_uuid(), n, 'person', 'import' from unnest($1::text[]) n`,
      [names],
    );
    await db.pool.query(
      `insert into accounts."user" (id, email, name)
       select gen_random_uuid(), i || '@example.org', n from unnest($1::text[]) with ordinality as t (n, i)`,
      [names],
    );
    await migrate(url);
    const { rows } = await db.pool.query<{ name: string; match_name: string; name_key: string }>(
      'select p.name, p.match_name, u.name_key from catalog.party p join accounts."user" u on u.name = p.name',
    );
    assert.deepEqual(
      rows.map((row) => ({ ...row })).sort((a, b) => (a.name < b.name ? -1 : 1)),
      names
        .map((name) => ({ name, match_name: nameKey(name), name_key: foldLetters(name) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }
});

test('a database that cannot hold every letter is refused before anything is made in it', async () => {
  const { url, db } = await testDatabase({ after });
  const name = `${new URL(url).pathname.slice(1)}_ascii`;
  await db.pool.query(
    `create database ${name} template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`,
  );
  try {
    const ascii = new URL(url);
    ascii.pathname = `/${name}`;
    await assert.rejects(checkDatabase(ascii.href), /a database in SQL_ASCII.*encoding 'UTF8'/);
    await checkDatabase(url);
  } finally {
    await db.pool.query(`drop database ${name} with (force)`);
  }
});
