import type { PartyId, RecordingId } from '#foundation/kernel/ids.ts';
import { allocate } from '#foundation/kernel/money.ts';
import { policies, type PolicyName } from './policies.ts';
import { basisPointsWhole, type Rights } from './rights.ts';

/** A row of frozen usage: eligible plays of one recording by one listener on one UTC day in one territory. */
export type UsageRow = {
  readonly listenerNo: number;
  readonly recordingId: RecordingId;
  readonly day: string;
  readonly territory: string;
  readonly plays: number;
  readonly playedMs: number;
};

export type StatementLine = {
  readonly recordingId: RecordingId;
  readonly eligiblePlays: number;
  readonly playedMs: number;
  readonly amountMinor: bigint;
};

/** What one party gets and why; `partyId` null is suspense, money of plays without a payee. */
export type Statement = {
  readonly partyId: PartyId | null;
  readonly name: string;
  readonly amountMinor: bigint;
  /** Plays the party has a share in; a play with two owners is in two statements. */
  readonly eligiblePlays: number;
  readonly lines: readonly StatementLine[];
};

export const suspenseName = 'suspense';

export type Allocation = {
  /** A listener's rows one after the other; otherwise in any order. */
  add(row: UsageRow): void;
  /** By ascending party id, suspense last. One at a time, because together they are large. */
  statements(poolMinor: bigint): Iterable<Statement>;
};

type Claim = { readonly slot: number; readonly basisPoints: bigint };
type Payee = { readonly partyId: PartyId | null; readonly name: string; readonly claims: Claim[] };

/**
 * A pure function of usage, rights, policy and pool, in exact integers: weights per slot by the policy, times basis
 * points per payee, and one rounding at the end by largest remainder, ties to the lower party id. What a party gets
 * is divided over its recordings the same way, so that lines sum to the statement and statements to the pool.
 */
export function beginAllocation(policy: PolicyName, rights: Rights): Allocation {
  const weighing = policies[policy].begin();
  const plays: number[] = [];
  const playedMs: number[] = [];

  return {
    add(row) {
      const slot = rights.slotOf(row.recordingId, row.day, row.territory);
      weighing.add(row.listenerNo, slot, row.plays);
      plays[slot] = (plays[slot] ?? 0) + row.plays;
      playedMs[slot] = (playedMs[slot] ?? 0) + row.playedMs;
    },
    *statements(poolMinor) {
      const weights = weighing.weights(rights.slots.length);
      const payees = listPayees(rights);
      const weigh = ({ slot, basisPoints }: Claim) => weights[slot]! * basisPoints;
      const amounts = allocate(
        poolMinor,
        payees.map(({ claims }) => claims.reduce((sum, claim) => sum + weigh(claim), 0n)),
      );
      for (const [i, { partyId, name, claims }] of payees.entries()) {
        const lines = byRecording(claims, rights);
        const parts = allocate(
          amounts[i]!,
          lines.map(({ of }) => of.reduce((sum, claim) => sum + weigh(claim), 0n)),
        );
        const detailed = lines.map(({ recordingId, of }, n) => ({
          recordingId,
          eligiblePlays: of.reduce((sum, { slot }) => sum + plays[slot]!, 0),
          playedMs: of.reduce((sum, { slot }) => sum + playedMs[slot]!, 0),
          amountMinor: parts[n]!,
        }));
        yield {
          partyId,
          name,
          amountMinor: amounts[i]!,
          eligiblePlays: detailed.reduce((sum, line) => sum + line.eligiblePlays, 0),
          lines: detailed,
        };
      }
    },
  };
}

function listPayees({ slots }: Rights): readonly Payee[] {
  const payees = new Map<string, Payee>();
  const suspense: Payee = { partyId: null, name: suspenseName, claims: [] };
  slots.forEach(({ split }, slot) => {
    let claimed = 0;
    for (const { partyId, name, basisPoints } of split?.shares ?? []) {
      let payee = payees.get(partyId);
      if (payee === undefined) payees.set(partyId, (payee = { partyId, name, claims: [] }));
      payee.claims.push({ slot, basisPoints: BigInt(basisPoints) });
      claimed += basisPoints;
    }
    if (claimed > basisPointsWhole)
      throw new RangeError(`the split ${split?.splitId} gives away more than it has`);
    if (claimed < basisPointsWhole) {
      suspense.claims.push({ slot, basisPoints: BigInt(basisPointsWhole - claimed) });
    }
  });
  const ordered = [...payees.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, payee]) => payee);
  return suspense.claims.length === 0 ? ordered : [...ordered, suspense];
}

/** A payee's claims gathered by recording, by ascending recording id. */
function byRecording(claims: readonly Claim[], { slots }: Rights) {
  const groups = new Map<RecordingId, Claim[]>();
  for (const claim of claims) {
    const { recordingId } = slots[claim.slot]!;
    const group = groups.get(recordingId);
    if (group === undefined) groups.set(recordingId, [claim]);
    else group.push(claim);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([recordingId, of]) => ({ recordingId, of }));
}
