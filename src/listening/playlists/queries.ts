import type { Id, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type PlaylistId = Id<'playlist'>;
export type ShareId = Id<'share'>;
export type MarkKind = 'recording' | 'release' | 'artist';

const id = '00000000-0000-7000-8000-000000000000';

// ── playlists ───────────────────────────────────────────────────────────

const playlistColumns = {
  id: column.uuid<PlaylistId>(),
  ownerId: column.uuid<UserId>(),
  name: column.text,
  about: column.nullable(column.text),
  isPublic: column.bool,
  isOpen: column.bool,
  createdAt: column.instant,
  changedAt: column.instant,
  entries: column.int8,
  durationMs: column.int8,
};
const playlistFields = sql`p.id, p.owner_id, p.name, p.about, p.is_public, p.is_open, p.created_at, p.changed_at,
    (select count(*) from playlists.entry e where e.playlist_id = p.id) as entries,
    (select coalesce(sum(r.duration_ms), 0)::bigint
     from playlists.entry e join catalog.public_song r on r.id = e.recording_id
     where e.playlist_id = p.id) as duration_ms`;

export const insertPlaylist = command({
  name: 'playlists.insertPlaylist',
  sample: { id, ownerId: id, name: 'x', about: null, isPublic: false },
  text: (p: {
    id: string;
    ownerId: string;
    name: string;
    about: string | null;
    isPublic: boolean;
  }) => sql`
    insert into playlists.playlist (id, owner_id, name, about, is_public)
    values (${p.id}, ${p.ownerId}, ${p.name}, ${p.about}, ${p.isPublic})`,
});

/** Mine and those everybody may see. */
export const listPlaylists = query({
  name: 'playlists.listPlaylists',
  columns: playlistColumns,
  sample: { userId: id, limit: 1 },
  text: (p: { userId: string; limit: number }) => sql`
    select ${playlistFields}
    from playlists.playlist p
    where p.owner_id = ${p.userId} or p.is_public
    order by (p.owner_id = ${p.userId}) desc, p.changed_at desc, p.id
    limit ${p.limit}`,
});

/** Only who owns it or may see it gets it. */
export const findPlaylist = query({
  name: 'playlists.findPlaylist',
  columns: playlistColumns,
  sample: { id, userId: id },
  text: (p: { id: string; userId: string }) => sql`
    select ${playlistFields}
    from playlists.playlist p
    where p.id = ${p.id} and (p.owner_id = ${p.userId} or p.is_public)`,
});

export const lockPlaylist = query({
  name: 'playlists.lockPlaylist',
  columns: {
    id: column.uuid<PlaylistId>(),
    ownerId: column.uuid<UserId>(),
    isPublic: column.bool,
    isOpen: column.bool,
  },
  sample: { id },
  text: (p: { id: string }) => sql`
    select id, owner_id, is_public, is_open from playlists.playlist where id = ${p.id} for update`,
});

export const changePlaylist = command({
  name: 'playlists.changePlaylist',
  sample: { id, name: null, about: null, isPublic: null, isOpen: null },
  text: (p: {
    id: string;
    name: string | null;
    about: string | null;
    isPublic: boolean | null;
    isOpen: boolean | null;
  }) => sql`
    update playlists.playlist
    set name = coalesce(${p.name}, name), about = coalesce(${p.about}, about),
      is_public = coalesce(${p.isPublic}, is_public), is_open = coalesce(${p.isOpen}, is_open), changed_at = now()
    where id = ${p.id}`,
});

export const deletePlaylist = command({
  name: 'playlists.deletePlaylist',
  sample: { id, ownerId: id },
  text: (p: { id: string; ownerId: string }) => sql`
    delete from playlists.playlist where id = ${p.id} and owner_id = ${p.ownerId}`,
});

export const entriesOf = query({
  name: 'playlists.entriesOf',
  columns: {
    position: column.int4,
    recordingId: column.uuid<RecordingId>(),
    addedBy: column.uuid<UserId>(),
    addedAt: column.instant,
  },
  sample: { playlistId: id },
  text: (p: { playlistId: string }) => sql`
    select position, recording_id, added_by, added_at
    from playlists.entry
    where playlist_id = ${p.playlistId}
    order by position`,
});

export const clearEntries = command({
  name: 'playlists.clearEntries',
  sample: { playlistId: id },
  text: (p: { playlistId: string }) =>
    sql`delete from playlists.entry where playlist_id = ${p.playlistId}`,
});

export const putEntries = command({
  name: 'playlists.putEntries',
  sample: { playlistId: id, recordings: [], addedBy: [], addedAt: [] },
  text: (p: {
    playlistId: string;
    recordings: readonly string[];
    addedBy: readonly string[];
    addedAt: readonly Date[];
  }) => sql`
    insert into playlists.entry (playlist_id, position, recording_id, added_by, added_at)
    select ${p.playlistId}, w.n, w.recording_id, w.added_by, w.added_at
    from unnest(${p.recordings}::uuid[], ${p.addedBy}::uuid[], ${p.addedAt}::timestamptz[])
      with ordinality as w(recording_id, added_by, added_at, n)`,
});

// ── stars and ratings ───────────────────────────────────────────────────

export const star = command({
  name: 'playlists.star',
  sample: { userId: id, kind: 'recording', targets: [], starred: true },
  text: (p: {
    userId: string;
    kind: MarkKind;
    targets: readonly string[];
    starred: boolean;
  }) => sql`
    insert into playlists.mark (user_id, kind, target_id, starred_at)
    select ${p.userId}, ${p.kind}, t, case when ${p.starred}::bool then now() end
    from unnest(${p.targets}::uuid[]) as t
    on conflict (user_id, kind, target_id) do update
    set starred_at = case when ${p.starred}::bool then coalesce(playlists.mark.starred_at, now()) end`,
});

export const rate = command({
  name: 'playlists.rate',
  sample: { userId: id, kind: 'recording', target: id, rating: null },
  text: (p: { userId: string; kind: MarkKind; target: string; rating: number | null }) => sql`
    insert into playlists.mark (user_id, kind, target_id, rating)
    values (${p.userId}, ${p.kind}, ${p.target}, ${p.rating})
    on conflict (user_id, kind, target_id) do update set rating = excluded.rating`,
});

/** What of these a person starred or rated. */
export const marksOf = query({
  name: 'playlists.marksOf',
  columns: {
    targetId: column.uuid<string>(),
    starredAt: column.nullable(column.instant),
    rating: column.nullable(column.int4),
  },
  sample: { userId: id, targets: [] },
  text: (p: { userId: string; targets: readonly string[] }) => sql`
    select target_id, starred_at, rating
    from playlists.mark
    where user_id = ${p.userId} and target_id = any(${p.targets}::uuid[])`,
});

export const starredOf = query({
  name: 'playlists.starredOf',
  columns: { kind: column.oneOf<MarkKind>(), targetId: column.uuid<string>() },
  sample: { userId: id, limit: 1 },
  text: (p: { userId: string; limit: number }) => sql`
    select kind, target_id
    from playlists.mark
    where user_id = ${p.userId} and starred_at is not null
    order by starred_at desc
    limit ${p.limit}`,
});

/** Which kind of thing an id names. */
export const kindOf = query({
  name: 'playlists.kindOf',
  columns: { kind: column.oneOf<MarkKind>() },
  sample: { id },
  text: (p: { id: string }) => sql`
    select 'recording' as kind from catalog.public_song where id = ${p.id}
    union all select 'release' from catalog.public_release where id = ${p.id}
    union all select 'artist' from catalog.public_artist_about where id = ${p.id}
    limit 1`,
});

// ── queues and bookmarks ────────────────────────────────────────────────

export const putQueue = command({
  name: 'playlists.putQueue',
  sample: { userId: id, recordings: [], current: null, positionMs: 0, changedBy: 'x' },
  text: (p: {
    userId: string;
    recordings: readonly string[];
    current: number | null;
    positionMs: number;
    changedBy: string;
  }) => sql`
    insert into playlists.play_queue (user_id, recordings, current, position_ms, changed_by)
    values (${p.userId}, ${p.recordings}::uuid[], ${p.current}, ${p.positionMs}, ${p.changedBy})
    on conflict (user_id) do update set recordings = excluded.recordings, current = excluded.current,
      position_ms = excluded.position_ms, changed_by = excluded.changed_by, changed_at = now()`,
});

export const findQueue = query({
  name: 'playlists.findQueue',
  columns: {
    recordings: column.uuidArray<RecordingId>(),
    current: column.nullable(column.int4),
    positionMs: column.int8,
    changedAt: column.instant,
    changedBy: column.text,
  },
  sample: { userId: id },
  text: (p: { userId: string }) => sql`
    select recordings, current, position_ms, changed_at, changed_by
    from playlists.play_queue
    where user_id = ${p.userId}`,
});

export const putBookmark = command({
  name: 'playlists.putBookmark',
  sample: { userId: id, recordingId: id, positionMs: 0, comment: null },
  text: (p: {
    userId: string;
    recordingId: string;
    positionMs: number;
    comment: string | null;
  }) => sql`
    insert into playlists.bookmark (user_id, recording_id, position_ms, comment)
    values (${p.userId}, ${p.recordingId}, ${p.positionMs}, ${p.comment})
    on conflict (user_id, recording_id) do update
    set position_ms = excluded.position_ms, comment = excluded.comment, changed_at = now()`,
});

export const deleteBookmark = command({
  name: 'playlists.deleteBookmark',
  sample: { userId: id, recordingId: id },
  text: (p: { userId: string; recordingId: string }) => sql`
    delete from playlists.bookmark where user_id = ${p.userId} and recording_id = ${p.recordingId}`,
});

export const bookmarksOf = query({
  name: 'playlists.bookmarksOf',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    positionMs: column.int8,
    comment: column.nullable(column.text),
    createdAt: column.instant,
    changedAt: column.instant,
  },
  sample: { userId: id, limit: 1 },
  text: (p: { userId: string; limit: number }) => sql`
    select recording_id, position_ms, comment, created_at, changed_at
    from playlists.bookmark
    where user_id = ${p.userId}
    order by changed_at desc
    limit ${p.limit}`,
});

