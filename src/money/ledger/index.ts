export { serveLedger } from './http.ts';
export {
  postJournal,
  reverseJournal,
  type AccountRef,
  type JournalLine,
  type NewJournal,
  type Posting,
} from './post-journal.ts';
export { balanceOf, trialBalance, type TrialBalancePage } from './read-balances.ts';
export { verifyLedger, type LedgerReport } from './verify-ledger.ts';
export type { AccountId, AccountKind, JournalId } from './queries.ts';
