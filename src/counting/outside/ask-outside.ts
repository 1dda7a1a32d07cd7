import { createHash } from 'node:crypto';
import { newId } from '#foundation/kernel/ids.ts';
import { dayMs, type Instant } from '#foundation/kernel/time.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { acoustid } from './acoustid.ts';
import { audd } from './audd.ts';
import * as queries from './queries.ts';
import type {
  OutsideClaim,
  OutsideQuestion,
  OutsideRecogniser,
  OutsideRefusal,
} from './recogniser.ts';

/** A song that was found stays what it is; one that was not may be added tomorrow. */
const foundKeptMs = 30 * dayMs;
const nothingKeptMs = 7 * dayMs;

export type AskingContext = {
  readonly db: Db;
  readonly now: () => Instant;
  /** In the order in which they are asked; empty, the default, means that nobody outside is. */
  readonly recognisers: readonly OutsideRecogniser[];
  /** The operator's word that sound may be sent to those who need it. */
  readonly soundMayLeave: boolean;
};

export type OutsideAnswer = {
  readonly service: string;
  readonly claims: readonly OutsideClaim[];
  readonly cached: boolean;
};

/** Those the configuration has keys for: none unless the operator asked for it. */
export function outsideRecognisers(config: {
  readonly acoustidKey?: string | undefined;
  readonly auddToken?: string | undefined;
}): readonly OutsideRecogniser[] {
  return [
    ...(config.acoustidKey === undefined ? [] : [acoustid({ key: config.acoustidKey })]),
    ...(config.auddToken === undefined ? [] : [audd({ token: config.auddToken })]),
  ];
}

/** Those that may be asked here: who needs the sound only where it may leave. */
export function recognisersFor(
  ctx: Pick<AskingContext, 'recognisers' | 'soundMayLeave'>,
): readonly OutsideRecogniser[] {
  return ctx.recognisers.filter(({ hearsSound }) => !hearsSound || ctx.soundMayLeave);
}

/**
 * Asks outside, one service after the other, until one claims something. What was asked before is not asked again.
 * Every call is recorded with what it cost.
 */
export async function askOutside(
  ctx: AskingContext,
  question: OutsideQuestion,
): Promise<{
  readonly answers: readonly OutsideAnswer[];
  readonly refusals: readonly OutsideRefusal[];
}> {
  const answers: OutsideAnswer[] = [];
  const refusals: OutsideRefusal[] = [];
  for (const recogniser of recognisersFor(ctx)) {
    if (recogniser.hearsSound ? question.sound === undefined : question.fingerprint === null)
      continue;
    const answer = await askOne(ctx, recogniser, question);
    if ('kind' in answer) {
      refusals.push(answer);
      continue;
    }
    answers.push(answer);
    if (answer.claims.length > 0) break;
  }
  return { answers, refusals };
}

async function askOne(
  ctx: AskingContext,
  recogniser: OutsideRecogniser,
  question: OutsideQuestion,
): Promise<OutsideAnswer | OutsideRefusal> {
  const { service } = recogniser;
  const key = hashOf(recogniser, question);
  const kept = await ctx.db.maybe(queries.findAnswer, { service, question: key });
  if (kept !== null && ctx.now() - kept.askedAt < keptFor(kept.claims))
    return { service, claims: kept.claims, cached: true };

  // Somebody else's service never gets the sound that it does not need.
  const { sound, ...withoutSound } = question;
  const sent = recogniser.hearsSound ? question : withoutSound;
  const begun = performance.now();
  const claims = await recogniser.ask(sent);
  const refused = 'kind' in claims ? claims : null;
  const isAnswered = refused === null;
  await ctx.db.run(queries.noteCall, {
    id: newId<'outsideCall'>(),
    service,
    now: ctx.now(),
    tookMs: Math.round(performance.now() - begun),
    outcome:
      refused !== null
        ? refused.code
        : (claims as readonly unknown[]).length > 0
          ? 'found'
          : 'nothing',
    costMicros: String(isAnswered ? recogniser.priceMicros : 0),
    currency: recogniser.currency,
    sentSound: recogniser.hearsSound && sound !== undefined,
  });
  if (refused !== null) return refused;
  const found = claims as readonly OutsideClaim[];
  await ctx.db.run(queries.keepAnswer, {
    service,
    question: key,
    claims: JSON.stringify(found),
    now: ctx.now(),
  });
  return { service, claims: found, cached: false };
}

/** Answers nobody will be given again. */
export async function forgetOldAnswers(ctx: Pick<AskingContext, 'db' | 'now'>): Promise<number> {
  return ctx.db.run(queries.forgetAnswers, { before: ctx.now() - foundKeptMs });
}

function keptFor(claims: readonly OutsideClaim[]): number {
  return claims.length > 0 ? foundKeptMs : nothingKeptMs;
}

function hashOf(recogniser: OutsideRecogniser, question: OutsideQuestion): Buffer {
  const hash = createHash('sha256');
  if (recogniser.hearsSound && question.sound !== undefined) hash.update(question.sound.bytes);
  else hash.update(`${Math.round(question.durationMs / 1_000)} ${question.fingerprint}`);
  return hash.digest();
}
