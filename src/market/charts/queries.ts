import type { Id, RecordingId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Day } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { ChartEntity, ChartFrequency } from '#market/harvest/index.ts';

export type ChartId = Id<'chart'>;
export type SubjectId = Id<'subject'>;

const sampleId = '00000000-0000-7000-8000-000000000000';
const sampleDay = '2026-01-02';

// ── charts ──────────────────────────────────────────────────────────────

const chartColumns = {
  id: column.uuid<ChartId>(),
  source: column.text,
  key: column.text,
  name: column.text,
  territory: column.nullable(column.text),
  frequency: column.oneOf<ChartFrequency>(),
  entity: column.oneOf<ChartEntity>(),
  provenance: column.oneOf<Provenance>(),
};
export type ChartRow = {
  readonly id: ChartId;
  readonly source: string;
  readonly key: string;
  readonly name: string;
  readonly territory: string | null;
  readonly frequency: ChartFrequency;
  readonly entity: ChartEntity;
  readonly provenance: Provenance;
};

/** A chart's name may change; its frequency and what it charts may not. */
export const putChart = query({
  name: 'charts.putChart',
  columns: chartColumns,
  sample: {
    id: sampleId,
    source: 'turntable',
    key: 'top100',
    name: 'Top 100',
    territory: null,
    frequency: 'weekly',
    entity: 'song',
    provenance: 'import',
  },
  text: (p: Omit<ChartRow, 'id'> & { readonly id: string }) => sql`
    insert into charts.chart (id, source, key, name, territory, frequency, entity, provenance)
    values (${p.id}, ${p.source}, ${p.key}, ${p.name}, ${p.territory}, ${p.frequency}, ${p.entity}, ${p.provenance})
    on conflict (source, key) do update set name = excluded.name
    returning id, source, key, name, territory, frequency, entity, provenance`,
});

export const findChart = query({
  name: 'charts.findChart',
  columns: chartColumns,
  sample: { source: 'turntable', key: 'top100' },
  text: (p: { source: string; key: string }) => sql`
    select id, source, key, name, territory, frequency, entity, provenance
    from charts.chart
    where source = ${p.source} and key = ${p.key}`,
});

export const listCharts = query({
  name: 'charts.listCharts',
  columns: {
    ...chartColumns,
    issues: column.int8,
    firstDay: column.day,
    lastDay: column.day,
  },
  sample: { demo: true, source: null, limit: 10 },
  text: (p: { demo: boolean; source: string | null; limit: number }) => sql`
    select c.id, c.source, c.key, c.name, c.territory, c.frequency, c.entity, c.provenance,
      count(*) as issues, min(i.issue_day) as first_day, max(i.issue_day) as last_day
    from charts.chart c
    join charts.issue i on i.chart_id = c.id
    where (${p.demo} or c.provenance <> 'demo') and (${p.source}::text is null or c.source = ${p.source})
    group by c.id
    order by max(i.issue_day) desc, c.source, c.key
    limit ${p.limit}`,
});

/** Every chart that is no demo's, for the audit. */
export const chartsToVerify = query({
  name: 'charts.chartsToVerify',
  columns: chartColumns,
  sample: { limit: 10 },
  text: (p: { limit: number }) => sql`
    select id, source, key, name, territory, frequency, entity, provenance
    from charts.chart
    where provenance <> 'demo'
    order by source, key
    limit ${p.limit}`,
});

// ── issues ──────────────────────────────────────────────────────────────

export const deleteIssue = command({
  name: 'charts.deleteIssue',
  sample: { chartId: sampleId, issueDay: sampleDay },
  text: (p: { chartId: string; issueDay: string }) => sql`
    delete from charts.issue
    where chart_id = ${p.chartId} and issue_day = ${p.issueDay}`,
});

export const insertIssue = command({
  name: 'charts.insertIssue',
  sample: {
    chartId: sampleId,
    issueDay: sampleDay,
    periodFrom: null,
    periodTo: null,
    entries: 1,
    complete: true,
    payloadId: null,
    provenance: 'import',
  },
  text: (p: {
    chartId: string;
    issueDay: string;
    periodFrom: string | null;
    periodTo: string | null;
    entries: number;
    complete: boolean;
    payloadId: string | null;
    provenance: Provenance;
  }) => sql`
    insert into charts.issue (chart_id, issue_day, period_from, period_to, entries, complete, payload_id, provenance)
    values (${p.chartId}, ${p.issueDay}, ${p.periodFrom}, ${p.periodTo}, ${p.entries}, ${p.complete}, ${p.payloadId}, ${p.provenance})`,
});

