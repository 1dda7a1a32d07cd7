-- What an upload shares with what was there before, told as a report tells it: what it is of the other, where in both, and what
-- a person decided. Findings of the earlier comparison said none of that; everything is compared anew.
drop table recognition.finding;
create table recognition.finding (
  recording_id uuid not null,
  other_id uuid not null,
  kind text not null check (kind in ('same', 'edit', 'respeed', 'mix', 'sample')),
  speed real not null,
  pitch_cents real not null,
  confidence real not null,
  part real not null,
  other_part real not null,
  length_ms int not null,
  other_length_ms int not null,
  stretches jsonb not null,
  to_review boolean not null,
  found_at timestamptz not null default now(),
  decision text check (decision in ('merged', 'confirmed', 'rejected')),
  decided_by uuid,
  decided_at timestamptz,
  primary key (recording_id, other_id),
  check (recording_id <> other_id)
);
create index finding_by_other on recognition.finding (other_id);
create index finding_to_review on recognition.finding (recording_id, other_id) where to_review and decision is null;

-- Compared with everything that was in the index before it. What is not here yet is compared at the next pass, whatever crashed.
create table recognition.compared (
  recording_id uuid primary key,
  findings int not null,
  at timestamptz not null default now()
);

-- What an import brought: files that were met for the first time while it ran.
create view media.public_imported as
select distinct r.id as import_id, f.recording_id
from media.import_run r
join media.file f
  on f.path > r.folder collate "C" || '/' and f.path < r.folder collate "C" || '0'
  and f.imported_at >= r.started_at and (r.ended_at is null or f.imported_at <= r.ended_at);
