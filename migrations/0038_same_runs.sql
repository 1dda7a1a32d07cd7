-- A run over the inputs of an earlier one is that run: it names it and posts nothing. And what the last check of a run found.
alter table royalties.run drop constraint run_status_check;
alter table royalties.run add constraint run_status_check check (status in ('running', 'done', 'failed', 'repeat'));
alter table royalties.run add column same_as uuid references royalties.run;
alter table royalties.run add constraint run_repeats check ((status = 'repeat') = (same_as is not null));
alter table royalties.run add column checked_at timestamptz;
alter table royalties.run add column check_problems text[];

-- Not unique: an installation may hold runs from before that were posted twice.
create index run_by_input on royalties.run (input_hash) where status = 'done';
