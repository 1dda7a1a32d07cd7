import { appendFile, stat } from 'node:fs/promises';
import { reportPlays, type PlayReport } from '#counting/plays/contract.ts';
import { toIso, type Instant } from '#foundation/kernel/time.ts';
import type { Progress, WaitingPlay } from './identify-waiting.ts';
import type { Clock } from './keep-time.ts';
import type { Kept, Spool } from './spooling/spool.ts';
import type { Server } from './talk-to-server.ts';

// Plays leave the box in batches and leave its disk only when the server has answered for each of them. A play that it
// will never take is put aside in a file with the reason, for a person to read.

const playsPerBatch = 500;
const asideMaxBytes = 16 * 1024 * 1024;

export type UploadContext = {
  readonly server: Server;
  readonly clock: Clock;
  readonly plays: Spool<WaitingPlay>;
  /** Names this box: the server lets one agent at a time use a device key. */
  readonly agentId: string;
  /** Rows the server refused, one JSON line each. */
  readonly asideFile: string;
  readonly say: (line: string) => void;
};

export type Uploader = {
  uploadWaiting(): Promise<Progress>;
  readonly sent: () => number;
  readonly aside: () => number;
};

type Result = {
  readonly index: number;
  readonly outcome: string;
  readonly code?: string;
  readonly field?: string;
  readonly message?: string;
};

export function uploadPlays(ctx: UploadContext): Uploader {
  let batchSize = playsPerBatch;
  let sent = 0;
  let aside = 0;

  async function putAside(
    play: Kept<WaitingPlay>,
    reason: Omit<Result, 'index' | 'outcome'>,
  ): Promise<void> {
    aside += 1;
    const size = await stat(ctx.asideFile).then(
      (file) => file.size,
      () => 0,
    );
    const what = `The server refused play ${play.serial}: ${reason.message ?? reason.code ?? 'no reason'}`;
    if (size > asideMaxBytes)
      return ctx.say(`${what} ${ctx.asideFile} is full, so it is not kept.`);
    const line = JSON.stringify({ ...toReport(play), ...reason, asideAt: toIso(ctx.clock.now()) });
    await appendFile(ctx.asideFile, `${line}\n`, { mode: 0o600, flush: true });
    ctx.say(`${what} It is kept in ${ctx.asideFile}.`);
  }

  async function settle(
    batch: readonly Kept<WaitingPlay>[],
    results: readonly Result[],
  ): Promise<void> {
    for (const result of results) {
      const play = batch[result.index];
      if (play !== undefined && result.outcome === 'refused')
        await putAside(play, reasonOf(result));
    }
    sent += batch.length;
    await ctx.plays.drop(batch.at(-1)!.next);
    batchSize = playsPerBatch;
  }

  async function uploadBatch(): Promise<Progress | 'more'> {
    const batch = await ctx.plays.read(ctx.plays.start(), batchSize);
    if (batch.length === 0) return 'done';
    const answer = await ctx.server.post(reportPlays.path, {
      sentAt: toIso(ctx.clock.now()),
      agentId: ctx.agentId,
      plays: batch.map(toReport),
    });
    if (answer === null) return { kind: 'again', retryAfterMs: null };
    const results = answer.status === 200 ? readResults(answer.json) : null;
    if (results !== null) {
      await settle(batch, results);
      return 'more';
    }
    if (answer.status === 401)
      ctx.say('The server does not know this device key; plays are kept until it does.');
    if ([403, 409].includes(answer.status))
      ctx.say(`The server took nothing, and plays are kept. ${problemOf(answer.json).message}`);
    // A batch that is refused whole is split until the one row is found that nobody can read.
    if ([400, 413, 422].includes(answer.status)) {
      if (batch.length === 1) {
        await putAside(batch[0]!, problemOf(answer.json));
        await ctx.plays.drop(batch[0]!.next);
      }
      batchSize = Math.max(1, Math.floor(batch.length / 2));
      return 'more';
    }
    return { kind: 'again', retryAfterMs: answer.retryAfterMs };
  }

  return {
    async uploadWaiting() {
      for (;;) {
        const progress = await uploadBatch();
        if (progress !== 'more') return progress;
      }
    },
    sent: () => sent,
    aside: () => aside,
  };
}

function toReport({ serial, row }: Kept<WaitingPlay>): PlayReport {
  const { startedAtMs, ...rest } = row;
  return { ...rest, seq: serial, startedAt: toIso(startedAtMs as Instant) };
}

function reasonOf({ code, field, message }: Result): Omit<Result, 'index' | 'outcome'> {
  return {
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
    ...(message === undefined ? {} : { message }),
  };
}

function problemOf(json: unknown): { code: string; message: string } {
  const problem = json as { detail?: unknown; error?: { code?: unknown } } | null;
  return {
    code: String(problem?.error?.code ?? 'REFUSED'),
    message: String(problem?.detail ?? ''),
  };
}

function readResults(json: unknown): readonly Result[] | null {
  const results = (json as { results?: unknown } | null)?.results;
  return Array.isArray(results) ? (results as readonly Result[]) : null;
}
