import { createHash } from 'node:crypto';
import {
  countFromSound,
  joinStretches,
  playsIn,
  readAnswer,
  sampled,
  windowOfStretch,
  type CountEvent,
  type HashedStretch,
  type NamedSound,
  type NowPlaying,
  type SoundPlay,
} from '#counting/hearing/index.ts';
import { identifyPath } from '#counting/recognition/contract.ts';
import type { HashedSound } from '#foundation/dsp/hash-sound.ts';
import type { Clock } from './keep-time.ts';
import type { Stretch } from './hear-stretches.ts';
import type { Kept, Spool } from './spooling/spool.ts';
import type { Server } from './talk-to-server.ts';

// Stretches wait on the disk until the server has said what they are. One is dropped only when no play that is still
// open began in it: after a power cut the open plays are told again from their beginning, with the same key.

const readMax = 32;
/** Twenty minutes: a power cut in a longer mix costs one play more. */
const toldAgainMax = 120;
const hourMs = 3_600_000;

/** One play as it waits for the server; its number in the spool is its `seq`. */
export type WaitingPlay = {
  readonly key: string;
  readonly startedAtMs: number;
  readonly playedMs: number;
  readonly source: string;
  readonly recording:
    | { readonly id: string }
    | { readonly title: string; readonly artist: string; readonly durationMs?: number };
  readonly confidence?: number;
  readonly payloadHash?: string;
};

export type IdentifyContext = {
  readonly server: Server;
  readonly clock: Clock;
  readonly stretches: Spool<Stretch>;
  readonly plays: Spool<WaitingPlay>;
  /** Names this box, so that two with one device key never make the same key for different plays. */
  readonly agentId: string;
  readonly source: string;
  readonly say: (line: string) => void;
};

export type Progress = 'done' | { readonly kind: 'again'; readonly retryAfterMs: number | null };

export type Identifier = {
  /** Asks about everything that waits; stops where the server does not answer. */
  identifyWaiting(): Promise<Progress>;
  /** Closes what is open: nothing more will be heard. */
  end(): Promise<void>;
  readonly nowPlaying: () => readonly NowPlaying[];
  readonly identified: () => number;
  readonly unknown: () => number;
};

export function identifyStretches(ctx: IdentifyContext): Identifier {
  const counter = countFromSound({ preset: sampled });
  let position = ctx.stretches.start();
  let told: { readonly fromMs: number; readonly before: number }[] = [];
  let previous: HashedStretch | null = null;
  let identified = 0;
  let unknown = 0;

  async function keep(events: readonly CountEvent[]): Promise<void> {
    for (const play of playsIn(events)) {
      await ctx.plays.append(toWaiting(ctx, play));
      ctx.say(`${sayName(play)}, ${Math.round(play.playedMs / 1_000)} s.`);
    }
  }

  /** What the server says it is; null for what it does not know or cannot read and never will. */
  async function ask({
    hashes,
    levels,
    seams,
  }: HashedSound): Promise<NamedSound | null | Exclude<Progress, 'done'>> {
    const answer = await ctx.server.post(identifyPath, { hashes, levels, seams });
    if (answer?.status === 400) return null;
    if (answer === null || answer.status !== 200)
      return { kind: 'again', retryAfterMs: answer?.retryAfterMs ?? null };
    return readAnswer(answer.json);
  }

  async function tell(kept: Kept<Stretch>): Promise<Progress> {
    const { row, serial, next } = kept;
    let named = await ask(row);
    // The answer may have set the clock right, so only now is it known when this was.
    const toMs = ctx.clock.instantOf(row.at);
    const own: HashedStretch = { fromMs: toMs - row.lengthMs, toMs, sound: row };
    let asked = own;
    const joined = named === null && previous !== null ? joinStretches(previous, own) : null;
    if (joined !== null) {
      named = await ask(joined.sound);
      if (named !== null) asked = joined;
    }
    if (named !== null && 'kind' in named) return named;
    previous = own;
    const { fromMs } = asked;
    if (named === null) unknown += 1;
    else identified += 1;
    const isPossible = toMs <= ctx.clock.now() + hourMs; // a stamp of a clock that was reset is not
    if (isPossible)
      await keep(counter.hear([windowOfStretch(asked, named, `${serial} ${row.proof}`)]));
    told = [...told, { fromMs, before: position }].slice(-toldAgainMax);
    position = next;
    await dropTold();
    return 'done';
  }

  async function dropTold(): Promise<void> {
    const open = counter.openFromMs();
    const first = open === null ? undefined : told.find((one) => one.fromMs >= open - 1);
    const before = first?.before ?? (open === null ? position : (told[0]?.before ?? position));
    told = told.filter((one) => one.before >= before);
    if (before > ctx.stretches.start()) await ctx.stretches.drop(before);
  }

  return {
    async identifyWaiting() {
      for (;;) {
        const waiting = await ctx.stretches.read(position, readMax);
        if (waiting.length === 0) break;
        for (const one of waiting) {
          const progress = await tell(one);
          if (progress !== 'done') return progress;
        }
      }
      await keep(counter.passTo(ctx.clock.now()));
      await dropTold();
      return 'done';
    },
    async end() {
      await keep(counter.end());
      await dropTold();
    },
    nowPlaying: counter.nowPlaying,
    identified: () => identified,
    unknown: () => unknown,
  };
}

/** For whoever reads along at the box. */
export function sayName({ recordingId, name }: Pick<SoundPlay, 'recordingId' | 'name'>): string {
  return name === null ? recordingId : `${name.title} by ${name.artist}`;
}

function toWaiting(ctx: IdentifyContext, play: SoundPlay): WaitingPlay {
  const first = play.hits[0]!;
  return {
    key: uuidOf(`${ctx.agentId} ${play.recordingId} ${first}`),
    startedAtMs: Math.round(play.firstHeardMs),
    playedMs: Math.round(play.playedMs),
    source: ctx.source,
    recording: { id: play.recordingId },
    confidence: play.confidence,
    payloadHash: createHash('sha256').update(play.hits.join('\n')).digest('hex'),
  };
}

/** A uuid of version 8 computed from text: told twice, a play has one key. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
