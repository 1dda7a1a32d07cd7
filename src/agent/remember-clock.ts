import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, EarlierRuns } from './keep-time.ts';
import { writeWhole } from './spooling/spool.ts';
import type { Server } from './talk-to-server.ts';

// How far the clocks of earlier starts were off, so that what they stamped before they knew it can still be corrected.

const fileName = 'clocks.json';
const runsMax = 50;

export async function readEarlierRuns(state: string): Promise<EarlierRuns> {
  try {
    const read = JSON.parse(await readFile(path.join(state, fileName), 'utf8')) as unknown;
    if (!Array.isArray(read)) return new Map();
    return new Map(
      (read as unknown[]).filter((one): one is [string, number] => {
        const [run, offsetMs] = Array.isArray(one) ? (one as unknown[]) : [];
        return typeof run === 'string' && typeof offsetMs === 'number';
      }),
    );
  } catch {
    return new Map();
  }
}

/** The same server; the first answer that corrects the clock is written down. */
export function rememberingClock(
  server: Server,
  clock: Clock,
  earlier: EarlierRuns,
  state: string,
): Server {
  let isWritten = false;
  return {
    ...server,
    async post(where, body) {
      const answer = await server.post(where, body);
      const offsetMs = clock.offsetMs();
      if (!isWritten && offsetMs !== null) {
        isWritten = true;
        const runs = [...earlier, [clock.run, offsetMs]].slice(-runsMax);
        await writeWhole(path.join(state, fileName), JSON.stringify(runs));
      }
      return answer;
    },
  };
}
