import type { PartyId, UserId } from '#foundation/kernel/ids.ts';
import type { Currency } from '#foundation/kernel/money.ts';
import type { Refusal } from '#foundation/kernel/outcome.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import type { AccountKind, JournalId } from './queries.ts';

/** An account by what it is called; it is made when a journal first names it. One currency per account. */
export type AccountRef = {
  readonly name: string;
  readonly currency: Currency;
  readonly kind: AccountKind;
  readonly partyId?: PartyId;
};

/** A debit is positive, a credit negative. */
export type JournalLine = { readonly account: AccountRef; readonly amountMinor: bigint };

export type NewJournal = {
  /** Chosen by who posts, kept for ever: the same key never posts twice. */
  readonly idempotencyKey: string;
  readonly code: string;
  readonly description: string;
  /** When it counts; part of the content, so a retry must say the same instant. */
  readonly effectiveAt: Instant;
  readonly actor: UserId | null;
  readonly lines: readonly JournalLine[];
  readonly reverses?: JournalId;
};

export type Posting =
  | { readonly kind: 'posted'; readonly journalId: JournalId }
  | { readonly kind: 'repeated'; readonly journalId: JournalId }
  | Refusal<'CONFLICT'>;
