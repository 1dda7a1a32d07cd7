import type { Instant } from '#foundation/kernel/time.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { storeEvidence, type Evidence, type Stored } from './store-evidence.ts';

// Many small requests become few transactions: what arrives while one commits is written by the next. A request is
// answered only when the transaction that holds its evidence has committed.

export type EvidenceWriter = {
  /** Evidence of one device. Resolves after the commit, with what became of each piece. */
  write(evidence: readonly Evidence[]): Promise<readonly Stored[]>;
};

/** Two connections saturate what one index can take; more only wait for each other. */
const writersCount = 2;
const rowsPerTransactionMax = 5_000;

type Waiting = {
  readonly evidence: readonly Evidence[];
  readonly resolve: (stored: readonly Stored[]) => void;
  readonly reject: (error: unknown) => void;
};

export function createEvidenceWriter(ctx: {
  readonly db: Database;
  readonly now: () => Instant;
}): EvidenceWriter {
  const queue: Waiting[] = [];
  const busyDevices = new Set<string>();
  let writing = 0;

  return {
    write: (evidence) =>
      new Promise((resolve, reject) => {
        queue.push({ evidence, resolve, reject });
        pump();
      }),
  };

  function pump(): void {
    while (writing < writersCount) {
      const group = takeGroup();
      if (group.length === 0) return;
      writing += 1;
      void writeGroup(group).finally(() => {
        writing -= 1;
        for (const w of group) busyDevices.delete(deviceOf(w));
        pump();
      });
    }
  }

  /** The next requests that fit one transaction; a device's requests keep their order, so one of each device at a time. */
  function takeGroup(): readonly Waiting[] {
    const group: Waiting[] = [];
    const passed = new Set<string>();
    let rows = 0;
    for (let i = 0; i < queue.length;) {
      const waiting = queue[i]!;
      const device = deviceOf(waiting);
      const fits = group.length === 0 || rows + waiting.evidence.length <= rowsPerTransactionMax;
      if (busyDevices.has(device) || passed.has(device) || !fits) {
        passed.add(device);
        i += 1;
        continue;
      }
      queue.splice(i, 1);
      group.push(waiting);
      busyDevices.add(device);
      rows += waiting.evidence.length;
    }
    return group;
  }

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const all = group.flatMap((w) => w.evidence);
      const stored = await ctx.db.tx((tx) => storeEvidence(tx, all, ctx.now()));
      let at = 0;
      for (const w of group) w.resolve(stored.slice(at, (at += w.evidence.length)));
    } catch (error) {
      if (group.length === 1) group[0]!.reject(error);
      // One request's trouble must not fail its neighbours: each is tried by itself.
      else for (const w of group) await writeGroup([w]);
    }
  }
}

function deviceOf(waiting: Waiting): string {
  return waiting.evidence[0]!.reporter.deviceId;
}
