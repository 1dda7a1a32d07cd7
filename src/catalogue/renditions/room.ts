import { mkdir } from 'node:fs/promises';
import { enqueue } from '#foundation/platform/jobs.ts';
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
  return {
    name: 'renditions',
    ladders: openLadders(needs),
    tasks: [makeLaddersTask(needs, workFolder)],
    background: async () => {
      await mkdir(workFolder, { recursive: true });
      return watch(needs);
    },
  };
}

const lookEveryMs = 5_000;

/** Looks for sound without a ladder: new files, and what the last job left. One job at a time. */
function watch(ctx: RenditionsContext): Running {
  let current: Promise<unknown> = Promise.resolve();
  let lastUnmade = 0n;
  const look = async (): Promise<void> => {
    const { unmade } = await ctx.db.one(countUnmade, { version: ladderVersion });
    // A job that makes no headway is not asked for over and over: the disk is full, or the files are unreadable.
    if (unmade > 0n && unmade !== lastUnmade)
      await ctx.db.tx((tx) => enqueue(tx, makeTask, {}, { queue: makeTask.name }));
    lastUnmade = unmade;
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
