import { createHash } from 'node:crypto';
import { identifyPath } from '#counting/recognition/contract.ts';
import { countIdentified, type HeardPlay } from '#foundation/dsp/count-identified.ts';
import { joinHashes, type HashedSound } from '#foundation/dsp/hash-sound.ts';
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
/** Stretches this close follow each other. */
const adjacentMs = 500;

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
  readonly nowPlaying: () => readonly HeardPlay[];
  readonly identified: () => number;
  readonly unknown: () => number;
};

export function identifyStretches(ctx: IdentifyContext): Identifier {
  const counter = countIdentified();
  let position = ctx.stretches.start();
  let told: { readonly fromMs: number; readonly before: number }[] = [];
  let previous: Asked | null = null;
  let identified = 0;
  let unknown = 0;

  async function keep(plays: readonly HeardPlay[]): Promise<void> {
    for (const play of plays) {
      await ctx.plays.append(toWaiting(ctx, play));
      ctx.say(`${play.title} by ${play.artist}, ${Math.round(play.playedMs / 1_000)} s.`);
    }
  }

  /** What the server says it is; null for what it does not know or cannot read and never will. */
  async function ask({
    hashes,
    levels,
    seams,
  }: HashedSound): Promise<Match | null | Exclude<Progress, 'done'>> {
    const answer = await ctx.server.post(identifyPath, { hashes, levels, seams });
    if (answer?.status === 400) return null;
    if (answer === null || answer.status !== 200)
      return { kind: 'again', retryAfterMs: answer?.retryAfterMs ?? null };
    return readMatch(answer.json);
  }

  async function tell(kept: Kept<Stretch>): Promise<Progress> {
    const { row, serial, next } = kept;
    let match = await ask(row);
    // The answer may have set the clock right, so only now is it known when this was.
    const toMs = ctx.clock.instantOf(row.at);
    const own: Asked = { fromMs: toMs - row.lengthMs, toMs, sound: row };
    let asked = own;
    const joined = match === null && previous !== null ? join(previous, own) : null;
    if (joined !== null) {
      match = await ask(joined.sound);
      if (match !== null) asked = joined;
    }
    if (match !== null && 'kind' in match) return match;
    previous = own;
    const { fromMs } = asked;
    if (match === null) unknown += 1;
    else identified += 1;
    const isPossible = toMs <= ctx.clock.now() + hourMs; // a stamp of a clock that was reset is not
    if (isPossible)
      await keep(counter.hear({ fromMs, toMs, match, proof: `${serial} ${row.proof}` }));
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

type Asked = { readonly fromMs: number; readonly toMs: number; readonly sound: HashedSound };

/** With the stretch right before it, where there was one. */
function join(previous: Asked, own: Asked): Asked | null {
  if (Math.abs(own.fromMs - previous.toMs) >= adjacentMs) return null;
  const sound = joinHashes(previous.sound, own.sound, previous.toMs - previous.fromMs);
  return { fromMs: previous.fromMs, toMs: own.toMs, sound };
}

function toWaiting(ctx: IdentifyContext, play: HeardPlay): WaitingPlay {
  const first = play.proofs[0]!;
  return {
    key: uuidOf(`${ctx.agentId} ${play.recordingId} ${first}`),
    startedAtMs: Math.round(play.fromMs),
    playedMs: Math.round(play.playedMs),
    source: ctx.source,
    recording: { id: play.recordingId },
    confidence: play.confidence,
    payloadHash: createHash('sha256').update(play.proofs.join('\n')).digest('hex'),
  };
}

/** A uuid of version 8 computed from text: told twice, a play has one key. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

type Match = NonNullable<Parameters<ReturnType<typeof countIdentified>['hear']>[0]['match']>;

/** What a server that is newer, older or somebody else's may answer is read with suspicion too. */
function readMatch(json: unknown): Match | null {
  const answer = json as { match?: Partial<Match> | null; sameAudio?: unknown } | null;
  const match = readSounding(answer?.match);
  const confidence = answer?.match?.confidence;
  if (match === null || typeof confidence !== 'number' || !Number.isFinite(confidence)) return null;
  const same = Array.isArray(answer?.sameAudio) ? answer.sameAudio.map(readSounding) : [];
  return {
    ...match,
    confidence: Math.min(1, Math.max(0, confidence)),
    sameAudio: same.filter((one) => one !== null),
  };
}

type Sounding = NonNullable<Match['sameAudio']>[number];

function readSounding(json: unknown): Sounding | null {
  const { recordingId, title, artist, offsetMs, speed } = (json ?? {}) as Partial<Sounding>;
  if (typeof recordingId !== 'string') return null;
  if (typeof offsetMs !== 'number' || !Number.isFinite(offsetMs)) return null;
  if (typeof speed !== 'number' || !Number.isFinite(speed) || speed <= 0.25) return null;
  return {
    recordingId,
    title: typeof title === 'string' ? title : '',
    artist: typeof artist === 'string' ? artist : '',
    offsetMs,
    speed,
  };
}
