import { coverKeyOf } from '#catalogue/catalog/index.ts';
import { isUuid, type RecordingId, type ReleaseId } from '#foundation/kernel/ids.ts';
import { commonProblems, refuse } from '#foundation/kernel/outcome.ts';
import { sendRefusal, type Kit } from '#foundation/platform/http.ts';
import type { MediaContext } from '../context.ts';
import { clientHas } from './byte-range.ts';

const contentTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
};

/** Covers, public as the names they stand for. Where there is none the web draws one from the id. */
export function serveCovers(kit: Kit, ctx: MediaContext): void {
  for (const what of ['recordings', 'releases'] as const) {
    kit.app.route({
      method: ['GET', 'HEAD'],
      url: `/media/${what}/:id/cover`,
      compress: false,
      schema: { summary: `The cover of one of the ${what}`, tags: ['media'] },
      handler: async (request, reply) => {
        const { id } = request.params as { id: string };
        const of =
          what === 'recordings'
            ? { recordingId: id as RecordingId }
            : { releaseId: id as ReleaseId };
        const key = isUuid(id) ? await coverKeyOf(ctx.db, of) : null;
        const size = key === null ? null : await ctx.blobs.size(key);
        if (key === null || size === null)
          return sendRefusal(
            request,
            reply,
            refuse('NOT_FOUND', 'There is no cover.'),
            commonProblems,
          );
        // The key is the hash of the picture, so it is its own version.
        const etag = `"${key.split('/').at(-1)}"`;
        reply
          .header('etag', etag)
          .header('cache-control', 'public, max-age=86400, stale-while-revalidate=604800')
          .header('x-content-type-options', 'nosniff')
          .type(contentTypes[key.split('.').at(-1)!] ?? 'application/octet-stream');
        if (clientHas(request.headers['if-none-match'], etag)) return reply.code(304).send();
        reply.header('content-length', size);
        return request.method === 'HEAD' ? reply.send() : reply.send(ctx.blobs.read(key));
      },
    });
  }
}
