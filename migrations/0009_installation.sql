-- What this installation knows of itself: whether it is a demo, and how far its making got.
create table platform.fact (
  name text primary key,
  value jsonb not null,
  at timestamptz not null default now()
);
