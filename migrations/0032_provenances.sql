-- several schemas: every provenance kept as text is a word of kernel/counting.ts; a new table states the check itself, and a test
-- finds those that do not.
alter table accounts."user"
  add constraint user_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table catalog.party
  add constraint party_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table catalog.label
  add constraint label_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table catalog.artist
  add constraint artist_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table catalog.release
  add constraint release_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table catalog.recording
  add constraint recording_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table catalog.work
  add constraint work_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table catalog.split
  add constraint split_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table plays.place
  add constraint place_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table plays.device
  add constraint device_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table royalties.run
  add constraint run_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table charts.chart
  add constraint chart_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table charts.issue
  add constraint issue_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table audience.entity
  add constraint entity_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table audience.series
  add constraint series_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table audience.method_break
  add constraint method_break_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table playlists.playlist
  add constraint playlist_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
