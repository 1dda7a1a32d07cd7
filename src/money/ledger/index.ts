export type { AccountRef, JournalLine, NewJournal, Posting } from './journal.ts';
export { postJournal } from './post-journal.ts';
export { balanceOf, journalLines } from './read-balances.ts';
export { openLedger } from './room.ts';
export { verifyLedger, type LedgerReport } from './verify-ledger.ts';
export type { AccountId, AccountKind, JournalId } from './queries.ts';
