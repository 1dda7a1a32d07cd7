import { auditPlays, type PlaysAudit } from '#counting/plays/index.ts';
import { loadConfig } from '#foundation/platform/config.ts';
import { writeFact } from '#foundation/platform/facts.ts';
import { lastAuditFact, type LastAudit } from './last-audit.ts';
import { withDatabase } from './with-database.ts';

/** Counts again from the evidence; 1 when a rollup differs. `doctor` remembers when this was last done. */
export async function auditEveryPlay(asJson: boolean): Promise<number> {
  const audit = await withDatabase('migrate', loadConfig(process.env), async (db) => {
    const done = await auditPlays(db);
    const last: LastAudit = {
      at: Date.now(),
      differences: done.differences.length + done.merging.length,
    };
    await writeFact(db, lastAuditFact, last);
    return done;
  });
  console.log(asJson ? toJson(audit) : toText(audit));
  return audit.differences.length + audit.merging.length === 0 ? 0 : 1;
}

function toText(audit: PlaysAudit): string {
  const { differences } = audit;
  return [
    `evidence   ${audit.evidence}`,
    `counted    ${audit.counted}`,
    `merged     ${audit.merged}`,
    `unmatched  ${audit.unmatched}`,
    `held       ${audit.held}`,
    `buckets    ${audit.buckets}`,
    ...differences.map(
      (d) =>
        `differs: recording ${d.recordingId}: the rollup says ${d.rolledPlays}, the evidence says ${d.countedPlays}`,
    ),
    ...audit.merging.map(
      (d) =>
        `merged wrongly: recording ${d.recordingId}: ${d.storedPlays} plays are stored, the evidence makes ${d.rightPlays}`,
    ),
    differences.length + audit.merging.length === 0
      ? 'Every bucket and every merge is what the evidence says.'
      : `${differences.length} buckets are not what the evidence says (at most 100 are listed).`,
  ].join('\n');
}

/** Counts as JSON numbers: they are exact up to 2^53, and no installation has that many plays. */
function toJson(audit: PlaysAudit): string {
  return JSON.stringify(
    audit,
    (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value),
    2,
  );
}
