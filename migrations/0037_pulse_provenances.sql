-- What 0033 left out: the words of kernel/counting.ts.
alter table pulse.feed
  add constraint feed_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table pulse.item
  add constraint item_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
alter table pulse.digest
  add constraint digest_provenance check (provenance in ('api', 'scrape', 'import', 'counted', 'estimated', 'demo'));
