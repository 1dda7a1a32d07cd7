import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { toIso } from '#foundation/kernel/time.ts';
import { isListening } from './hold-state.ts';
import { sayName } from './identify-waiting.ts';
import type { Agent } from './open-agent.ts';
import { writeWhole } from './spooling/spool.ts';

type Status = {
  readonly at: string;
  readonly clockCorrected: boolean;
  readonly wallClockErrorMs: number | null;
  readonly heardSoundMsAgo: number | null;
  readonly nowPlaying: readonly string[];
  readonly heardHere: string | null;
  readonly stretches: {
    readonly waiting: number;
    readonly lost: number;
    readonly named: number;
    readonly unknown: number;
  };
  readonly plays: {
    readonly waiting: number;
    readonly lost: number;
    readonly sent: number;
    readonly refused: number;
  };
  readonly bytesSent: number;
};

const fileName = 'status.json';

export async function writeStatus(state: string, agent: Agent): Promise<void> {
  const { clock, stretches, plays, identifier, uploader, server, heardSoundMs, heardHere } = agent;
  const status: Status = {
    at: toIso(clock.now()),
    clockCorrected: clock.isCorrected(),
    wallClockErrorMs: clock.wallErrorMs(),
    heardSoundMsAgo: heardSoundMs === null ? null : Math.round(performance.now() - heardSoundMs),
    nowPlaying: identifier.nowPlaying().map(sayName),
    heardHere,
    stretches: {
      waiting: stretches.waiting(),
      lost: stretches.lost(),
      named: identifier.identified(),
      unknown: identifier.unknown(),
    },
    plays: {
      waiting: plays.waiting(),
      lost: plays.lost(),
      sent: uploader.sent(),
      refused: uploader.aside(),
    },
    bytesSent: server.bytesSent(),
  };
  await writeWhole(path.join(state, fileName), `${JSON.stringify(status, null, 2)}\n`);
}

/** What the agent with this state last said of itself. Exit code 0 when one is listening. */
export async function printStatus(state: string, say: (line: string) => void): Promise<number> {
  const listening = await isListening(state);
  const text = await readFile(path.join(state, fileName), 'utf8').catch(() => null);
  say(listening ? `An agent works in ${state}.` : `No agent works in ${state}.`);
  if (text !== null) say(text.trim());
  return listening ? 0 : 1;
}
