import type { Currency } from '#foundation/kernel/money.ts';
import type { Id, PartyId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type AccountId = Id<'account'>;
export type JournalId = Id<'journal'>;
export type AccountKind = 'asset' | 'liability' | 'income' | 'expense' | 'equity';

const sampleId = '00000000-0000-7000-8000-000000000000';

// ── posting ─────────────────────────────────────────────────────────────

type NewAccounts = {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly currencies: readonly string[];
  readonly kinds: readonly string[];
  readonly partyIds: readonly (string | null)[];
};

// Sorted, so that two postings which make the same new accounts wait for each other in one direction only.
export const insertAccounts = command({
  name: 'ledger.insertAccounts',
  sample: {
    ids: [sampleId],
    names: ['sample'],
    currencies: ['RWF'],
    kinds: ['liability'],
    partyIds: [null],
  },
  text: (p: NewAccounts) => sql`
    insert into ledger.account (id, name, currency, kind, party_id)
    select id, name, currency, kind, party_id
    from unnest(${p.ids}::uuid[], ${p.names}::text[], ${p.currencies}::text[], ${p.kinds}::text[],
      ${p.partyIds}::uuid[]) as a (id, name, currency, kind, party_id)
    where not exists (
      select from ledger.account known
      where known.name = a.name and known.currency = a.currency)
    order by name, currency
    on conflict (name, currency) do nothing`,
});

// Locked in id order: two journals over the same accounts cannot wait for each other in a circle.
export const lockAccounts = query({
  name: 'ledger.lockAccounts',
  columns: {
    id: column.uuid<AccountId>(),
    name: column.text,
    currency: column.oneOf<Currency>(),
    kind: column.oneOf<AccountKind>(),
    partyId: column.nullable(column.uuid<PartyId>()),
    balance: column.numeric,
    version: column.int8,
    lastHash: column.bytea,
  },
  sample: { names: ['sample'], currencies: ['RWF'] },
  text: (p: { names: readonly string[]; currencies: readonly string[] }) => sql`
    select a.id, a.name, a.currency, a.kind, a.party_id, a.balance, a.version, a.last_hash
    from unnest(${p.names}::text[], ${p.currencies}::text[]) as wanted (name, currency)
    join ledger.account a on a.name = wanted.name and a.currency = wanted.currency
    order by a.id
    for no key update of a`,
});

type NewJournalRow = {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly code: string;
  readonly description: string;
  readonly effectiveAt: Date;
  readonly reverses: string | null;
  readonly actor: string | null;
  readonly contentHash: Buffer;
};

/** Answers no row when the key (or the journal to reverse) is taken; waits for whoever is taking it. */
export const insertJournal = query({
  name: 'ledger.insertJournal',
  columns: { id: column.uuid<JournalId>() },
  sample: {
    id: sampleId,
    idempotencyKey: 'sample',
    code: 'sample',
    description: '',
    effectiveAt: new Date(0),
    reverses: null,
    actor: null,
    contentHash: Buffer.alloc(32),
  },
  text: (p: NewJournalRow) => sql`
    insert into ledger.journal (id, idempotency_key, code, description, effective_at, reverses, actor, content_hash)
    values (${p.id}, ${p.idempotencyKey}, ${p.code}, ${p.description}, ${p.effectiveAt}, ${p.reverses}, ${p.actor},
      ${p.contentHash})
    on conflict do nothing
    returning id`,
});

type NewEntries = {
  readonly journalId: string;
  readonly lineNos: readonly number[];
  readonly accountIds: readonly string[];
  readonly amounts: readonly bigint[];
  readonly balances: readonly bigint[];
  readonly versions: readonly bigint[];
  readonly hashes: readonly string[];
};

export const insertEntries = command({
  name: 'ledger.insertEntries',
  sample: {
    journalId: sampleId,
    lineNos: [],
    accountIds: [],
    amounts: [],
    balances: [],
    versions: [],
    hashes: [],
  },
  text: (p: NewEntries) => sql`
    insert into ledger.entry (journal_id, line_no, account_id, amount_minor, balance_after, version, hash)
    select ${p.journalId}::uuid, line_no, account_id, amount, balance, version, decode(hash, 'hex')
    from unnest(${p.lineNos}::int[], ${p.accountIds}::uuid[], ${p.amounts}::bigint[], ${p.balances}::numeric[],
      ${p.versions}::bigint[], ${p.hashes}::text[]) as e (line_no, account_id, amount, balance, version, hash)`,
});

type MovedAccounts = {
  readonly ids: readonly string[];
  readonly balances: readonly bigint[];
  readonly versions: readonly bigint[];
  readonly hashes: readonly string[];
};

export const moveAccounts = command({
  name: 'ledger.moveAccounts',
  sample: { ids: [], balances: [], versions: [], hashes: [] },
  text: (p: MovedAccounts) => sql`
    update ledger.account a
    set balance = m.balance, version = m.version, last_hash = decode(m.hash, 'hex')
    from unnest(${p.ids}::uuid[], ${p.balances}::numeric[], ${p.versions}::bigint[], ${p.hashes}::text[])
      as m (id, balance, version, hash)
    where a.id = m.id`,
});

// ── reading ─────────────────────────────────────────────────────────────

export const findJournalByKey = query({
  name: 'ledger.findJournalByKey',
  columns: { id: column.uuid<JournalId>(), contentHash: column.bytea },
  sample: { idempotencyKey: 'sample' },
  text: (p: { idempotencyKey: string }) => sql`
    select id, content_hash
    from ledger.journal
    where idempotency_key = ${p.idempotencyKey}`,
});

export const findJournal = query({
  name: 'ledger.findJournal',
  columns: { id: column.uuid<JournalId>(), code: column.text, effectiveAt: column.instant },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select id, code, effective_at
    from ledger.journal
    where id = ${p.id}`,
});

export const listJournalLines = query({
  name: 'ledger.listJournalLines',
  columns: {
    name: column.text,
    currency: column.oneOf<Currency>(),
    kind: column.oneOf<AccountKind>(),
    partyId: column.nullable(column.uuid<PartyId>()),
    amountMinor: column.int8,
  },
  sample: { journalId: sampleId },
  text: (p: { journalId: string }) => sql`
    select a.name, a.currency, a.kind, a.party_id, e.amount_minor
    from ledger.entry e
    join ledger.account a on a.id = e.account_id
    where e.journal_id = ${p.journalId}
    order by e.line_no`,
});

export const findBalance = query({
  name: 'ledger.findBalance',
  columns: { balance: column.numeric, version: column.int8 },
  sample: { name: 'sample', currency: 'RWF' },
  text: (p: { name: string; currency: string }) => sql`
    select balance, version
    from ledger.account
    where name = ${p.name} and currency = ${p.currency}`,
});

export const listBalances = query({
  name: 'ledger.listBalances',
  columns: {
    name: column.text,
    currency: column.oneOf<Currency>(),
    kind: column.oneOf<AccountKind>(),
    partyId: column.nullable(column.uuid<PartyId>()),
    balance: column.numeric,
  },
  sample: { currency: null as string | null, afterCurrency: '', afterName: '', limit: 1 },
  text: (p: {
    currency: string | null;
    afterCurrency: string;
    afterName: string;
    limit: number;
  }) => sql`
    select name, currency, kind, party_id, balance
    from ledger.account
    where (${p.currency}::text is null or currency = ${p.currency}::text)
      and (currency, name) > (${p.afterCurrency}::text, ${p.afterName}::text)
    order by currency, name
    limit ${p.limit}`,
});

export const totalBalances = query({
  name: 'ledger.totalBalances',
  columns: {
    currency: column.oneOf<Currency>(),
    debit: column.numeric,
    credit: column.numeric,
    accounts: column.int8,
  },
  sample: { currency: null as string | null },
  text: (p: { currency: string | null }) => sql`
    select currency,
      coalesce(sum(balance) filter (where balance > 0), 0) as debit,
      coalesce(-sum(balance) filter (where balance < 0), 0) as credit,
      count(*) as accounts
    from ledger.account
    where ${p.currency}::text is null or currency = ${p.currency}::text
    group by currency
    order by currency`,
});

// ── verifying ───────────────────────────────────────────────────────────

// Verifying reads everything, so a nested loop is never right, but tables that just grew have no statistics and the
// planner then chooses one: 217 s instead of 1 s for 460,000 entries.
export const planForEverything = command({
  name: 'ledger.planForEverything',
  sample: {},
  text: () =>
    sql`select set_config('work_mem', '256MB', true), set_config('enable_nestloop', 'off', true)`,
});

export const countLedger = query({
  name: 'ledger.countLedger',
  columns: { journals: column.int8, entries: column.int8, accounts: column.int8 },
  sample: {},
  text: () => sql`
    select (select count(*) from ledger.journal) as journals,
      (select count(*) from ledger.entry) as entries,
      (select count(*) from ledger.account) as accounts`,
});

export const findUnbalancedJournals = query({
  name: 'ledger.findUnbalancedJournals',
  columns: { journalId: column.uuid<JournalId>(), currency: column.text, sum: column.numeric },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select e.journal_id, a.currency, sum(e.amount_minor) as sum
    from ledger.entry e
    join ledger.account a on a.id = e.account_id
    group by e.journal_id, a.currency
    having sum(e.amount_minor) <> 0
    order by e.journal_id
    limit ${p.limit}`,
});

/** Balances, versions and last hashes as the entries make them, against what the accounts say. */
export const findWrongBalances = query({
  name: 'ledger.findWrongBalances',
  columns: {
    name: column.text,
    currency: column.text,
    balance: column.numeric,
    derived: column.numeric,
  },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select a.name, a.currency, a.balance, coalesce(d.balance, 0) as derived
    from ledger.account a
    left join (
      select account_id, sum(amount_minor) as balance, count(*) as version
      from ledger.entry
      group by account_id) d on d.account_id = a.id
    left join ledger.entry last on last.account_id = a.id and last.version = a.version
    where a.balance <> coalesce(d.balance, 0)
      or a.version <> coalesce(d.version, 0)
      or a.last_hash <> coalesce(last.hash, decode(repeat('00', 32), 'hex'))
    order by a.name, a.currency
    limit ${p.limit}`,
});

/** Entries whose running balance, version or link in the account's chain does not follow from the one before. */
export const findBrokenEntries = query({
  name: 'ledger.findBrokenEntries',
  columns: { journalId: column.uuid<JournalId>(), lineNo: column.int4 },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select journal_id, line_no
    from (
      select e.*, j.content_hash,
        row_number() over by_account as expected_version,
        sum(e.amount_minor) over by_account as expected_balance,
        coalesce(lag(e.hash) over by_account, decode(repeat('00', 32), 'hex')) as previous_hash
      from ledger.entry e
      join ledger.journal j on j.id = e.journal_id
      window by_account as (partition by e.account_id order by e.version)) e
    where version <> expected_version
      or balance_after <> expected_balance
      or hash <> sha256(previous_hash || content_hash || convert_to(
        concat_ws(':', line_no, account_id, amount_minor, balance_after, version), 'UTF8'))
    order by journal_id, line_no
    limit ${p.limit}`,
});

/** Journals whose content is no longer what was hashed when they were posted; the text is that of journal-hash.ts. */
export const findAlteredJournals = query({
  name: 'ledger.findAlteredJournals',
  columns: { journalId: column.uuid<JournalId>() },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select j.id as journal_id
    from ledger.journal j
    left join lateral (
      select string_agg(concat(
          octet_length(a.name), ':', a.name, ',',
          octet_length(a.currency), ':', a.currency, ',',
          octet_length(a.kind), ':', a.kind, ',',
          octet_length(coalesce(a.party_id::text, '')), ':', a.party_id, ',',
          octet_length(e.amount_minor::text), ':', e.amount_minor, ','), '' order by e.line_no) as text
      from ledger.entry e
      join ledger.account a on a.id = e.account_id
      where e.journal_id = j.id) lines on true
    cross join lateral (
      select ((extract(epoch from j.effective_at) * 1000)::bigint)::text as effective_ms) t
    where j.content_hash <> sha256(convert_to(concat(
        octet_length(j.idempotency_key), ':', j.idempotency_key, ',',
        octet_length(j.code), ':', j.code, ',',
        octet_length(j.description), ':', j.description, ',',
        octet_length(t.effective_ms), ':', t.effective_ms, ',',
        octet_length(coalesce(j.actor::text, '')), ':', j.actor, ',',
        octet_length(coalesce(j.reverses::text, '')), ':', j.reverses, ',',
        lines.text), 'UTF8'))
    order by j.id
    limit ${p.limit}`,
});
