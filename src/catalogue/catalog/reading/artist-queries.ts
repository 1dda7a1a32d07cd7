import type { ArtistId, PartyId, ReleaseId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, query, sql, type Fragment } from '#foundation/platform/postgres.ts';
import type { ReleaseKind } from '../adding/draft.ts';
import { sampleId } from '../queries.ts';
import { isAlike, likeness } from './alike.ts';
import type { Page } from './queries.ts';

// ── artists ─────────────────────────────────────────────────────────────

const artistItem = {
  id: column.uuid<ArtistId>(),
  name: column.text,
  territory: column.nullable(column.text),
  recordings: column.int4,
  provenance: column.oneOf<Provenance>(),
};

const artistColumns = sql`
  a.id, a.name, a.territory, a.provenance,
  (select count(*)::int from catalog.recording_artist ra where ra.artist_id = a.id) as recordings`;

export const searchArtists = query({
  name: 'catalog.searchArtists',
  columns: { ...artistItem, score: column.float8 },
  sample: { words: 'a', limit: 1, after: { key: 1, id: sampleId } },
  text: (p: Page & { words: string }) => sql`
    select ${artistColumns}, a.score
    from (
      select a.*, ${likeness(sql`a.match_name`, p.words)} + case when a.match_name = ${p.words} then 1 else 0 end as score
      from catalog.artist a
      where ${isAlike(sql`a.match_name`, p.words)} and a.merged_into is null) a
    ${p.after === null ? sql`` : sql`where (a.score, a.id) < (${p.after.key}::float8, ${p.after.id}::uuid)`}
    order by a.score desc, a.id desc
    limit ${p.limit}`,
});

export const listArtists = query({
  name: 'catalog.listArtists',
  columns: { ...artistItem, sortKey: column.text },
  sample: { limit: 1, after: { key: 'a', id: sampleId } },
  text: (p: { limit: number; after: { readonly key: string; readonly id: string } | null }) => sql`
    select ${artistColumns}, a.sort_key
    from catalog.artist a
    where a.merged_into is null
      ${p.after === null ? sql`` : sql`and (a.sort_key, a.id) > (${p.after.key}, ${p.after.id}::uuid)`}
    order by a.sort_key, a.id
    limit ${p.limit}`,
});

export const artistItems = query({
  name: 'catalog.artistItems',
  columns: artistItem,
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select ${artistColumns}
    from catalog.artist a
    where a.id = any(${p.ids}::uuid[]) and a.merged_into is null`,
});

export const findArtist = query({
  name: 'catalog.findArtist',
  columns: {
    ...artistItem,
    partyId: column.uuid<PartyId>(),
    sortName: column.text,
    about: column.nullable(column.text),
    mbid: column.nullable(column.uuid<string>()),
  },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${artistColumns}, coalesce(p.merged_into, p.id) as party_id, a.sort_name, a.about, a.mbid
    from catalog.artist named
    join catalog.artist a on a.id = coalesce(named.merged_into, named.id)
    join catalog.party p on p.id = a.party_id
    where named.id = ${p.id}`,
});

// ── releases ────────────────────────────────────────────────────────────

const releaseItem = {
  id: column.uuid<ReleaseId>(),
  title: column.text,
  artistName: column.text,
  artistId: column.nullable(column.uuid<ArtistId>()),
  kind: column.oneOf<ReleaseKind>(),
  releasedOn: column.nullable(column.text),
  tracks: column.int4,
  hasCover: column.bool,
  provenance: column.oneOf<Provenance>(),
};

const releaseColumns = sql`
  rel.id, rel.title, rel.artist_name, rel.artist_id, rel.kind, rel.released_on, rel.provenance,
  rel.cover_key is not null as has_cover,
  (select count(*)::int from catalog.release_track t where t.release_id = rel.id) as tracks`;

/** An artist's releases are those in their name and those they have a track on. */
function byArtist(artistId: string | null): Fragment {
  return artistId === null
    ? sql`true`
    : sql`(rel.artist_id = ${artistId} or rel.id in (
        select t.release_id
        from catalog.recording_artist ra
        join catalog.release_track t on t.recording_id = ra.recording_id
        where ra.artist_id = ${artistId}))`;
}

export const searchReleases = query({
  name: 'catalog.searchReleases',
  columns: { ...releaseItem, score: column.float8 },
  sample: { words: 'a', artistId: sampleId, limit: 1, after: { key: 1, id: sampleId } },
  text: (p: Page & { words: string; artistId: string | null }) => sql`
    select ${releaseColumns}, rel.score
    from (
      select rel.*, ${likeness(sql`rel.match_key`, p.words)} as score
      from catalog.release rel
      where ${isAlike(sql`rel.match_key`, p.words)} and ${byArtist(p.artistId)}) rel
    ${p.after === null ? sql`` : sql`where (rel.score, rel.id) < (${p.after.key}::float8, ${p.after.id}::uuid)`}
    order by rel.score desc, rel.id desc
    limit ${p.limit}`,
});

export const listReleases = query({
  name: 'catalog.listReleases',
  columns: releaseItem,
  sample: { artistId: sampleId, limit: 1, after: sampleId as string | null },
  text: (p: { artistId: string | null; limit: number; after: string | null }) => sql`
    select ${releaseColumns}
    from catalog.release rel
    where ${byArtist(p.artistId)} ${p.after === null ? sql`` : sql`and rel.id < ${p.after}::uuid`}
    order by rel.id desc
    limit ${p.limit}`,
});

export const releaseItems = query({
  name: 'catalog.releaseItems',
  columns: releaseItem,
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select ${releaseColumns}
    from catalog.release rel
    where rel.id = any(${p.ids}::uuid[])`,
});

export const findRelease = query({
  name: 'catalog.findRelease',
  columns: {
    ...releaseItem,
    gtin: column.nullable(column.text),
    gtinValid: column.nullable(column.bool),
    labelName: column.nullable(column.text),
    territories: column.nullable(column.textArray),
  },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select ${releaseColumns}, rel.gtin, rel.gtin_valid, rel.territories, l.name as label_name
    from catalog.release rel
    left join catalog.label l on l.id = rel.label_id
    where rel.id = ${p.id}`,
});
