create schema ledger;

create table ledger.account (
  id uuid primary key,
  name text not null,
  currency text not null,
  kind text not null check (kind in ('asset', 'liability', 'income', 'expense', 'equity')),
  party_id uuid,
  balance numeric(38, 0) not null default 0,
  version bigint not null default 0,
  created_at timestamptz not null default now(),
  unique (name, currency)
);

create table ledger.journal (
  id uuid primary key,
  idempotency_key text not null unique,
  code text not null,
  description text not null,
  effective_at timestamptz not null,
  created_at timestamptz not null default now(),
  reverses uuid unique references ledger.journal,
  actor uuid,
  content_hash bytea not null,
  previous_hash bytea
);

create table ledger.entry (
  journal_id uuid not null references ledger.journal,
  line_no int not null,
  account_id uuid not null references ledger.account,
  amount_minor bigint not null check (amount_minor <> 0),
  balance_after numeric(38, 0) not null,
  version bigint not null,
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

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append only: correct with a new journal' using errcode = 'insufficient_privilege';
end $$;

create trigger journal_append_only before update or delete on ledger.journal
  for each statement execute function ledger.refuse_change();
create trigger entry_append_only before update or delete on ledger.entry
  for each statement execute function ledger.refuse_change();
