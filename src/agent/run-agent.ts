import { hashSound, type HashedSound } from '#foundation/dsp/hash-sound.ts';
import { holdState } from './hold-state.ts';
import { listen } from './listen.ts';
import { readOptions, usage } from './read-options.ts';
import { printStatus } from './status.ts';

/** What an index on the box says a stretch is, as a line to show; null for what it does not know. */
export type NameHere = (sound: HashedSound) => string | null;
/** Opens an index by its file; null when it cannot be, which it has said. The one file for a box has no engine to do it. */
export type OpenIndex = (file: string) => Promise<NameHere | null>;

/** What stands after `ngoma listen`, done. Answers the exit code: 2 when it was not understood. */
export async function runAgent(
  words: readonly string[],
  openIndex: OpenIndex | null = null,
): Promise<number> {
  const order = readOptions(words, process.env);
  switch (order.kind) {
    case 'refused':
      console.error(order.detail);
      return 2;
    case 'help':
      console.log(usage);
      return 0;
    case 'status':
      return printStatus(order.state, console.log);
    case 'listen': {
      const { options } = order;
      if (options.index !== null && openIndex === null) {
        console.error('The agent that is one file has no --index: it needs an installed Ngoma.');
        return 2;
      }
      const nameHere = options.index === null ? null : await openIndex!(options.index);
      if (options.index !== null && nameHere === null) return 1;
      const held = await holdState(options.state);
      if ('code' in held) {
        console.error(held.detail);
        return 1;
      }
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
      try {
        return await listen(options, held, { hash: hashSound, nameHere }, stop.signal, console.log);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        console.error(
          `The agent stopped: ${said}. What it had heard is on the disk; start it again.`,
        );
        return 1;
      } finally {
        await held.release();
      }
    }
  }
}
