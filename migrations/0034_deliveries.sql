-- An event is delivered to each subscriber on its own: who wants to know what, and who has not heard of which event yet.
create table platform.subscription (
  topic text not null,
  subscriber text not null,
  primary key (topic, subscriber)
);

create table platform.delivery (
  subscriber text not null,
  event_id bigint not null references platform.outbox (id) on delete cascade,
  -- What the event is about: of two that share a key a subscriber hears in the order they were told.
  keys text[] not null default '{}',
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  error text,
  primary key (subscriber, event_id)
);
create index delivery_by_event on platform.delivery (event_id);
create index delivery_by_key on platform.delivery using gin (keys);

-- Whoever heard events until now; from here on every server says it when it starts.
insert into platform.subscription (topic, subscriber)
values
  ('catalog.recordingsLearned', 'plays'),
  ('catalog.recordingsLearned', 'recognition'),
  ('catalog.recordingsMerged', 'media'),
  ('catalog.recordingsMerged', 'plays'),
  ('catalog.recordingsMerged', 'recognition'),
  ('catalog.recordingsMerged', 'findings'),
  ('media.soundsChanged', 'recognition'),
  ('recognition.catalogueIndexed', 'findings'),
  ('recognition.soundKept', 'findings');

-- What nobody had taken yet goes on to everybody who wanted it: hearing of something twice changes nothing.
insert into platform.delivery (subscriber, event_id, keys, error)
select s.subscriber, o.id,
  case o.topic
    when 'catalog.recordingsMerged' then array[o.payload->>'fromId', o.payload->>'intoId']
    when 'recognition.soundKept' then array[o.payload->>'recordingId']
    else '{}'
  end,
  o.error
from platform.outbox o
join platform.subscription s on s.topic = o.topic
where o.delivered_at is null;

drop index platform.outbox_waiting;
alter table platform.outbox
  drop column next_attempt_at,
  drop column attempts,
  drop column error,
  drop column delivered_at;
create index outbox_by_age on platform.outbox (created_at);
