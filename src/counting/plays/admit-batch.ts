import { isUuid, type DeviceId, type UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { dayMs } from '#foundation/kernel/time.ts';
import { plainArray, type Db } from '#foundation/platform/postgres.ts';
import type { SignatureCheck } from '#foundation/platform/signed-body.ts';
import type { DeviceRow } from './device-queries.ts';
import type { RefusedReport } from './read-report.ts';
import * as queries from './seq-queries.ts';

// Whose batch this is. A device that signs is held to it: a body changed on the way, a box that has somebody else's key, and
// the copy of a box's disk are each told so, and nothing of theirs is counted; their plays stay with them.

/** A box that is gone for a day may have been replaced by another with its key. */
const replacedAfterMs = dayMs;
const noAgent = '00000000-0000-0000-0000-000000000000';
/** Numbers of so many plays are remembered: twice the days a box may be offline. */
const seqsKept = 20_000;

export type Admission = {
  /** Of plays whose number was given to another play before, by index. */
  readonly refused: ReadonlyMap<number, RefusedReport>;
};

/**
 * Admits a batch, or says why not. Devices that never signed need not; a number may come again with the same play, which is a
 * retry. `agentId` names the program that holds the spool.
 */
export async function admitBatch(
  ctx: { readonly db: Db; readonly now: () => number },
  device: DeviceRow,
  batch: {
    readonly signature: SignatureCheck;
    readonly agentId: string | null;
    readonly plays: readonly unknown[];
  },
): Promise<Admission | Refusal<'NOT_SIGNED' | 'WRONG_SIGNATURE' | 'KEY_SHARED'>> {
  if (batch.signature === 'wrong')
    return refuse(
      'WRONG_SIGNATURE',
      'The signature does not fit what was sent: it was changed on the way or signed with another key. Nothing of it was stored; send it again.',
    );
  if (batch.signature === 'unsigned')
    return device.agentId === null
      ? { refused: new Map() }
      : refuse(
          'NOT_SIGNED',
          'This device signs what it sends and this is not signed. Nothing of it was stored.',
        );
  const now = ctx.now();
  if (batch.agentId !== null) {
    const held = await ctx.db.run(queries.holdKey, {
      id: device.id,
      agentId: batch.agentId,
      now,
      replacedBefore: now - replacedAfterMs,
    });
    if (held === 0)
      return refuse(
        'KEY_SHARED',
        `Another agent reported with this key within a day. Nothing of this batch was stored. If this one is the same box installed anew, let its owner release the key (POST /api/v1/devices/${device.id}/release) and it goes on; else enrol it as a device of its own.`,
      );
  }
  return { refused: await refuseReused(ctx.db, device, batch) };
}

/**
 * Lets another agent go on with a device's key at once: its box was installed anew and knows nothing of the one before. Its
 * owner says so, because a second box looks the same. False when the person has no such device.
 */
export async function releaseKey(db: Db, id: DeviceId, ownerId: UserId): Promise<boolean> {
  return (await db.run(queries.releaseKey, { id, ownerId })) > 0;
}

async function refuseReused(
  db: Db,
  device: DeviceRow,
  { agentId, plays }: { readonly agentId: string | null; readonly plays: readonly unknown[] },
): Promise<ReadonlyMap<number, RefusedReport>> {
  const numbered = plays.flatMap((raw, index) => {
    const { seq, key } = (raw ?? {}) as { seq?: unknown; key?: unknown };
    const isRead = Number.isSafeInteger(seq) && (seq as number) >= 0 && typeof key === 'string';
    // What cannot be read is refused later, by the name of its field.
    return isRead && isUuid(key.toLowerCase())
      ? [{ index, seq: seq as number, key: key.toLowerCase() }]
      : [];
  });
  const refused = new Map<number, RefusedReport>();
  if (numbered.length === 0) return refused;
  const given = {
    deviceId: device.id,
    agentId: agentId ?? noAgent,
    seqs: plainArray(numbered.map(({ seq }) => seq)),
    keys: plainArray(numbered.map(({ key }) => key)),
    kept: seqsKept,
  };
  await db.run(queries.noteSeqs, given);
  for (const { n } of await db.all(queries.findReusedSeqs, given)) {
    const { index, seq, key } = numbered[Number(n) - 1]!;
    refused.set(index, {
      kind: 'refused',
      index,
      key,
      code: 'SEQ_REUSED',
      field: 'seq',
      message: `number ${seq} of this device was reported before as another play: two boxes have its key and number, or it went back to an older state. It is not counted; keep it, and give the box an empty --state`,
    });
  }
  await db.run(queries.forgetSeqs, given);
  return refused;
}
