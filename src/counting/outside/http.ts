import { open } from 'node:fs/promises';
import { fingerprintRate } from '#foundation/dsp/find-peaks.ts';
import { waveHead } from '#foundation/dsp/wave-file.ts';
import { isUuid } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { parseDayOrInstant } from '#foundation/kernel/time.ts';
import { serving, type Kit } from '#foundation/platform/http.ts';
import type { Decoders } from '#counting/recognition/index.ts';
import { askOutside, recognisersFor, type AskingContext } from './ask-outside.ts';
import { askOutsideServices, outsideCosts, outsideServices } from './contract.ts';
import { outsideProblems } from './problems.ts';
import { findClip, findSound, sumCosts } from './queries.ts';
import type { OutsideQuestion } from './recogniser.ts';

export type OutsideContext = AskingContext & { readonly decoders: Decoders };

/** What a service that hears sound is sent at most: the beginning of the file. */
const soundBytesMax = 1024 * 1024;
/** Clips are of one channel and 16 bits. */
const bytesPerSecond = 2 * fingerprintRate;

export function serveOutside(kit: Kit, ctx: OutsideContext): void {
  const serve = serving(kit, outsideProblems);

  serve(askOutsideServices, async ({ body }) => {
    if (ctx.recognisers.length === 0)
      return refuse(
        'OUTSIDE_OFF',
        'Set ACOUSTID_KEY or AUDD_TOKEN to ask outside services; nothing was sent.',
      );
    const question =
      'recordingId' in body
        ? await questionOf(ctx, body.recordingId)
        : await questionOfUnknown(ctx, body.unknownSoundId);
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

  serve(outsideServices, async () => ({
    items: recognisersFor(ctx).map(({ service, hearsSound, priceMicros, currency }) => ({
      service,
      hearsSound,
      priceMicros: String(priceMicros),
      currency,
    })),
  }));

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
  ctx: OutsideContext,
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

/** Of what nobody registered there are some seconds, and only who hears sound can say what they are. */
async function questionOfUnknown(
  ctx: OutsideContext,
  id: string,
): Promise<OutsideQuestion | Refusal<'NOT_FOUND' | 'OUTSIDE_OFF'>> {
  if (!recognisersFor(ctx).some(({ hearsSound }) => hearsSound))
    return refuse(
      'OUTSIDE_OFF',
      'Only a service that hears sound can tell; set AUDD_TOKEN and NGOMA_SOUND_MAY_LEAVE. Nothing was sent.',
    );
  const row = isUuid(id) ? await ctx.db.maybe(findClip, { id }) : null;
  if (row?.clip == null)
    return refuse('NOT_FOUND', 'No sound of it was kept, so nothing was sent.', 'unknownSoundId');
  const { clip } = row;
  return {
    fingerprint: null,
    durationMs: Math.round((clip.length / bytesPerSecond) * 1_000),
    sound: {
      bytes: Buffer.concat([waveHead(clip.length, fingerprintRate), clip]),
      mediaType: 'audio/wav',
    },
  };
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