// ── shares and radio ────────────────────────────────────────────────────

export const insertShare = command({
  name: 'playlists.insertShare',
  sample: { id, ownerId: id, secret: 'x', description: null, recordings: [], expiresAt: null },
  text: (p: {
    id: string;
    ownerId: string;
    secret: string;
    description: string | null;
    recordings: readonly string[];
    expiresAt: Date | null;
  }) => sql`
    insert into playlists.share (id, owner_id, secret, description, recordings, expires_at)
    values (${p.id}, ${p.ownerId}, ${p.secret}, ${p.description}, ${p.recordings}::uuid[], ${p.expiresAt})`,
});

export const sharesOf = query({
  name: 'playlists.sharesOf',
  columns: {
    id: column.uuid<ShareId>(),
    secret: column.text,
    description: column.nullable(column.text),
    recordings: column.uuidArray<RecordingId>(),
    createdAt: column.instant,
    expiresAt: column.nullable(column.instant),
    visitedAt: column.nullable(column.instant),
    visits: column.int4,
  },
  sample: { ownerId: id, limit: 1 },
  text: (p: { ownerId: string; limit: number }) => sql`
    select id, secret, description, recordings, created_at, expires_at, visited_at, visits
    from playlists.share
    where owner_id = ${p.ownerId}
    order by id desc
    limit ${p.limit}`,
});

