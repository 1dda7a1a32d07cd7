import { minuteMs } from '#foundation/kernel/time.ts';
import { enqueue } from '#foundation/platform/jobs.ts';
import type { Log } from '#foundation/platform/log.ts';
import type { Room, Running } from '#foundation/platform/room.ts';
import type { RoomPermissions } from '#people/accounts/index.ts';
import type { SyncContext } from './context.ts';
import { startSync } from './contract.ts';
import { serveSync } from './http.ts';
import { callsTask, syncTask } from './make-calls.ts';
import { countWaiting, dropRest, readRest } from './queries.ts';

const permissions: RoomPermissions = {
  'analytics.sync': {
    roles: ['label', 'society', 'analyst', 'admin'],
    meaning: 'have missing figures fetched, which uses calls the operator pays for',
  },
};

export function openSync({ log, ...needs }: SyncContext & { readonly log: Log }): Room {
  return {
    name: 'sync',
    serve: (kit) => serveSync(kit, needs),
    tasks: [callsTask(needs)],
    background: () => goOnAfterRests(needs, log),
    permissions,
    rates: { [startSync.path]: { requests: 20, windowS: 60 } },
  };
}

const lookEveryMs = minuteMs;

/** Calls that wait are taken up when the program starts, and when a rest is over. */
async function goOnAfterRests(ctx: SyncContext, log: Log): Promise<Running> {
  await takeUp(ctx);
  let current: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    current = current
      .then(async () => {
        const rest = await ctx.db.maybe(readRest, {});
        if (rest === null || rest.until > ctx.now()) return;
        await ctx.db.run(dropRest, {});
        await takeUp(ctx);
      })
      .catch((error: unknown) => log.warn({ err: error }, 'missing figures are not asked for'));
  }, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await current;
    },
  };
}

async function takeUp(ctx: SyncContext): Promise<void> {
  const { waiting } = await ctx.db.one(countWaiting, {});
  if (waiting > 0n) await ctx.db.tx((tx) => enqueue(tx, syncTask, {}, { queue: syncTask.name }));
}
