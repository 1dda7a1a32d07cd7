import {
  playStateNumber,
  provenanceNumber,
  sourceNumber,
  type PlayState,
  type Provenance,
  type Source,
} from '#foundation/kernel/counting.ts';
import {
  newId,
  type PartyId,
  type PlaceId,
  type RecordingId,
  type UserId,
} from '#foundation/kernel/ids.ts';
import type { JobRun } from '#foundation/platform/jobs.ts';
import type { Database } from '#foundation/platform/postgres.ts';

// A small country for tests: parties, recordings with splits, plays. Rows are written where the rooms that own
// them keep them, so that the views those rooms publish are part of what is tested.

/** Ids in the order they are asked for, so that ties are decided the same in every run of a test. */
let idsMade = 0;
export function idInOrder(): string {
  return `0a000000-0000-7000-8000-${String(++idsMade).padStart(12, '0')}`;
}

export async function addParty(
  db: Database,
  name: string,
  userId: UserId | null = null,
): Promise<PartyId> {
  const id = idInOrder() as PartyId;
  await db.pool.query(
    "insert into catalog.party (id, name, match_name, kind, user_id, provenance) values ($1, $2, $2, 'person', $3, 'import')",
    [id, name, userId],
  );
  return id;
}

export async function addRecording(
  db: Database,
  title: string,
  isrc: string | null = null,
): Promise<RecordingId> {
  const id = idInOrder() as RecordingId;
  await db.pool.query(
    `insert into catalog.recording (id, title, artist_name, match_title, match_artist, isrc, provenance)
     values ($1, $2, 'Umuhanzi', $2, 'umuhanzi', $3, 'import')`,
    [id, title, isrc],
  );
  return id;
}

export async function addSplit(
  db: Database,
  recordingId: RecordingId,
  shares: readonly (readonly [PartyId, number])[],
  more: {
    readonly version?: number;
    readonly territory?: string;
    readonly validFrom?: string;
  } = {},
): Promise<void> {
  const id = newId();
  await db.pool.query(
    `insert into catalog.split (id, recording_id, "right", territory, valid_from, version, provenance)
     values ($1, $2, 'master', $3, $4, $5, 'import')`,
    [id, recordingId, more.territory ?? null, more.validFrom ?? '2020-01-01', more.version ?? 1],
  );
  for (const [partyId, basisPoints] of shares) {
    await db.pool.query(
      'insert into catalog.split_share (split_id, party_id, basis_points) values ($1, $2, $3)',
      [id, partyId, basisPoints],
    );
  }
}

export type TestPlay = {
  readonly recordingId: RecordingId;
  readonly listener: string;
  readonly startedAt?: string;
  readonly playedMs?: number;
  readonly source?: Source;
  readonly territory?: string | null;
  readonly placeId?: PlaceId;
  readonly provenance?: Provenance;
  readonly state?: PlayState;
  readonly signedIn?: boolean;
};

export async function addPlays(db: Database, plays: readonly TestPlay[]): Promise<void> {
  for (const month of ['2026-09-01', '2026-10-01', '2026-11-01']) {
    await db.pool.query('select plays.make_month($1::date)', [month]);
  }
  for (const play of plays) {
    const { territory = 'RW', playedMs = 60_000, source = 'stream', provenance = 'counted' } = play;
    await db.pool.query(
      `insert into plays.play (device_id, key, started_at, recording_id, played_ms, source, state, provenance, territory,
         listener_id, place_id, received_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now())`,
      [
        play.signedIn === true ? newId() : play.listener,
        newId(),
        play.startedAt ?? '2026-10-15T12:00:00Z',
        play.recordingId,
        playedMs,
        sourceNumber(source),
        playStateNumber(play.state ?? 'counted'),
        provenanceNumber(provenance),
        territory,
        play.signedIn === true ? play.listener : null,
        play.placeId ?? null,
      ],
    );
  }
}

export function times<T>(n: number, item: T): readonly T[] {
  return Array.from({ length: n }, () => item);
}

/** A job that nobody watches and nobody stops. */
export function quietJob(): JobRun {
  return { jobId: newId<'job'>(), signal: new AbortController().signal, progress: () => {} };
}
