import { CannotStart } from '#foundation/platform/cannot-start.ts';
import { ConfigError } from '#foundation/platform/config.ts';
import { MigrationError } from '#foundation/platform/migrate.ts';
import { sqlState } from '#foundation/platform/postgres.ts';

const expected = [CannotStart, ConfigError, MigrationError];

/** One sentence for what an operator can mend; a stack trace for a bug of ours. */
export function explainFailure(error: unknown): string {
  if (isDatabaseGone(error))
    return 'The database went away while the command ran; run it again, it continues or repeats safely.';
  if (expected.some((kind) => error instanceof kind))
    return (error as Error).message.replace(/[^.]$/, '$&.');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** A server that is stopped takes the database along, whoever else was using it. */
function isDatabaseGone(error: unknown): boolean {
  const lost = new Set(['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET']);
  const code = sqlState(error) ?? (error as NodeJS.ErrnoException | null)?.code;
  return (
    (code !== undefined && lost.has(code)) ||
    (error instanceof Error && error.message.startsWith('Connection terminated'))
  );
}
