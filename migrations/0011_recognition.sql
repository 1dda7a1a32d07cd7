create schema if not exists recognition;

-- One sound of each recording that has any: what is fingerprinted.
create view media.public_sound as
select distinct on (recording_id) recording_id, path
from media.file
where missing_since is null
order by recording_id, imported_at, id;

-- Sound that could not be fingerprinted, so that the next pass does not try it for ever.
create table recognition.unfingerprinted (
  recording_id uuid primary key,
  reason text not null,
  detail text not null,
  at timestamptz not null default now()
);

-- An upload that sounds like what was there before: for the validation report and, where it matters, a person's eyes.
create table recognition.finding (
  recording_id uuid not null,
  other_id uuid not null,
  kind text not null check (kind in ('same', 'edit', 'respeed', 'sample')),
  speed real not null,
  pitch_cents real not null,
  confidence real not null,
  windows_matched int not null,
  windows_asked int not null,
  to_review boolean not null,
  found_at timestamptz not null default now(),
  primary key (recording_id, other_id)
);
create index finding_to_review on recognition.finding (found_at) where to_review;