/** The rows as one JSON array: an issue has at most a few hundred. */
export const insertEntries = command({
  name: 'charts.insertEntries',
  sample: { chartId: sampleId, issueDay: sampleDay, rows: '[]' },
  text: (p: { chartId: string; issueDay: string; rows: string }) => sql`
    insert into charts.entry (chart_id, issue_day, position, rank, subject_id, title, artist, said_last, said_peak, said_weeks,
      said, metric_name, metric_value, external_id, isrc, url, image_url, flags)
    select ${p.chartId}, ${p.issueDay}, r.position, r.rank, r.subject_id, r.title, r.artist, r.said_last, r.said_peak, r.said_weeks,
      r.said, r.metric_name, r.metric_value, r.external_id, r.isrc, r.url, r.image_url,
      coalesce((select array_agg(f) from jsonb_array_elements_text(r.flags) f), '{}')
    from jsonb_to_recordset(${p.rows}::jsonb) as r(position int, rank int, subject_id uuid, title text, artist text,
      said_last int, said_peak int, said_weeks int, said text, metric_name text, metric_value bigint, external_id text,
      isrc text, url text, image_url text, flags jsonb)`,
});

export const issueDays = query({
  name: 'charts.issueDays',
  columns: { issueDay: column.day, complete: column.bool },
  sample: { chartId: sampleId, until: sampleDay },
  text: (p: { chartId: string; until: string | null }) => sql`
    select issue_day, complete
    from charts.issue
    where chart_id = ${p.chartId} and (${p.until}::date is null or issue_day <= ${p.until}::date)
    order by issue_day`,
});

export const findIssue = query({
  name: 'charts.findIssue',
  columns: {
    issueDay: column.day,
    periodFrom: column.nullable(column.day),
    periodTo: column.nullable(column.day),
    complete: column.bool,
    payloadId: column.nullable(column.uuid<Id<'payload'>>()),
    provenance: column.oneOf<Provenance>(),
    receivedAt: column.instant,
  },
  sample: { chartId: sampleId, day: sampleDay },
  text: (p: { chartId: string; day: string }) => sql`
    select issue_day, period_from, period_to, complete, payload_id, provenance, received_at
    from charts.issue
    where chart_id = ${p.chartId} and issue_day = ${p.day}`,
});

const entryColumns = {
  position: column.int4,
  rank: column.int4,
  subjectId: column.uuid<SubjectId>(),
  recordingId: column.nullable(column.uuid<RecordingId>()),
  title: column.text,
  artist: column.text,
  saidLast: column.nullable(column.int4),
  saidPeak: column.nullable(column.int4),
  saidWeeks: column.nullable(column.int4),
  said: column.nullable(column.oneOf<'new' | 're'>()),
  metricName: column.nullable(column.text),
  metricValue: column.nullable(column.int8),
  externalId: column.nullable(column.text),
  url: column.nullable(column.text),
  imageUrl: column.nullable(column.text),
  flags: column.textArray,
};

export const entriesOfIssue = query({
  name: 'charts.entriesOfIssue',
  columns: entryColumns,
  sample: { chartId: sampleId, day: sampleDay },
  text: (p: { chartId: string; day: string }) => sql`
    select e.position, e.rank, e.subject_id, s.recording_id, e.title, e.artist, e.said_last, e.said_peak, e.said_weeks, e.said,
      e.metric_name, e.metric_value, e.external_id, e.url, e.image_url, e.flags
    from charts.entry e
    join charts.subject s on s.id = e.subject_id
    where e.chart_id = ${p.chartId} and e.issue_day = ${p.day}
    order by e.position`,
});

/** Every appearance on this chart, up to a day, of the subjects that an issue names. */
export const appearancesOf = query({
  name: 'charts.appearancesOf',
  columns: {
    subjectId: column.uuid<SubjectId>(),
    issueDay: column.day,
    rank: column.int4,
    saidLast: column.nullable(column.int4),
    saidPeak: column.nullable(column.int4),
    saidWeeks: column.nullable(column.int4),
    said: column.nullable(column.oneOf<'new' | 're'>()),
  },
  sample: { chartId: sampleId, until: sampleDay, subjects: [sampleId] },
  text: (p: { chartId: string; until: string; subjects: readonly string[] }) => sql`
    select distinct on (subject_id, issue_day) subject_id, issue_day, rank, said_last, said_peak, said_weeks, said
    from charts.entry
    where chart_id = ${p.chartId} and issue_day <= ${p.until} and subject_id = any(${p.subjects}::uuid[])
    order by subject_id, issue_day, rank`,
});

