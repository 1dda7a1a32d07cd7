import { openAsBlob } from 'node:fs';
import path from 'node:path';
import { ApiError, connect } from '#client/call.ts';
import { historyBytesMax, importHistory } from '#counting/plays/history-files/contract.ts';
import { isUuid, type DeviceId } from '#foundation/kernel/ids.ts';
import { say } from './with-database.ts';

// History files of DJ programs, sent to a server as the web app would send them, one after the other: the same file sent twice
// counts once.

const refusalsShown = 5;

export type HistoryOptions = {
  readonly server: string | null;
  /** An API key. */
  readonly key: string | null;
  /** The deck they were played on. */
  readonly device: string | null;
  readonly timeZone: string | null;
  readonly startedAt: string | null;
  readonly asJson: boolean;
};

/** 0 when every file was taken, 1 when one was not, 2 when it was not called as it must be. */
export async function sendHistory(
  files: readonly string[],
  options: HistoryOptions,
): Promise<number> {
  const { server, key, device } = options;
  if (files.length === 0 || server === null || key === null || device === null || !isUuid(device)) {
    say(
      'ngoma history needs FILE... --server URL --key APIKEY --device DEVICE: a deck of Track, its id is shown there; keys are made in your settings.',
    );
    return 2;
  }
  const { call } = connect({ baseUrl: server.replace(/\/+$/, ''), accessToken: key });
  let failed = 0;
  for (const file of files) {
    try {
      const blob = await openAsBlob(file, { type: 'application/octet-stream' });
      if (blob.size > historyBytesMax) throw new RangeError('it is larger than any history is');
      const report = await call(importHistory, {
        query: {
          deviceId: device as DeviceId,
          name: path.basename(file),
          timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
          ...(options.startedAt !== null && { startedAt: options.startedAt }),
        },
        file: blob,
      });
      console.log(options.asJson ? JSON.stringify({ file, ...report }) : toText(file, report));
    } catch (error) {
      failed += 1;
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof ApiError ? error.code : 'UNREADABLE';
      if (options.asJson) console.log(JSON.stringify({ file, error: { code, message } }));
      else say(`${file}: ${message}`);
      if (code === 'UNREACHABLE' || code === 'UNAUTHENTICATED') break; // so would be the next
    }
  }
  return failed === 0 ? 0 : 1;
}

type Report = NonNullable<NonNullable<typeof importHistory.types>['reply']>;

function toText(file: string, report: Report): string {
  const { kind, counted, duplicates, unmatched, refused, refusals } = report;
  const lines = refusals
    .slice(0, refusalsShown)
    .map(({ where, message }) => `  ${where}: ${message}`);
  return [
    `${file} (${kind}): ${counted} counted, ${duplicates} known already, ${unmatched} not in the catalogue yet, ${refused} refused`,
    ...lines,
    ...(refusals.length > refusalsShown ? [`  and ${refusals.length - refusalsShown} more`] : []),
  ].join('\n');
}
