import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { Scope } from './queries.ts';

// What a run freezes, and the text its hashes are taken over. Order is by bytes (collate "C"), because the order
// of a locale differs between machines and so would the hash.

const sampleId = '00000000-0000-7000-8000-000000000000';

/** Plays and splits are read as of one moment; a merge between two statements would part them. */
export const freezeOneMoment = command({
  name: 'royalties.freezeOneMoment',
  sample: {},
  text: () => sql`set transaction isolation level repeatable read`,
});

export const sortInMemory = command({
  name: 'royalties.sortInMemory',
  sample: {},
  text: () => sql`select set_config('work_mem', '256MB', true)`,
});

type Eligible = {
  readonly runId: string;
  readonly from: Date;
  readonly to: Date;
  readonly minPlayMs: number;
  readonly scope: Scope;
  readonly demo: boolean;
};

/** A recording that was merged away has no splits any more; its plays may follow some moments later. */
const survivor = sql`coalesce(merged.merged_into, recording_id)`;

/**
 * Eligible plays by listener, recording, UTC day, territory and source; listeners numbered in the order of their ids.
 * A rank numbers them, not a join: the planner guesses one row for a scope, and a loop over two guesses took minutes.
 */
export const freezeUsage = query({
  name: 'royalties.freezeUsage',
  columns: { plays: column.int8, demo: column.bool },
  sample: {
    runId: sampleId,
    from: new Date(0),
    to: new Date(1),
    minPlayMs: 0,
    scope: {},
    demo: false,
  },
  text: ({ runId, from, to, minPlayMs, scope, demo }: Eligible) => sql`
    with eligible as materialized (
      select listener, ${survivor} as recording_id, (started_at at time zone 'UTC')::date as day,
        coalesce(territory, '') as territory, source, count(*) as plays, sum(played_ms)::bigint as played_ms,
        bool_or(play.provenance = 'demo') as demo
      from plays.public_counted play
      left join catalog.public_recording merged on merged.id = play.recording_id and merged.merged_into is not null
      where started_at >= ${from}
        and started_at < ${to}
        and played_ms >= ${minPlayMs}
        ${demo ? sql`` : sql`and play.provenance <> 'demo'`}
        ${scope.source === undefined ? sql`` : sql`and source = ${scope.source}`}
        ${scope.territory === undefined ? sql`` : sql`and territory = ${scope.territory}`}
        ${scope.placeId === undefined ? sql`` : sql`and place_id = ${scope.placeId}`}
      group by 1, 2, 3, 4, 5),
    frozen as (
      insert into royalties.usage (run_id, no, listener_no, recording_id, day, territory, source, plays, played_ms)
      select ${runId}::uuid,
        row_number() over (order by listener, recording_id, day, territory collate "C", source collate "C"),
        dense_rank() over (order by listener), recording_id, day, territory, source, plays, played_ms
      from eligible)
    select coalesce(sum(plays), 0)::bigint as plays, coalesce(bool_or(demo), false) as demo
    from eligible`,
});

/** Every version that could count for a frozen play. */
export const freezeRights = command({
  name: 'royalties.freezeRights',
  sample: { runId: sampleId, to: new Date(1) },
  text: (p: { runId: string; to: Date }) => sql`
    insert into royalties.rights (run_id, no, recording_id, territory, valid_from, version, split_id, party_id, party_name,
      basis_points)
    select ${p.runId}::uuid,
      row_number() over (order by recording_id, coalesce(territory, '') collate "C", version, split_id, party_id),
      recording_id, coalesce(territory, ''), valid_from, version, split_id, party_id, party_name, basis_points
    from catalog.public_split
    where "right" = 'master'
      and valid_from <= (${p.to}::timestamptz at time zone 'UTC')::date
      and recording_id in (select recording_id from royalties.usage where run_id = ${p.runId}::uuid)`,
});

export const freezeRecordings = command({
  name: 'royalties.freezeRecordings',
  sample: { runId: sampleId },
  text: (p: { runId: string }) => sql`
    insert into royalties.recording (run_id, recording_id, title, artist_name, isrc)
    select ${p.runId}::uuid, used.recording_id, coalesce(r.title, ''), coalesce(r.artist_name, ''), r.isrc
    from (select distinct recording_id from royalties.usage where run_id = ${p.runId}::uuid) used
    left join catalog.public_recording r on r.id = used.recording_id`,
});

export const markFrozen = command({
  name: 'royalties.markFrozen',
  sample: { runId: sampleId, plays: 0n, provenance: 'counted', now: new Date(0) },
  text: (p: { runId: string; plays: bigint; provenance: string; now: Date }) => sql`
    update royalties.run
    set frozen_at = ${p.now}, eligible_plays = ${p.plays}, provenance = ${p.provenance}
    where id = ${p.runId}`,
});

export const findOversharedSplit = query({
  name: 'royalties.findOversharedSplit',
  columns: { recordingId: column.uuid(), basisPoints: column.int8 },
  sample: { runId: sampleId },
  text: (p: { runId: string }) => sql`
    select recording_id, sum(basis_points) as basis_points
    from royalties.rights
    where run_id = ${p.runId}
    group by split_id, recording_id
    having sum(basis_points) > 10000
    order by recording_id
    limit 1`,
});

// ── reading, as text: one value for thousands of rows is several times faster than rows ──

type TextPage = { readonly runId: string; readonly after: number; readonly limit: number };
const samplePage = { runId: sampleId, after: 0, limit: 1 };
const textColumn = { text: column.nullable(column.text) };

/** `listener|recording|day|territory|source|plays|played ms`, by number. */
export const readUsageText = query({
  name: 'royalties.readUsageText',
  columns: textColumn,
  sample: samplePage,
  text: (p: TextPage) => sql`
    select string_agg(concat_ws('|', listener_no, recording_id, to_char(day, 'YYYY-MM-DD'), territory, source, plays,
      played_ms), '\n' order by no) as text
    from royalties.usage
    where run_id = ${p.runId} and no > ${p.after} and no <= ${p.after}::int + ${p.limit}::int`,
});

/** `recording|territory|valid from|version|split|party|basis points|name as JSON`, by number. */
export const readRightsText = query({
  name: 'royalties.readRightsText',
  columns: textColumn,
  sample: samplePage,
  text: (p: TextPage) => sql`
    select string_agg(concat_ws('|', recording_id, territory, to_char(valid_from, 'YYYY-MM-DD'), version, split_id, party_id,
      basis_points, to_json(party_name)), '\n' order by no) as text
    from royalties.rights
    where run_id = ${p.runId} and no > ${p.after} and no <= ${p.after}::int + ${p.limit}::int`,
});

/** `recording|[title, artist, ISRC] as JSON`, by recording id. */
export const readRecordingText = query({
  name: 'royalties.readRecordingText',
  columns: { text: column.nullable(column.text), last: column.nullable(column.uuid()) },
  sample: { runId: sampleId, after: null as string | null, limit: 1 },
  text: (p: { runId: string; after: string | null; limit: number }) => sql`
    select string_agg(concat_ws('|', recording_id, concat('[', to_json(title), ',', to_json(artist_name), ',',
        coalesce(to_json(isrc)::text, 'null'), ']')), '\n'
        order by recording_id) as text,
      (array_agg(recording_id order by recording_id desc))[1] as last
    from (
      select recording_id, title, artist_name, isrc
      from royalties.recording
      where run_id = ${p.runId} and (${p.after}::uuid is null or recording_id > ${p.after}::uuid)
      order by recording_id
      limit ${p.limit}) page`,
});
