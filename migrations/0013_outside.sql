create schema if not exists recognition;

-- What outside services answered, so that no question is paid for twice. The question is the hash of what was sent.
create table recognition.outside_answer (
  service text not null,
  question bytea not null,
  claims json not null,
  asked_at timestamptz not null,
  primary key (service, question)
);
create index outside_answer_by_age on recognition.outside_answer (asked_at);

-- Every call that left the house, and what it cost in millionths of the currency unit.
create table recognition.outside_call (
  id uuid primary key,
  service text not null,
  asked_at timestamptz not null,
  took_ms int not null,
  outcome text not null,
  cost_micros bigint not null,
  currency text not null,
  sent_sound bool not null
);
create index outside_call_by_time on recognition.outside_call (asked_at desc);
