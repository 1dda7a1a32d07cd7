import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUuid, type RecordingId } from '#foundation/kernel/ids.ts';
import { commonProblems, refuse } from '#foundation/kernel/outcome.ts';
import { sendRefusal, type Kit } from '#foundation/platform/http.ts';
import type { MediaContext } from '../context.ts';
import { clientHas, parseRange, rangeStillApplies, unchangedSince } from './byte-range.ts';
import { soundStart } from './skip-tag.ts';
import { openSound, type OpenSound } from './open-sound.ts';

// The original file, as players ask for it: whole, in ranges, or only its headers. Not an endpoint of the contract,
// because its answer is sound.

export function serveSound(kit: Kit, ctx: MediaContext): void {
  kit.app.route({
    method: ['GET', 'HEAD'],
    url: '/media/recordings/:id/original',
    compress: false,
    schema: { summary: 'The original sound of a recording; ranges welcome', tags: ['media'] },
    handler: async (request, reply) => {
      const { id } = request.params as { id: string };
      const refusal = (code: 'NOT_FOUND' | 'FORBIDDEN' | 'UNAUTHENTICATED', detail: string) =>
        sendRefusal(request, reply, refuse(code, detail), commonProblems);
      if (!isUuid(id)) return refusal('NOT_FOUND', 'There is no such recording.');
      const recordingId = id as RecordingId;
      const caller = await kit.gatekeeper.identify(request);
      const who = caller.kind === 'refused' ? ({ kind: 'anonymous' } as const) : caller;
      const { ticket } = request.query as { ticket?: unknown };
      if (
        !(await ctx.mayPlay({
          caller: who,
          recordingId,
          ticket: typeof ticket === 'string' ? ticket : null,
        }))
      ) {
        return who.kind === 'anonymous'
          ? refusal(
              'UNAUTHENTICATED',
              'Sign in, or begin to listen to get an address with a ticket.',
            )
          : refusal('FORBIDDEN', 'You may not hear this recording.');
      }
      const sound = await openSound(ctx.db, recordingId);
      if (sound === null)
        return refusal(
          'NOT_FOUND',
          'There is no sound for this recording here, or its file has vanished.',
        );
      // `part=sound` is for our own player; whoever asks for the original gets every byte of it.
      const { part } = request.query as { part?: unknown };
      const skipped = part === 'sound' ? await soundStart(sound.file, sound.sizeBytes) : 0;
      return sendSound(request, reply, sound, skipped);
    },
  });
}

/** Sends a file that was opened, whole or the range that was asked for. Closes it whatever happens: the stream does it when there is one. */
export async function sendSound(
  request: FastifyRequest,
  reply: FastifyReply,
  sound: OpenSound,
  skipped: number,
): Promise<FastifyReply> {
  const { file, modifiedMs } = sound;
  const sizeBytes = sound.sizeBytes - skipped;
  const etag = skipped === 0 ? sound.etag : sound.etag.replace(/"$/, '-sound"');
  reply
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('last-modified', new Date(modifiedMs).toUTCString())
    .header('cache-control', 'private, max-age=86400')
    .type(sound.contentType);
  if (
    clientHas(request.headers['if-none-match'], etag) ||
    unchangedSince(request.headers, modifiedMs)
  ) {
    await file.close();
    return reply.code(304).send();
  }
  const honoured = rangeStillApplies(oneHeader(request.headers['if-range']), etag, modifiedMs);
  const range = honoured ? parseRange(request.headers.range, sizeBytes) : 'all';
  if (range === 'unsatisfiable') {
    await file.close();
    return reply.code(416).header('content-range', `bytes */${sizeBytes}`).send();
  }
  const { start, end } = range === 'all' ? { start: 0, end: sizeBytes - 1 } : range;
  if (range !== 'all')
    reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
  reply.header('content-length', end - start + 1);
  if (request.method === 'HEAD' || sizeBytes === 0) {
    await file.close();
    return reply.send();
  }
  return reply.send(
    file.createReadStream({ start: start + skipped, end: end + skipped, autoClose: true }),
  );
}

function oneHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
