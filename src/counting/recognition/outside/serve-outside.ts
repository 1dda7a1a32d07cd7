import { open } from 'node:fs/promises';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { parseDayOrInstant } from '#foundation/kernel/time.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import { findSound } from '../catalogue-queries.ts';
import { askOutsideServices, outsideCosts } from '../contract.ts';
import type { Decoders } from '../decoding/decoders.ts';
import { recognitionProblems } from '../problems.ts';
import { askOutside, type OutsideContext } from './ask-outside.ts';
import { sumCosts } from './queries.ts';
import type { OutsideQuestion } from './recogniser.ts';

export type OutsideServingContext = OutsideContext & { readonly decoders: Decoders };

/** What a service that hears sound is sent at most: the beginning of the file. */
const soundBytesMax = 1024 * 1024;

export function serveOutside(kit: Kit, ctx: OutsideServingContext): void {
  const serve = serving(kit, recognitionProblems);

  serve(askOutsideServices, async ({ body }) => {
    if (ctx.recognisers.length === 0)
      return refuse(
        'OUTSIDE_OFF',
        'Set ACOUSTID_KEY or AUDD_TOKEN to ask outside services; nothing was sent.',
      );
    const question = await questionOf(ctx, body.recordingId);
    if ('kind' in question) return question;
    const { answers, refusals } = await askOutside(ctx, question);
    return {
      answers: answers.map(({ service, cached, claims }) => ({
        service,
        cached,
        claims: claims.map((claim) => ({ ...claim, artists: [...claim.artists] })),
      })),
      refusals: refusals.map(({ code, detail }) => ({
        code,
        ...(detail !== undefined && { detail }),
      })),
    };
  });

  serve(outsideCosts, async ({ query }) => {
    const [from, to] = [parseDayOrInstant(query.from), parseDayOrInstant(query.to)];
    if (from === null || to === null)
      return refuse(
        'VALIDATION_FAILED',
        'from and to must be UTC days or instants with a zone.',
        from === null ? 'from' : 'to',
      );
    const rows = await ctx.db.all(sumCosts, { from, to });
    return { items: rows.map((row) => ({ ...row, calls: Number(row.calls) })) };
  });
}

async function questionOf(
  ctx: OutsideServingContext,
  recordingId: string,
): Promise<OutsideQuestion | Refusal<'NOT_FOUND' | 'NOT_SOUND'>> {
  const sound = await ctx.db.maybe(findSound, { recordingId });
  if (sound === null)
    return refuse('NOT_FOUND', 'There is no sound for this recording here.', 'recordingId');
  const reading = await ctx.decoders.ask({ kind: 'chromaprint', path: sound.path });
  if (reading.kind !== 'chromaprinted')
    return refuse('NOT_SOUND', reading.kind === 'problem' ? reading.detail : 'It gave no sound.');
  const question = {
    fingerprint: reading.fingerprint,
    durationMs: Math.round(reading.seconds * 1_000),
  };
  return ctx.soundMayLeave ? { ...question, sound: await beginningOf(sound.path) } : question;
}

async function beginningOf(path: string): Promise<{ bytes: Uint8Array; mediaType: string }> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(soundBytesMax);
    const { bytesRead } = await file.read(bytes, 0, soundBytesMax, 0);
    return { bytes: bytes.subarray(0, bytesRead), mediaType: 'application/octet-stream' };
  } finally {
    await file.close();
  }
}
