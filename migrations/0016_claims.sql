-- Somebody says that an unknown sound is theirs; somebody else looks at it. What was decided, by whom and why, stays.
create table recognition.claim (
  id uuid primary key,
  sound_id uuid not null references recognition.unknown_sound on delete cascade,
  user_id uuid not null,
  note text not null,
  claimed_at timestamptz not null,
  decision text check (decision in ('accepted', 'rejected')),
  reason text,
  decided_at timestamptz,
  decided_by uuid,
  check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null))
);
-- A sound is claimed by one person at a time; a claim that was rejected leaves it to others.
create unique index claim_standing on recognition.claim (sound_id) where decision is null or decision = 'accepted';
create index claim_by_person on recognition.claim (user_id, id desc);
create index claim_by_age on recognition.claim (id desc);

insert into recognition.claim (id, sound_id, user_id, note, claimed_at)
select gen_random_uuid(), id, claimed_by, claim_note, claimed_at
from recognition.unknown_sound
where claimed_by is not null;

-- recording_id: whose it turned out to be. clip: 15 s of it, where the installation keeps sound.
alter table recognition.unknown_sound
  drop column claimed_by,
  drop column claimed_at,
  drop column claim_note,
  add column recording_id uuid,
  add column clip bytea;
create index unknown_sound_credited on recognition.unknown_sound (id) where recording_id is not null;

create view accounts.public_name as
select id, name
from accounts."user";
