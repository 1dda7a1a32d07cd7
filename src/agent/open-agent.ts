import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Stretch } from './hear-stretches.ts';
import type { HeldState } from './hold-state.ts';
import { identifyStretches, type Identifier, type WaitingPlay } from './identify-waiting.ts';
import { keepTime, type Clock, type TimeSource } from './keep-time.ts';
import type { ListenOptions } from './read-options.ts';
import { readEarlierRuns, rememberingClock } from './remember-clock.ts';
import { openSpool, type Spool } from './spooling/spool.ts';
import { talkTo, type Server } from './talk-to-server.ts';
import { uploadPlays, type Uploader } from './upload-plays.ts';

/** Two days of hashes without a network; older ones give way. */
const stretchesMaxBytes = 192 * 1024 * 1024;
/** Two hundred thousand plays. */
const playsMaxBytes = 64 * 1024 * 1024;

export type Agent = {
  readonly clock: Clock;
  readonly server: Server;
  readonly stretches: Spool<Stretch>;
  readonly plays: Spool<WaitingPlay>;
  readonly identifier: Identifier;
  readonly uploader: Uploader;
  readonly say: (line: string) => void;
  /** When the latest sound above silence was heard, by the monotonic clock. */
  heardSoundMs: number | null;
  /** What an index on the box says sounds now; the server decides what counts. */
  heardHere: string | null;
};

export async function openAgent(
  options: ListenOptions,
  held: HeldState,
  time: TimeSource,
  say: (line: string) => void,
): Promise<Agent> {
  const earlier = await readEarlierRuns(options.state);
  const clock = keepTime(time, randomUUID(), earlier);
  const plain = talkTo(options.server, options.device, clock, time);
  const server = rememberingClock(plain, clock, earlier, options.state);
  const stretches = await openSpool<Stretch>(
    path.join(options.state, 'stretches'),
    stretchesMaxBytes,
  );
  const plays = await openSpool<WaitingPlay>(path.join(options.state, 'plays'), playsMaxBytes);
  const { agentId } = held;
  const { source } = options;
  const asideFile = path.join(options.state, 'refused.jsonl');
  return {
    clock,
    server,
    stretches,
    plays,
    identifier: identifyStretches({ server, clock, stretches, plays, agentId, source, say }),
    uploader: uploadPlays({ server, clock, plays, agentId, asideFile, say }),
    say,
    heardSoundMs: null,
    heardHere: null,
  };
}
