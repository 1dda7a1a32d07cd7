import { newId, type PartyId, type RecordingId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayOf, parseDay, type Day } from '#foundation/kernel/time.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import type { CatalogContext } from '../context.ts';
import { noteChange } from '../editing/note-change.ts';
import type { SplitOut } from '../shapes.ts';
import {
  findPayees,
  insertSplit,
  listShares,
  lockRecording,
  mainArtistUser,
  type Right,
} from './queries.ts';
import { readSplits } from './read-splits.ts';

export type WantedSplit = {
  readonly right: Right;
  readonly territory?: string | null;
  readonly validFrom: string;
  readonly shares: readonly { readonly partyId: PartyId; readonly basisPoints: number }[];
  readonly afterVersion?: number;
};

const wholeBasisPoints = 10_000;

/**
 * Sets who owns how much of a right, from a day on, as a new version. With catalog.edit any split; an owner may only
 * give from what is theirs: from today on, and nobody else's share may become smaller. Setting what already counts
 * changes nothing.
 */
export async function setSplit(
  ctx: CatalogContext,
  recordingId: RecordingId,
  wanted: WantedSplit,
  caller: UserCaller,
): Promise<SplitOut | Refusal> {
  const validFrom = parseDay(wanted.validFrom);
  if (validFrom === null)
    return refuse('VALIDATION_FAILED', `There is no day ${wanted.validFrom}.`, 'validFrom');
  const sum = wanted.shares.reduce((total, share) => total + share.basisPoints, 0);
  if (sum !== wholeBasisPoints) {
    return refuse(
      'SPLIT_NOT_WHOLE',
      `The shares are ${sum} basis points together; they must be ${wholeBasisPoints} exactly.`,
      'shares',
    );
  }
  const parties = [...new Set(wanted.shares.map((share) => share.partyId))];
  if (parties.length !== wanted.shares.length) {
    return refuse(
      'VALIDATION_FAILED',
      'A party stands twice among the shares; add its shares up.',
      'shares',
    );
  }

  return ctx.db.tx(async (tx) => {
    const recording = await tx.maybe(lockRecording, { id: recordingId });
    if (recording === null) {
      return refuse('NOT_FOUND', 'There is no such recording, or it was merged into another.');
    }
    const payees = await tx.all(findPayees, { ids: parties });
    if (payees.length !== parties.length) {
      return refuse(
        'VALIDATION_FAILED',
        'A share names a party that does not exist or was merged into another.',
        'shares',
      );
    }
    const standing = await readStanding(tx, recordingId, wanted.right);
    const territory = wanted.territory ?? null;
    const here = standing.filter((v) => v.territory === territory);
    const latest = here[0]?.version ?? 0;
    if (wanted.afterVersion !== undefined && wanted.afterVersion !== latest) {
      return refuse(
        'CONFLICT',
        `Somebody has set version ${latest} meanwhile; look at it first.`,
        'afterVersion',
      );
    }
    if (!ctx.permits(caller, 'catalog.edit')) {
      const forbidden = await judgeOwner(tx, {
        recordingId,
        caller,
        wanted,
        standing,
        today: dayOf(ctx.now()),
      });
      if (forbidden !== null) return forbidden;
    }
    if (!isSame(here[0], wanted)) {
      const id = newId<'split'>();
      const split = {
        id,
        recording_id: recordingId,
        right: wanted.right,
        territory,
        valid_from: wanted.validFrom,
        version: latest + 1,
        provenance: recording.provenance === 'demo' ? 'demo' : 'counted',
        set_by: caller.userId,
      };
      const shares = wanted.shares.map((s) => ({
        split_id: id,
        party_id: s.partyId,
        basis_points: s.basisPoints,
      }));
      await tx.run(insertSplit, { split: JSON.stringify([split]), shares: JSON.stringify(shares) });
      await noteChange(tx, {
        actor: caller.userId,
        entity: 'recording',
        entityId: recordingId,
        change: { what: 'split', splitId: id, ...wanted },
      });
    }
    const splits = await readSplits(tx, recordingId);
    return splits.find((s) => s.right === wanted.right && s.territory === territory)!;
  });
}

type Version = {
  readonly territory: string | null;
  readonly validFrom: Day;
  readonly version: number;
  readonly shares: Map<PartyId, { readonly basisPoints: number; readonly userId: UserId | null }>;
};

/** The versions of one right, the latest first within a territory. */
async function readStanding(
  tx: Db,
  recordingId: RecordingId,
  right: Right,
): Promise<readonly Version[]> {
  const versions = new Map<string, Version>();
  for (const row of await tx.all(listShares, { recordingId })) {
    if (row.right !== right) continue;
    const version = versions.get(row.splitId) ?? {
      territory: row.territory,
      validFrom: row.validFrom,
      version: row.version,
      shares: new Map(),
    };
    version.shares.set(row.partyId, { basisPoints: row.basisPoints, userId: row.userId });
    versions.set(row.splitId, version);
  }
  return [...versions.values()];
}

function isSame(latest: Version | undefined, wanted: WantedSplit): boolean {
  return (
    latest !== undefined &&
    latest.validFrom === wanted.validFrom &&
    latest.shares.size === wanted.shares.length &&
    wanted.shares.every((s) => latest.shares.get(s.partyId)?.basisPoints === s.basisPoints)
  );
}

async function judgeOwner(
  tx: Db,
  q: {
    recordingId: RecordingId;
    caller: UserCaller;
    wanted: WantedSplit;
    standing: readonly Version[];
    today: Day;
  },
): Promise<Refusal | null> {
  const { caller, wanted, standing, today } = q;
  if (standing.length === 0) {
    const main = await tx.maybe(mainArtistUser, { recordingId: q.recordingId });
    return main?.userId === caller.userId
      ? null
      : refuse('FORBIDDEN', 'Only the main artist, or an editor, sets the first split.');
  }
  const replaced = replacedBy(wanted, standing);
  const mine = replaced.some((v) => [...v.shares.values()].some((s) => s.userId === caller.userId));
  if (!mine) return refuse('FORBIDDEN', 'You own no share of this recording.');
  if (wanted.validFrom < today) {
    return refuse(
      'FORBIDDEN',
      'An owner sets splits from today on; what was earned before is settled by an editor.',
      'validFrom',
    );
  }
  const given = new Map(wanted.shares.map((s) => [s.partyId, s.basisPoints] as const));
  for (const version of replaced) {
    for (const [partyId, share] of version.shares) {
      if (share.userId !== caller.userId && (given.get(partyId) ?? 0) < share.basisPoints) {
        return refuse(
          'SHARE_OF_OTHERS',
          'This would make the share of somebody else smaller; they, or an editor, must do that.',
          'shares',
        );
      }
    }
  }
  return null;
}

/**
 * The versions that would no longer count: what counts on the first day, and whatever was to count from a later day.
 * Where a territory has no split of its own, the one for everywhere counts.
 */
function replacedBy(wanted: WantedSplit, standing: readonly Version[]): readonly Version[] {
  const territory = wanted.territory ?? null;
  const own = standing.filter((v) => v.territory === territory);
  const candidates =
    own.some((v) => v.validFrom <= wanted.validFrom) || territory === null
      ? own
      : [...own, ...standing.filter((v) => v.territory === null)];
  const first = candidates
    .filter((v) => v.validFrom <= wanted.validFrom)
    .reduce<Version | null>(
      (best, v) => (best === null || v.version > best.version ? v : best),
      null,
    );
  return [
    ...(first === null ? [] : [first]),
    ...candidates.filter((v) => v.validFrom > wanted.validFrom),
  ];
}
