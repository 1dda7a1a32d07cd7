import type { ArtistId, RecordingId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, query, sql } from '#foundation/platform/postgres.ts';

const sampleId = '00000000-0000-7000-8000-000000000000';

/** Recordings of an artist of the catalogue, by id or by folded name. */
export const recordingsOfCatalogArtist = query({
  name: 'analytics.recordingsOfCatalogArtist',
  columns: {
    artistId: column.uuid<ArtistId>(),
    artistName: column.text,
    recordingId: column.uuid<RecordingId>(),
    title: column.text,
  },
  sample: { artistId: sampleId, name: null, limit: 10 },
  text: (p: { artistId: string | null; name: string | null; limit: number }) => sql`
    select a.id as artist_id, a.name as artist_name, r.id as recording_id, r.title
    from catalog.public_artist a
    join catalog.public_recording_artist ra on ra.artist_id = a.id
    join catalog.public_recording r on r.id = ra.recording_id and r.merged_into is null
    where a.merged_into is null and (a.id::text = ${p.artistId} or a.match_name = ${p.name})
    order by r.title, r.id
    limit ${p.limit}`,
});

export const ownPlays = query({
  name: 'analytics.ownPlays',
  columns: {
    recordingId: column.uuid<RecordingId>(),
    day: column.day,
    plays: column.int8,
    provenance: column.oneOf<Provenance>(),
  },
  sample: {
    recordings: [sampleId],
    from: new Date(0),
    to: new Date(1),
    territory: null,
    demo: true,
  },
  text: (p: {
    recordings: readonly string[];
    from: Date;
    to: Date;
    territory: string | null;
    demo: boolean;
  }) => sql`
    select recording_id, (hour at time zone 'UTC')::date as day, sum(plays)::bigint as plays, min(provenance) as provenance
    from plays.public_hourly
    where recording_id = any(${p.recordings}::uuid[]) and hour >= ${p.from} and hour < ${p.to}
      and (${p.territory}::text is null or territory = ${p.territory}) and (${p.demo} or provenance <> 'demo')
    group by recording_id, day`,
});

/** Titles that stood on a chart of a country. */
export const chartedTitles = query({
  name: 'analytics.chartedTitles',
  columns: { title: column.text },
  sample: { territory: 'NG', demo: true },
  text: (p: { territory: string; demo: boolean }) => sql`
    select distinct e.title
    from charts.public_issue i
    join charts.public_entry e on e.chart_id = i.chart_id and e.issue_day = i.issue_day
    where i.territory = ${p.territory} and i.entity = 'song' and (${p.demo} or i.provenance <> 'demo')
    limit 50000`,
});
