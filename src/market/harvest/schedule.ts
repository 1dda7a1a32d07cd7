import { hourMs, minuteMs } from '#foundation/kernel/time.ts';
import { closeInterrupted, lastRuns, sourceStates } from './queries.ts';
import { runSource, type HarvestContext } from './run-source.ts';
import { sources } from './sources/index.ts';

const everyMs = 4 * hourMs;
const jitterMs = 5 * minuteMs;
const lookEveryMs = minuteMs;

/** Runs every source that is on, four hours after its last run and up to five minutes more, one after the other. */
export function startHarvesting(
  ctx: HarvestContext,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  const ending = new AbortController();
  const jitter = new Map(sources.map((source) => [source.name, Math.random() * jitterMs]));
  let current: Promise<void> = ctx.db
    .run(closeInterrupted, { before: new Date(ctx.now()), now: new Date(ctx.now()) })
    .then(() => {}, onError);
  const timer = setInterval(() => {
    current = current.then(() => runDue(ctx, jitter, ending.signal)).catch(onError);
  }, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      ending.abort();
      await current;
    },
  };
}

async function runDue(
  ctx: HarvestContext,
  jitter: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const states = new Map((await ctx.db.all(sourceStates, {})).map((row) => [row.name, row]));
  const last = new Map((await ctx.db.all(lastRuns, {})).map((row) => [row.source, row.startedAt]));
  for (const source of sources) {
    const state = states.get(source.name);
    if (signal.aborted || state?.isOn !== true || source.isOnDemand === true) continue;
    if (state.restingUntil !== null && state.restingUntil > ctx.now()) continue;
    const due = (last.get(source.name) ?? 0) + everyMs + jitter.get(source.name)!;
    if (ctx.now() < due) continue;
    jitter.set(source.name, Math.random() * jitterMs);
    await runSource(ctx, source, { userId: null, signal });
  }
}
