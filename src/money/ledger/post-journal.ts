import { newId, type UserId } from '#foundation/kernel/ids.ts';
import type { Currency } from '#foundation/kernel/money.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { hashEntry, hashJournal } from './journal-hash.ts';
import type { AccountRef, JournalLine, NewJournal, Posting } from './journal.ts';
import { journalLines } from './read-balances.ts';
import {
  findJournal,
  findJournalByKey,
  insertAccounts,
  insertEntries,
  insertJournal,
  lockAccounts,
  moveAccounts,
  type AccountId,
  type JournalId,
} from './queries.ts';

const linesMax = 500_000;
const linesPerInsertMax = 20_000;
const keyCharsMax = 255;

/**
 * Posts one journal: sum zero per currency, or it throws, because an unbalanced journal is a bug of the caller.
 * Refuses CONFLICT when the key stands for other content, or when the journal to reverse is reversed already.
 * Part of the caller's transaction when given one.
 */
export function postJournal(db: Db, journal: NewJournal): Promise<Posting> {
  checkJournal(journal);
  const contentHash = hashJournal(journal);
  return db.tx(async (tx) => {
    const known = await repeatOf(tx, journal, contentHash);
    if (known !== null) return known;

    const accounts = distinctAccounts(journal.lines);
    await makeAccounts(tx, accounts);
    const inserted = await tx.maybe(insertJournal, {
      id: newId<'journal'>(),
      idempotencyKey: journal.idempotencyKey,
      code: journal.code,
      description: journal.description,
      effectiveAt: new Date(journal.effectiveAt),
      reverses: journal.reverses ?? null,
      actor: journal.actor,
      contentHash,
    });
    if (inserted === null) {
      // Somebody posted the same key, or reversed the same journal, while we were on our way.
      return (
        (await repeatOf(tx, journal, contentHash)) ??
        refuse(
          'CONFLICT',
          `The journal ${journal.reverses} is reversed already; nothing was posted.`,
        )
      );
    }
    await writeEntries(tx, inserted.id, contentHash, journal, await lockAll(tx, accounts));
    return { kind: 'posted', journalId: inserted.id };
  });
}

/** Posts the opposite of a journal. Refuses NOT_FOUND, or CONFLICT when it was reversed before. */
export async function reverseJournal(
  db: Db,
  reversal: {
    readonly journalId: JournalId;
    readonly idempotencyKey: string;
    readonly description: string;
    readonly effectiveAt: Instant;
    readonly actor: UserId | null;
  },
): Promise<Posting | Refusal<'NOT_FOUND'>> {
  const original = await db.maybe(findJournal, { id: reversal.journalId });
  if (original === null)
    return refuse('NOT_FOUND', 'There is no such journal; nothing was posted.');
  const lines = await journalLines(db, original.id);
  return postJournal(db, {
    idempotencyKey: reversal.idempotencyKey,
    code: `reverse.${original.code}`,
    description: reversal.description,
    effectiveAt: reversal.effectiveAt,
    actor: reversal.actor,
    reverses: original.id,
    lines: lines.map(({ account, amountMinor }) => ({ account, amountMinor: -amountMinor })),
  });
}

function checkJournal({ idempotencyKey, lines }: NewJournal): void {
  if (idempotencyKey.length === 0 || idempotencyKey.length > keyCharsMax) {
    throw new RangeError(`an idempotency key has 1 to ${keyCharsMax} characters`);
  }
  if (lines.length < 2 || lines.length > linesMax) {
    throw new RangeError(`a journal has 2 to ${linesMax} lines, not ${lines.length}`);
  }
  const sums = new Map<Currency, bigint>();
  for (const { account, amountMinor } of lines) {
    if (amountMinor === 0n) throw new RangeError(`the line of ${account.name} moves nothing`);
    sums.set(account.currency, (sums.get(account.currency) ?? 0n) + amountMinor);
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n) throw new RangeError(`the journal sums to ${sum} ${currency}, not to zero`);
  }
}

async function repeatOf(tx: Db, journal: NewJournal, contentHash: Buffer): Promise<Posting | null> {
  const known = await tx.maybe(findJournalByKey, { idempotencyKey: journal.idempotencyKey });
  if (known === null) return null;
  if (known.contentHash.equals(contentHash)) return { kind: 'repeated', journalId: known.id };
  return refuse(
    'CONFLICT',
    'This key was used for another journal; nothing was posted.',
    'idempotencyKey',
  );
}

type Accounts = ReadonlyMap<string, AccountRef>;

function keyOf(account: { readonly name: string; readonly currency: Currency }): string {
  return `${account.currency} ${account.name}`;
}

function distinctAccounts(lines: readonly JournalLine[]): Accounts {
  const accounts = new Map<string, AccountRef>();
  for (const { account } of lines) accounts.set(keyOf(account), account);
  return accounts;
}

async function makeAccounts(tx: Db, accounts: Accounts): Promise<void> {
  const refs = [...accounts.values()];
  await tx.run(insertAccounts, {
    ids: refs.map(() => newId<'account'>()),
    names: refs.map((ref) => ref.name),
    currencies: refs.map((ref) => ref.currency),
    kinds: refs.map((ref) => ref.kind),
    partyIds: refs.map((ref) => ref.partyId ?? null),
  });
}

/** An account as the lines of this journal move it. */
type Moving = { readonly id: AccountId; balance: bigint; version: bigint; hash: Buffer };

async function lockAll(tx: Db, accounts: Accounts): Promise<ReadonlyMap<string, Moving>> {
  const refs = [...accounts.values()];
  const rows = await tx.all(lockAccounts, {
    names: refs.map((ref) => ref.name),
    currencies: refs.map((ref) => ref.currency),
  });
  return new Map(
    rows.map((row) => {
      const ref = accounts.get(keyOf(row));
      if (ref?.kind !== row.kind || (ref.partyId ?? null) !== row.partyId) {
        throw new Error(`the account ${row.name} is a ${row.kind} of ${row.partyId ?? 'nobody'}`);
      }
      const { id, version, lastHash } = row;
      return [keyOf(row), { id, balance: BigInt(row.balance), version, hash: lastHash }];
    }),
  );
}

async function writeEntries(
  tx: Db,
  journalId: JournalId,
  contentHash: Buffer,
  { lines }: NewJournal,
  accounts: ReadonlyMap<string, Moving>,
): Promise<void> {
  for (let from = 0; from < lines.length; from += linesPerInsertMax) {
    const entries = lines
      .slice(from, from + linesPerInsertMax)
      .map(({ account, amountMinor }, i) => {
        const moving = accounts.get(keyOf(account))!;
        moving.balance += amountMinor;
        moving.version += 1n;
        const entry = {
          lineNo: from + i + 1,
          accountId: moving.id,
          amountMinor,
          balanceAfter: moving.balance,
          version: moving.version,
        };
        moving.hash = hashEntry(moving.hash, contentHash, entry);
        return { ...entry, hash: moving.hash.toString('hex') };
      });
    await tx.run(insertEntries, {
      journalId,
      lineNos: entries.map((e) => e.lineNo),
      accountIds: entries.map((e) => e.accountId),
      amounts: entries.map((e) => e.amountMinor),
      balances: entries.map((e) => e.balanceAfter),
      versions: entries.map((e) => e.version),
      hashes: entries.map((e) => e.hash),
    });
  }
  const moved = [...accounts.values()];
  await tx.run(moveAccounts, {
    ids: moved.map((m) => m.id),
    balances: moved.map((m) => m.balance),
    versions: moved.map((m) => m.version),
    hashes: moved.map((m) => m.hash.toString('hex')),
  });
}
