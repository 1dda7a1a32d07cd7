create schema assistant;

create table assistant.conversation (
  id uuid primary key,
  user_id uuid not null,
  title text not null,
  created_at timestamptz not null,
  last_at timestamptz not null
);
create index conversation_by_user on assistant.conversation (user_id, id desc);

-- What was asked and answered, as it was; the plan and its rows, so that every number of the answer can be opened.
create table assistant.turn (
  id uuid primary key,
  conversation_id uuid not null references assistant.conversation on delete cascade deferrable initially deferred,
  question text not null,
  answer jsonb not null,
  understood jsonb,
  at timestamptz not null,
  was_helpful boolean
);
create index turn_by_conversation on assistant.turn (conversation_id, id);
