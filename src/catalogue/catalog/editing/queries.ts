import type { ArtistId, PartyId, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import { sampleId } from '../queries.ts';
import { isAlike } from '../reading/alike.ts';

export const insertChange = command({
  name: 'catalog.insertChange',
  sample: {
    actor: sampleId as string | null,
    entity: 'recording',
    entityId: sampleId,
    change: '{}',
  },
  text: (p: { actor: string | null; entity: string; entityId: string; change: string }) => sql`
    insert into catalog.change (actor, entity, entity_id, change)
    values (${p.actor}, ${p.entity}, ${p.entityId}, ${p.change}::jsonb)`,
});

export const listChanges = query({
  name: 'catalog.listChanges',
  columns: {
    id: column.int8,
    at: column.instant,
    actor: column.nullable(column.uuid<UserId>()),
    change: column.json<unknown>(),
  },
  sample: { entityId: sampleId, before: null as bigint | null, limit: 1 },
  text: (p: { entityId: string; before: bigint | null; limit: number }) => sql`
    select id, at, actor, change
    from catalog.change
    where entity_id = ${p.entityId} and (${p.before}::bigint is null or id < ${p.before}::bigint)
    order by id desc
    limit ${p.limit}`,
});

// ── editing ─────────────────────────────────────────────────────────────

export const lockForEdit = query({
  name: 'catalog.lockForEdit',
  columns: {
    id: column.uuid<RecordingId>(),
    title: column.text,
    artistName: column.text,
    isrc: column.nullable(column.text),
    durationMs: column.nullable(column.int4),
    genres: column.textArray,
    language: column.nullable(column.text),
    year: column.nullable(column.int4),
    provenance: column.oneOf<Provenance>(),
    mergedInto: column.nullable(column.uuid<RecordingId>()),
  },
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select id, title, artist_name, isrc, duration_ms, genres, language, year, provenance, merged_into
    from catalog.recording
    where id = any(${p.ids}::uuid[])
    order by id
    for no key update`,
});

type Edited = {
  id: string;
  title: string;
  artistName: string;
  matchTitle: string;
  matchArtist: string;
  isrc: string | null;
  isrcValid: boolean | null;
  durationMs: number | null;
  genres: readonly string[];
  language: string | null;
  year: number | null;
  edited: readonly string[];
};

export const updateRecording = command({
  name: 'catalog.updateRecording',
  sample: {
    id: sampleId,
    title: 'a',
    artistName: 'b',
    matchTitle: 'a',
    matchArtist: 'b',
    isrc: null,
    isrcValid: null,
    durationMs: null,
    genres: [],
    language: null,
    year: null,
    edited: ['title'],
  },
  text: (p: Edited) => sql`
    update catalog.recording
    set title = ${p.title}, artist_name = ${p.artistName}, match_title = ${p.matchTitle}, match_artist = ${p.matchArtist},
        isrc = ${p.isrc}, isrc_valid = ${p.isrcValid}, duration_ms = ${p.durationMs}, genres = ${p.genres}::text[],
        language = ${p.language}, year = ${p.year}, updated_at = now(),
        edited = array(select distinct unnest(edited || ${p.edited}::text[]) order by 1)
    where id = ${p.id}`,
});

// ── merging ─────────────────────────────────────────────────────────────

/** What hung on the recording, kept in the audit trail. */
export const hangingOn = query({
  name: 'catalog.hangingOn',
  columns: { standing: column.json<unknown>() },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select jsonb_build_object(
      'recording', (select to_jsonb(r) from catalog.recording r where r.id = ${p.id}),
      'tracks', (select jsonb_agg(to_jsonb(t)) from catalog.release_track t where t.recording_id = ${p.id}),
      'credits', (select jsonb_agg(to_jsonb(c)) from catalog.credit c where c.recording_id = ${p.id}),
      'works', (select jsonb_agg(w.work_id) from catalog.recording_work w where w.recording_id = ${p.id}),
      'splits', (select jsonb_agg(s.id) from catalog.split s where s.recording_id = ${p.id})) as standing`,
});

type Merge = { fromId: string; intoId: string };
const merge: Merge = { fromId: sampleId, intoId: sampleId };

export const pointToWinner = command({
  name: 'catalog.pointToWinner',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.recording
    set merged_into = ${p.intoId}, updated_at = now()
    where id = ${p.fromId} or merged_into = ${p.fromId}`,
});

export const moveKeys = command({
  name: 'catalog.moveKeys',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.recording_key
    set recording_id = ${p.intoId}
    where recording_id = ${p.fromId}`,
});

/** Places on releases follow, unless the winner is on that release already. */
export const moveTracks = command({
  name: 'catalog.moveTracks',
  sample: merge,
  text: (p: Merge) => sql`
    with left_behind as (
      delete from catalog.release_track
      where recording_id = ${p.fromId}
      returning release_id, disc, position)
    insert into catalog.release_track (release_id, disc, position, recording_id)
    select release_id, disc, position, ${p.intoId}::uuid
    from left_behind l
    where not exists (
      select
      from catalog.release_track t
      where t.release_id = l.release_id and t.recording_id = ${p.intoId})`,
});

export const moveCredits = command({
  name: 'catalog.moveCredits',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.credit c
    set recording_id = ${p.intoId}
    where recording_id = ${p.fromId}
      and not exists (
        select
        from catalog.credit other
        where other.recording_id = ${p.intoId} and other.party_id = c.party_id and other.role = c.role)`,
});

export const copyWorks = command({
  name: 'catalog.copyWorks',
  sample: merge,
  text: (p: Merge) => sql`
    insert into catalog.recording_work (recording_id, work_id)
    select ${p.intoId}::uuid, work_id
    from catalog.recording_work
    where recording_id = ${p.fromId}
    on conflict do nothing`,
});

/** The winner's own splits count; only a winner without any takes over the other's. */
export const moveSplits = command({
  name: 'catalog.moveSplits',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.split
    set recording_id = ${p.intoId}
    where recording_id = ${p.fromId}
      and not exists (select from catalog.split s where s.recording_id = ${p.intoId})`,
});

export const fillFromMerged = command({
  name: 'catalog.fillFromMerged',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.recording stays
    set isrc = coalesce(stays.isrc, goes.isrc),
        isrc_valid = case when stays.isrc is null then goes.isrc_valid else stays.isrc_valid end,
        duration_ms = coalesce(stays.duration_ms, goes.duration_ms),
        genres = case when stays.genres = '{}' then goes.genres else stays.genres end,
        year = coalesce(stays.year, goes.year),
        cover_key = coalesce(stays.cover_key, goes.cover_key),
        updated_at = now()
    from catalog.recording goes
    where stays.id = ${p.intoId} and goes.id = ${p.fromId}`,
});

export const lockArtists = query({
  name: 'catalog.lockArtists',
  columns: {
    id: column.uuid<ArtistId>(),
    name: column.text,
    mergedInto: column.nullable(column.uuid<ArtistId>()),
    partyId: column.uuid<PartyId>(),
    userId: column.nullable(column.uuid<UserId>()),
  },
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select a.id, a.name, a.merged_into, p.id as party_id, p.user_id
    from catalog.artist a
    join catalog.party named on named.id = a.party_id
    join catalog.party p on p.id = coalesce(named.merged_into, named.id)
    where a.id = any(${p.ids}::uuid[])
    order by a.id
    for no key update of a`,
});

export const pointArtists = command({
  name: 'catalog.pointArtists',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.artist
    set merged_into = ${p.intoId}
    where id = ${p.fromId} or merged_into = ${p.fromId}`,
});

export const pointParties = command({
  name: 'catalog.pointParties',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.party
    set merged_into = ${p.intoId}
    where (id = ${p.fromId} or merged_into = ${p.fromId}) and id <> ${p.intoId}`,
});

/** Where a recording names both, the second mention goes. */
export const moveArtistRecordings = command({
  name: 'catalog.moveArtistRecordings',
  sample: merge,
  text: (p: Merge) => sql`
    with twice as (
      delete from catalog.recording_artist ra
      where ra.artist_id = ${p.fromId}
        and exists (
          select
          from catalog.recording_artist other
          where other.recording_id = ra.recording_id and other.artist_id = ${p.intoId}))
    update catalog.recording_artist ra
    set artist_id = ${p.intoId}
    where ra.artist_id = ${p.fromId}
      and not exists (
        select
        from catalog.recording_artist other
        where other.recording_id = ra.recording_id and other.artist_id = ${p.intoId})`,
});

export const moveArtistReleases = command({
  name: 'catalog.moveArtistReleases',
  sample: merge,
  text: (p: Merge) => sql`
    update catalog.release
    set artist_id = ${p.intoId}
    where artist_id = ${p.fromId}`,
});

// ── parties ─────────────────────────────────────────────────────────────

const partyRow = {
  id: column.uuid<PartyId>(),
  name: column.text,
  kind: column.oneOf<'person' | 'organisation'>(),
  ipi: column.nullable(column.text),
  isni: column.nullable(column.text),
  userId: column.nullable(column.uuid<UserId>()),
  provenance: column.oneOf<Provenance>(),
};

export const findParty = query({
  name: 'catalog.findParty',
  columns: partyRow,
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select p.id, p.name, p.kind, p.ipi, p.isni, p.user_id, p.provenance
    from catalog.party named
    join catalog.party p on p.id = coalesce(named.merged_into, named.id)
    where named.id = ${p.id}`,
});

export const listParties = query({
  name: 'catalog.listParties',
  columns: { ...partyRow, key: column.text },
  sample: {
    words: 'a' as string | null,
    userId: null as string | null,
    after: { key: 'a', id: sampleId },
    limit: 1,
  },
  text: (p: {
    words: string | null;
    userId: string | null;
    after: { key: string; id: string } | null;
    limit: number;
  }) => sql`
    select p.id, p.name, p.kind, p.ipi, p.isni, p.user_id, p.provenance, p.match_name as key
    from catalog.party p
    where p.merged_into is null
      ${p.words === null ? sql`` : sql`and ${isAlike(sql`p.match_name`, p.words)}`}
      ${p.userId === null ? sql`` : sql`and p.user_id = ${p.userId}`}
      ${p.after === null ? sql`` : sql`and (p.match_name, p.id) > (${p.after.key}, ${p.after.id}::uuid)`}
    order by p.match_name, p.id
    limit ${p.limit}`,
});

export const insertParty = command({
  name: 'catalog.insertParty',
  sample: {
    id: sampleId,
    name: 'a',
    matchName: 'a',
    kind: 'person',
    ipi: null as string | null,
    isni: null as string | null,
  },
  text: (p: {
    id: string;
    name: string;
    matchName: string;
    kind: string;
    ipi: string | null;
    isni: string | null;
  }) => sql`
    insert into catalog.party (id, name, match_name, kind, ipi, isni, provenance)
    values (${p.id}, ${p.name}, ${p.matchName}, ${p.kind}, ${p.ipi}, ${p.isni}, 'counted')`,
});

export const linkParty = command({
  name: 'catalog.linkParty',
  sample: { id: sampleId, userId: null as string | null },
  text: (p: { id: string; userId: string | null }) => sql`
    update catalog.party
    set user_id = ${p.userId}
    where id = ${p.id}`,
});

/** Encoders pad and players round: a second of difference is none. */
export const correctDuration = command({
  name: 'catalog.correctDuration',
  sample: { recordingId: sampleId, durationMs: 1 },
  text: (p: { recordingId: string; durationMs: number }) => sql`
    update catalog.recording
    set duration_ms = ${p.durationMs}, updated_at = now()
    where id = ${p.recordingId} and not 'durationMs' = any(edited)
      and (duration_ms is null or abs(duration_ms - ${p.durationMs}) > 1000)`,
});
