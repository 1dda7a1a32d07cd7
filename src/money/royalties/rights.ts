import type { PartyId, RecordingId } from '#foundation/kernel/ids.ts';

export type Share = {
  readonly partyId: PartyId;
  readonly name: string;
  readonly basisPoints: number;
};

/** Who owns a recording in a territory ('' everywhere) from a day on. */
export type Split = {
  readonly splitId: string;
  readonly recordingId: RecordingId;
  readonly territory: string;
  readonly validFrom: string;
  readonly version: number;
  readonly shares: readonly Share[];
};

/** A recording under one split, or under none: what plays are gathered by. */
export type Slot = { readonly recordingId: RecordingId; readonly split: Split | null };

export const basisPointsWhole = 10_000;

export type Rights = {
  /** The number of the slot that earns for a play of that UTC day in that territory. */
  slotOf(recordingId: RecordingId, day: string, territory: string): number;
  /** All slots asked for so far, by number. */
  readonly slots: readonly Slot[];
};

/**
 * The particular territory before the general one; among its splits valid on the day of the play, the highest
 * version. Where none is valid the play has no payee.
 */
export function indexRights(splits: Iterable<Split>): Rights {
  const byRecording = new Map<string, Split[]>();
  for (const split of splits) {
    const known = byRecording.get(split.recordingId);
    if (known === undefined) byRecording.set(split.recordingId, [split]);
    else known.push(split);
  }
  const slots: Slot[] = [];
  const numbers = new Map<string, number>(); // by split, or by recording where there is none

  return {
    slots,
    slotOf(recordingId, day, territory) {
      const split = splitOf(byRecording.get(recordingId) ?? [], day, territory);
      const key = split === null ? recordingId : split.splitId;
      let number = numbers.get(key);
      if (number === undefined) {
        number = slots.push({ recordingId, split }) - 1;
        numbers.set(key, number);
      }
      return number;
    },
  };
}

function splitOf(splits: readonly Split[], day: string, territory: string): Split | null {
  let best: Split | null = null;
  for (const split of splits) {
    if (split.validFrom > day) continue;
    if (split.territory !== '' && split.territory !== territory) continue;
    if (best === null || outranks(split, best)) best = split;
  }
  return best;
}

function outranks(a: Split, b: Split): boolean {
  if ((a.territory === '') !== (b.territory === '')) return b.territory === '';
  return a.version > b.version;
}
