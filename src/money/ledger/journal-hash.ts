import { createHash, hash } from 'node:crypto';
import type { NewJournal } from './journal.ts';

// What a journal says, as bytes that can be read in one way only: every field is a netstring (length in bytes,
// colon, text, comma), in the order idempotency key, code, description, effective time in epoch ms, actor,
// journal it reverses, then name, currency, kind, party and amount of every line. A missing value is empty.
// queries.ts builds the same text in SQL when the ledger is verified.

const linesPerUpdate = 1_000;

export function hashJournal(journal: NewJournal): Buffer {
  const digest = createHash('sha256');
  digest.update(
    netstrings([
      journal.idempotencyKey,
      journal.code,
      journal.description,
      String(journal.effectiveAt),
      journal.actor ?? '',
      journal.reverses ?? '',
    ]),
  );
  let text = '';
  journal.lines.forEach(({ account, amountMinor }, i) => {
    text += netstrings([
      account.name,
      account.currency,
      account.kind,
      account.partyId ?? '',
      amountMinor.toString(),
    ]);
    if (i % linesPerUpdate === 0) {
      digest.update(text);
      text = '';
    }
  });
  return digest.update(text).digest();
}

function netstrings(fields: readonly string[]): string {
  return fields.map((field) => `${Buffer.byteLength(field)}:${field},`).join('');
}

type HashedEntry = {
  readonly lineNo: number;
  readonly accountId: string;
  readonly amountMinor: bigint;
  readonly balanceAfter: bigint;
  readonly version: bigint;
};

/** The next link of an account's chain: over the link before, the whole journal and the entry itself. */
export function hashEntry(previous: Buffer, journal: Buffer, e: HashedEntry): Buffer {
  const text = `${e.lineNo}:${e.accountId}:${e.amountMinor}:${e.balanceAfter}:${e.version}`;
  return hash('sha256', Buffer.concat([previous, journal, Buffer.from(text)]), 'buffer');
}
