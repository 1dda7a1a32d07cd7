create schema ledger;

-- Signs: a debit is positive, a credit is negative; a balance is the sum of its entries. An account's entries form
-- a chain: each hash covers the one before it and the whole journal it belongs to, so that the account lock which
-- orders versions orders the chain too, and no lock is shared by postings that have no account in common.
create table ledger.account (
  id uuid primary key,
  name text not null,
  currency text not null,
  kind text not null check (kind in ('asset', 'liability', 'income', 'expense', 'equity')),
  party_id uuid,
  balance numeric(38, 0) not null default 0,
  version bigint not null default 0,
  last_hash bytea not null default decode(repeat('00', 32), 'hex'),
  created_at timestamptz not null default now(),
  unique (name, currency)
) with (fillfactor = 80);
create index account_by_party on ledger.account (party_id) where party_id is not null;

create table ledger.journal (
  id uuid primary key,
  idempotency_key text not null unique,
  code text not null,
  description text not null,
  effective_at timestamptz not null,
  created_at timestamptz not null default now(),
  reverses uuid unique references ledger.journal,
  actor uuid,
  content_hash bytea not null
);

create table ledger.entry (
  journal_id uuid not null references ledger.journal,
  line_no int not null,
  account_id uuid not null references ledger.account,
  amount_minor bigint not null check (amount_minor <> 0),
  balance_after numeric(38, 0) not null,
  version bigint not null,
  hash bytea not null,
  primary key (journal_id, line_no),
  unique (account_id, version)
);

-- Sum zero per journal and currency, checked when the transaction commits; and nothing is ever edited.
create function ledger.check_journal_balances() returns trigger language plpgsql as $$
declare
  broken text;
begin
  select a.currency into broken
  from ledger.entry e join ledger.account a on a.id = e.account_id
  where e.journal_id = new.id
  group by a.currency
  having sum(e.amount_minor) <> 0
  limit 1;
  if broken is not null then
    raise exception 'journal % does not sum to zero in %', new.id, broken using errcode = 'check_violation';
  end if;
  return null;
end $$;

create constraint trigger journal_balances after insert on ledger.journal
  deferrable initially deferred for each row execute function ledger.check_journal_balances();

-- A journal is closed by the commit that made it: the check above ran then and does not run again.
create function ledger.check_journal_is_open() returns trigger language plpgsql as $$
declare
  closed uuid;
begin
  select j.id into closed
  from (select distinct journal_id from arrived) a join ledger.journal j on j.id = a.journal_id
  where j.xmin::text::bigint <> pg_current_xact_id()::text::bigint % 4294967296
  limit 1;
  if closed is not null then
    raise exception 'journal % is closed: post a new one', closed using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;

create trigger entry_with_its_journal after insert on ledger.entry
  referencing new table as arrived for each statement execute function ledger.check_journal_is_open();

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append only: correct with a new journal' using errcode = 'insufficient_privilege';
end $$;

create trigger journal_append_only before update or delete or truncate on ledger.journal
  for each statement execute function ledger.refuse_change();
create trigger entry_append_only before update or delete or truncate on ledger.entry
  for each statement execute function ledger.refuse_change();
