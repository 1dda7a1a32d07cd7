import { mkdir } from 'node:fs/promises';
import { enqueue, type JobRun } from '#foundation/platform/jobs.ts';
import type { Room, Running } from '#foundation/platform/room.ts';
import type { RenditionsContext } from './context.ts';
import { ladderVersion } from './ladder.ts';
import { makeLaddersTask, makeTask } from './make-ladders.ts';
import { openLadders, type Ladders } from './open-ladder.ts';
import { countUnmade } from './queries.ts';

export type RenditionsNeeds = RenditionsContext & {
  /** Where encoders write before a file is whole; on the disk of the blobs. */
  readonly workFolder: string;
};

export function openRenditions({
  workFolder,
  ...needs
}: RenditionsNeeds): Room & { readonly ladders: Ladders } {
  const asked = { isWaiting: false };
  const task = makeLaddersTask(needs, workFolder);
  return {
    name: 'renditions',
    ladders: openLadders(needs),
    tasks: [
      {
        ...task,
        run: (payload: object, job: JobRun) =>
          task.run(payload, job).finally(() => (asked.isWaiting = false)),
      },
    ],
    background: async () => {
      await mkdir(workFolder, { recursive: true });
      return watch(needs, asked);
    },
  };
}

const lookEveryMs = 5_000;

/** Looks for sound without a ladder: new files, and what the last job left. One job at a time. */
function watch(ctx: RenditionsContext, asked: { isWaiting: boolean }): Running {
  let current: Promise<unknown> = Promise.resolve();
  const look = async (): Promise<void> => {
    if (asked.isWaiting) return;
    const { unmade } = await ctx.db.one(countUnmade, { version: ladderVersion });
    if (unmade === 0n) return;
    asked.isWaiting = true;
    await ctx.db.tx((tx) => enqueue(tx, makeTask, {}, { queue: makeTask.name }));
  };
  const timer = setInterval(() => {
    current = current
      .then(look)
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'sound without sizes is not seen'));
  }, lookEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      await current;
    },
  };
}
