import type { RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import type { SharedStretch, SharingKind } from '#counting/recognition/engine.ts';

const someId = '00000000-0000-7000-8000-000000000001';

export type Decision = 'merged' | 'confirmed' | 'rejected';

/** Of these, the recordings that were not compared yet by the sound they have now. */
export const listUncompared = query({
  name: 'findings.listUncompared',
  columns: { recordingId: column.uuid<RecordingId>() },
  sample: { ids: [someId] as readonly string[], sounds: [''] as readonly string[] },
  text: (p: { ids: readonly string[]; sounds: readonly string[] }) => sql`
    select asked.id as recording_id
    from unnest(${p.ids}::uuid[], ${p.sounds}::text[]) asked (id, sound)
    where not exists (
      select from findings.compared c where c.recording_id = asked.id and c.sound = asked.sound)
    order by asked.id`,
});

export const noteCompared = command({
  name: 'findings.noteCompared',
  sample: { recordingId: someId, sound: '', findings: 0 },
  text: (p: { recordingId: string; sound: string; findings: number }) => sql`
    insert into findings.compared (recording_id, sound, findings)
    values (${p.recordingId}, ${p.sound}, ${p.findings})
    on conflict (recording_id) do update
    set sound = excluded.sound, findings = excluded.findings, at = now()`,
});

/** Other bytes that sound the same: new tags, mostly. */
export const noteKept = command({
  name: 'findings.noteKept',
  sample: { recordingId: someId, was: '', is: '' },
  text: (p: { recordingId: string; was: string; is: string }) => sql`
    update findings.compared
    set sound = ${p.is}
    where recording_id = ${p.recordingId} and sound = ${p.was}`,
});

type StillShared = {
  readonly recordingId: string;
  readonly otherIds: readonly string[];
  /** Of each of the others. */
  readonly kinds: readonly SharingKind[];
};
/** What a sound shared that is no longer there. What was decided holds for as long as the same is found; a merge for ever. */
export const dropFindings = command({
  name: 'findings.dropFindings',
  sample: { recordingId: someId, otherIds: [someId], kinds: ['same'] } as StillShared,
  text: (p: StillShared) => sql`
    delete from findings.finding f
    where ${p.recordingId}::uuid in (f.recording_id, f.other_id)
      and (f.decision is null or f.decision <> 'merged' and not exists (
        select from unnest(${p.otherIds}::uuid[], ${p.kinds}::text[]) still (id, kind)
        where still.id in (f.recording_id, f.other_id) and still.kind = f.kind))`,
});

export type NewFinding = {
  readonly recordingId: string;
  readonly otherId: string;
  readonly kind: SharingKind;
  readonly speed: number;
  readonly pitchCents: number;
  readonly confidence: number;
  readonly part: number;
  readonly otherPart: number;
  readonly lengthMs: number;
  readonly otherLengthMs: number;
  readonly stretches: string;
  readonly toReview: boolean;
};

/** A pair is noted once, from the side that came later; what was decided about it stays. */
export const noteFinding = command({
  name: 'findings.noteFinding',
  sample: {
    recordingId: someId,
    otherId: '00000000-0000-7000-8000-000000000002',
    kind: 'same',
    speed: 1,
    pitchCents: 0,
    confidence: 1,
    part: 1,
    otherPart: 1,
    lengthMs: 1,
    otherLengthMs: 1,
    stretches: '[]',
    toReview: false,
  } as NewFinding,
  text: (p: NewFinding) => sql`
    insert into findings.finding (recording_id, other_id, kind, speed, pitch_cents, confidence, part, other_part, length_ms,
      other_length_ms, stretches, to_review)
    select ${p.recordingId}::uuid, ${p.otherId}::uuid, ${p.kind}, ${p.speed}, ${p.pitchCents}, ${p.confidence}, ${p.part},
      ${p.otherPart}, ${p.lengthMs}, ${p.otherLengthMs}, ${p.stretches}::jsonb, ${p.toReview}
    where not exists (
      select from findings.finding f where f.recording_id = ${p.otherId}::uuid and f.other_id = ${p.recordingId}::uuid)
    on conflict (recording_id, other_id) do update
    set kind = excluded.kind, speed = excluded.speed, pitch_cents = excluded.pitch_cents, confidence = excluded.confidence,
      part = excluded.part, other_part = excluded.other_part, length_ms = excluded.length_ms,
      other_length_ms = excluded.other_length_ms, stretches = excluded.stretches, to_review = excluded.to_review`,
});

const findingColumns = {
  recordingId: column.uuid<RecordingId>(),
  title: column.text,
  artist: column.text,
  otherId: column.uuid<RecordingId>(),
  otherTitle: column.text,
  otherArtist: column.text,
  kind: column.oneOf<SharingKind>(),
  speed: column.float8,
  pitchCents: column.float8,
  confidence: column.float8,
  part: column.float8,
  otherPart: column.float8,
  lengthMs: column.int4,
  otherLengthMs: column.int4,
  stretches: column.json<SharedStretch[]>(),
  toReview: column.bool,
  foundAt: column.instant,
  decision: column.nullable(column.oneOf<Decision>()),
  decidedAt: column.nullable(column.instant),
};

export type FindingFilter = {
  /** Only what waits for a person. */
  readonly waiting: boolean;
  readonly recordingId: string | null;
  /** Only uploads of this person's own; whose the other is does not matter. */
  readonly ownerId: string | null;
  readonly importId: string | null;
  readonly before: { readonly recordingId: string; readonly otherId: string } | null;
  readonly limit: number;
};

/** Newest uploads first. */
export const listFindings = query({
  name: 'findings.listFindings',
  columns: findingColumns,
  sample: {
    waiting: true,
    recordingId: someId,
    ownerId: someId,
    importId: someId,
    before: { recordingId: someId, otherId: someId },
    limit: 1,
  } as FindingFilter,
  text: (p: FindingFilter) => sql`
    select f.recording_id, r.title, r.artist_name as artist, f.other_id, o.title as other_title, o.artist_name as other_artist,
      f.kind, f.speed, f.pitch_cents, f.confidence, f.part, f.other_part, f.length_ms, f.other_length_ms, f.stretches,
      f.to_review, f.found_at, f.decision, f.decided_at
    from findings.finding f
    join catalog.public_recording r on r.id = f.recording_id
    join catalog.public_recording o on o.id = f.other_id
    where (f.decision is not null or (r.merged_into is null and o.merged_into is null))
      ${p.waiting ? sql`and f.to_review and f.decision is null` : sql``}
      ${p.recordingId === null ? sql`` : sql`and ${p.recordingId}::uuid in (f.recording_id, f.other_id)`}
      ${
        p.ownerId === null
          ? sql``
          : sql`and exists (
        select from catalog.public_recording_owner own where own.recording_id = f.recording_id and own.user_id = ${p.ownerId}::uuid)`
      }
      ${
        p.importId === null
          ? sql``
          : sql`and f.recording_id in (select i.recording_id from media.public_imported i where i.import_id = ${p.importId}::uuid)`
      }
      ${
        p.before === null
          ? sql``
          : sql`and (f.recording_id, f.other_id) < (${p.before.recordingId}::uuid, ${p.before.otherId}::uuid)`
      }
    order by f.recording_id desc, f.other_id desc
    limit ${p.limit}`,
});

export const countImported = query({
  name: 'findings.countImported',
  columns: { recordings: column.int4, compared: column.int4, unreadable: column.int4 },
  sample: { importId: someId },
  text: (p: { importId: string }) => sql`
    select count(*)::int as recordings, count(c.recording_id)::int as compared, count(u.recording_id)::int as unreadable
    from media.public_imported i
    left join findings.compared c on c.recording_id = i.recording_id
    left join recognition.public_unfingerprinted u on u.recording_id = i.recording_id
    where i.import_id = ${p.importId}::uuid`,
});

export const findFinding = query({
  name: 'findings.findFinding',
  columns: {
    kind: column.oneOf<SharingKind>(),
    decision: column.nullable(column.oneOf<Decision>()),
  },
  sample: { recordingId: someId, otherId: someId },
  text: (p: { recordingId: string; otherId: string }) => sql`
    select kind, decision
    from findings.finding
    where recording_id = ${p.recordingId} and other_id = ${p.otherId}`,
});

export const noteDecision = command({
  name: 'findings.noteDecision',
  sample: {
    recordingId: someId,
    otherId: someId,
    decision: 'rejected' as Decision,
    by: someId as UserId,
  },
  text: (p: { recordingId: string; otherId: string; decision: Decision; by: UserId }) => sql`
    update findings.finding
    set decision = ${p.decision}, decided_by = ${p.by}, decided_at = now()
    where recording_id = ${p.recordingId} and other_id = ${p.otherId}`,
});

/** What was undecided of a recording that was merged away is a finding of the one that stays, unless that has its own. */
export const moveFindings = command({
  name: 'findings.moveFindings',
  sample: { fromId: someId, intoId: '00000000-0000-7000-8000-000000000002' },
  text: (p: { fromId: string; intoId: string }) => sql`
    with moved as (
      delete from findings.finding
      where decision is null and ${p.fromId}::uuid in (recording_id, other_id)
      returning *),
    renamed as (
      select case recording_id when ${p.fromId}::uuid then ${p.intoId}::uuid else recording_id end as one,
        case other_id when ${p.fromId}::uuid then ${p.intoId}::uuid else other_id end as other, moved.*
      from moved)
    insert into findings.finding (recording_id, other_id, kind, speed, pitch_cents, confidence, part, other_part, length_ms,
      other_length_ms, stretches, to_review, found_at)
    select one, other, kind, speed, pitch_cents, confidence, part, other_part, length_ms, other_length_ms, stretches, to_review,
      found_at
    from renamed n
    where one <> other
      and not exists (select from findings.finding f where f.recording_id = n.other and f.other_id = n.one)
    on conflict do nothing`,
});
