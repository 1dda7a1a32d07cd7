import type { Id, PartyId, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';
import { sampleId } from '../queries.ts';

export type SplitId = Id<'split'>;
export type Right = 'master' | 'work';

/** Every share of every version, in the order in which they count. */
export const listShares = query({
  name: 'catalog.listShares',
  columns: {
    splitId: column.uuid<SplitId>(),
    right: column.oneOf<Right>(),
    territory: column.nullable(column.text),
    validFrom: column.day,
    version: column.int4,
    provenance: column.oneOf<Provenance>(),
    setAt: column.instant,
    partyId: column.uuid<PartyId>(),
    name: column.text,
    userId: column.nullable(column.uuid<UserId>()),
    basisPoints: column.int4,
  },
  sample: { recordingId: sampleId },
  text: (p: { recordingId: string }) => sql`
    select s.split_id, s."right", s.territory, s.valid_from, s.version, s.provenance, own.set_at, s.party_id,
      s.party_name as name, s.user_id, s.basis_points
    from catalog.public_split s
    join catalog.split own on own.id = s.split_id
    where s.recording_id = ${p.recordingId}
    order by s."right", s.territory nulls first, s.version desc, s.basis_points desc, s.party_id`,
});

/** Two people setting splits of one recording take turns; its id also says that it exists and is not merged away. */
export const lockRecording = query({
  name: 'catalog.lockRecording',
  columns: { id: column.uuid<RecordingId>(), provenance: column.oneOf<Provenance>() },
  sample: { id: sampleId },
  text: (p: { id: string }) => sql`
    select r.id, r.provenance
    from catalog.recording r
    where r.id = ${p.id} and r.merged_into is null
    for no key update`,
});

export const ownsRecording = query({
  name: 'catalog.ownsRecording',
  columns: { owns: column.bool },
  sample: { recordingId: sampleId, userId: sampleId },
  text: (p: { recordingId: string; userId: string }) => sql`
    select exists (
      select
      from catalog.public_recording_owner o
      where o.recording_id = ${p.recordingId} and o.user_id = ${p.userId}) as owns`,
});

/** The user of the party of the first main artist. */
export const mainArtistUser = query({
  name: 'catalog.mainArtistUser',
  columns: { userId: column.nullable(column.uuid<UserId>()) },
  sample: { recordingId: sampleId },
  text: (p: { recordingId: string }) => sql`
    select p.user_id
    from catalog.recording_artist ra
    join catalog.artist a on a.id = ra.artist_id
    join catalog.party named on named.id = a.party_id
    join catalog.party p on p.id = coalesce(named.merged_into, named.id)
    where ra.recording_id = ${p.recordingId} and ra.role = 'main'
    order by ra.position
    limit 1`,
});

export const findPayees = query({
  name: 'catalog.findPayees',
  columns: { id: column.uuid<PartyId>() },
  sample: { ids: [sampleId] },
  text: (p: { ids: readonly string[] }) => sql`
    select id
    from catalog.party
    where id = any(${p.ids}::uuid[]) and merged_into is null`,
});

/** A version with its shares, as JSON arrays of rows. */
export const insertSplit = command({
  name: 'catalog.insertSplit',
  sample: { split: '[]', shares: '[]' },
  text: (p: { split: string; shares: string }) => sql`
    with split as (
      insert into catalog.split (id, recording_id, "right", territory, valid_from, version, provenance, set_by)
      select id, recording_id, "right", territory, valid_from, version, provenance, set_by
      from jsonb_to_recordset(${p.split}::jsonb) as r (
        id uuid, recording_id uuid, "right" text, territory text, valid_from date, version int,
        provenance text, set_by uuid))
    insert into catalog.split_share (split_id, party_id, basis_points)
    select split_id, party_id, basis_points
    from jsonb_to_recordset(${p.shares}::jsonb) as r (split_id uuid, party_id uuid, basis_points int)`,
});
