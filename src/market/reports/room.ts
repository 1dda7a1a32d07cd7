import { minuteMs } from '#foundation/kernel/time.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Room, Running } from '#foundation/platform/room.ts';
import { isActive } from '#people/accounts/index.ts';
import type { ReportsContext } from './context.ts';
import { readShared } from './contract.ts';
import { serveReports } from './http.ts';
import { makeReports } from './make-reports.ts';

export type ReportsNeeds = Omit<ReportsContext, 'isActive'> & { readonly log: Log };

const lookEveryMs = minuteMs;

export function openReports({ log, ...needs }: ReportsNeeds): Room {
  const reports: ReportsContext = { ...needs, isActive: (userId) => isActive(needs.db, userId) };
  return {
    name: 'reports',
    serve: (kit) => serveReports(kit, reports),
    background: () => watch(reports, log),
    rates: { [readShared.path]: { requests: 60, windowS: 60 } },
  };
}

/** Looks every minute for reports that are due, also for those that were due while the program was away. */
function watch(ctx: ReportsContext, log: Log): Running {
  const ending = new AbortController();
  let current: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    current = current
      .then(() => makeReports(ctx, ending.signal))
      .catch((error: unknown) => log.warn({ err: error }, 'reports that are due were not made'));
  }, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      ending.abort();
      await current;
    },
  };
}