// ── subjects ────────────────────────────────────────────────────────────

export const findAliases = query({
  name: 'charts.findAliases',
  columns: {
    matchTitle: column.text,
    matchArtist: column.text,
    subjectId: column.uuid<SubjectId>(),
  },
  sample: { entity: 'song', titles: ['a'], artists: ['b'] },
  text: (p: { entity: ChartEntity; titles: readonly string[]; artists: readonly string[] }) => sql`
    select a.match_title, a.match_artist, a.subject_id
    from charts.alias a
    join unnest(${p.titles}::text[], ${p.artists}::text[]) as w(title, artist)
      on a.match_title = w.title and a.match_artist = w.artist
    where a.entity = ${p.entity}`,
});

const candidateColumns = {
  id: column.uuid<SubjectId>(),
  title: column.text,
  artist: column.text,
};

export const subjectsByCore = query({
  name: 'charts.subjectsByCore',
  columns: { ...candidateColumns, onChart: column.bool },
  sample: { entity: 'song', chartId: sampleId, cores: ['a'], limit: 100 },
  text: (p: {
    entity: ChartEntity;
    chartId: string;
    cores: readonly string[];
    limit: number;
  }) => sql`
    select s.id, s.title, s.artist,
      exists (select from charts.entry e where e.subject_id = s.id and e.chart_id = ${p.chartId}) as on_chart
    from charts.subject s
    where s.entity = ${p.entity} and s.core = any(${p.cores}::text[])
    order by s.id
    limit ${p.limit}`,
});

/** Who stood on the chart lately: a spelling that changed is looked for among them first. */
export const recentSubjects = query({
  name: 'charts.recentSubjects',
  columns: { ...candidateColumns, rank: column.int4, issueDay: column.day },
  sample: { chartId: sampleId, since: sampleDay, before: sampleDay, limit: 100 },
  text: (p: { chartId: string; since: string; before: string; limit: number }) => sql`
    select e.subject_id as id, e.title, e.artist, e.rank, e.issue_day
    from charts.entry e
    where e.chart_id = ${p.chartId} and e.issue_day >= ${p.since} and e.issue_day < ${p.before}
    order by e.issue_day desc, e.position
    limit ${p.limit}`,
});

export const insertSubject = command({
  name: 'charts.insertSubject',
  sample: { id: sampleId, entity: 'song', title: 'a', artist: 'b', core: 'a', recordingId: null },
  text: (p: {
    id: string;
    entity: ChartEntity;
    title: string;
    artist: string;
    core: string;
    recordingId: string | null;
  }) => sql`
    insert into charts.subject (id, entity, title, artist, core, recording_id)
    values (${p.id}, ${p.entity}, ${p.title}, ${p.artist}, ${p.core}, ${p.recordingId})`,
});

export const insertAlias = command({
  name: 'charts.insertAlias',
  sample: {
    entity: 'song',
    matchTitle: 'a',
    matchArtist: 'b',
    subjectId: sampleId,
    decided: 'first',
    reason: null,
  },
  text: (p: {
    entity: ChartEntity;
    matchTitle: string;
    matchArtist: string;
    subjectId: string;
    decided: 'first' | 'rules' | 'chart' | 'person';
    reason: string | null;
  }) => sql`
    insert into charts.alias (entity, match_title, match_artist, subject_id, decided, reason)
    values (${p.entity}, ${p.matchTitle}, ${p.matchArtist}, ${p.subjectId}, ${p.decided}, ${p.reason})
    on conflict (entity, match_title, match_artist) do nothing`,
});

/** One name for one chart at a time: two runs that store the same issue wait for each other. */
export const lockChart = command({
  name: 'charts.lockChart',
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`select 1 from charts.chart where id = ${p.id} for update`,
});

export type EntryRow = {
  readonly position: number;
  readonly rank: number;
  readonly subjectId: SubjectId;
  readonly recordingId: RecordingId | null;
  readonly title: string;
  readonly artist: string;
  readonly saidLast: number | null;
  readonly saidPeak: number | null;
  readonly saidWeeks: number | null;
  readonly said: 'new' | 're' | null;
  readonly metricName: string | null;
  readonly metricValue: bigint | null;
  readonly externalId: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
  readonly flags: readonly string[];
};
export type IssueDay = Day;