export const changeShare = command({
  name: 'playlists.changeShare',
  sample: { id, ownerId: id, description: null, expiresAt: null },
  text: (p: {
    id: string;
    ownerId: string;
    description: string | null;
    expiresAt: Date | null;
  }) => sql`
    update playlists.share
    set description = coalesce(${p.description}, description), expires_at = coalesce(${p.expiresAt}, expires_at)
    where id = ${p.id} and owner_id = ${p.ownerId}`,
});

export const deleteShare = command({
  name: 'playlists.deleteShare',
  sample: { id, ownerId: id },
  text: (p: { id: string; ownerId: string }) => sql`
    delete from playlists.share where id = ${p.id} and owner_id = ${p.ownerId}`,
});

export const radioStations = query({
  name: 'playlists.radioStations',
  columns: {
    id: column.uuid<Id<'radioStation'>>(),
    name: column.text,
    streamUrl: column.text,
    homeUrl: column.nullable(column.text),
  },
  sample: { limit: 1 },
  text: (p: { limit: number }) => sql`
    select id, name, stream_url, home_url from playlists.radio_station order by name, id limit ${p.limit}`,
});

export const putRadioStation = command({
  name: 'playlists.putRadioStation',
  sample: { id, name: 'x', streamUrl: 'x', homeUrl: null, addedBy: id },
  text: (p: {
    id: string;
    name: string;
    streamUrl: string;
    homeUrl: string | null;
    addedBy: string;
  }) => sql`
    insert into playlists.radio_station (id, name, stream_url, home_url, added_by)
    values (${p.id}, ${p.name}, ${p.streamUrl}, ${p.homeUrl}, ${p.addedBy})
    on conflict (id) do update set name = excluded.name, stream_url = excluded.stream_url, home_url = excluded.home_url`,
});

export const deleteRadioStation = command({
  name: 'playlists.deleteRadioStation',
  sample: { id },
  text: (p: { id: string }) => sql`delete from playlists.radio_station where id = ${p.id}`,
});
