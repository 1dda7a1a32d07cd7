import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  isRungName,
  masterPlaylist,
  masters,
  mediaPlaylist,
  secondsOf,
  type Ladder,
  type MasterName,
} from '#catalogue/renditions/index.ts';
import { isUuid, type RecordingId } from '#foundation/kernel/ids.ts';
import { commonProblems, refuse } from '#foundation/kernel/outcome.ts';
import { sendRefusal, type Kit } from '#foundation/platform/http.ts';
import type { PlaybackContext } from './listen.ts';
import { readSessionTicket } from './ticket.ts';

// Playlists and segments as players fetch them. Not endpoints of the contract, because their answers are sound. The signed part
// stands in the path: a media element sends no header, and addresses in playlists are relative to it.

const playlistType = 'application/vnd.apple.mpegurl';

type Asked = {
  readonly ticket: string;
  readonly recordingId: string;
  readonly file: string;
  readonly part?: string;
};

export function serveSegments(kit: Kit, ctx: PlaybackContext): void {
  const serve = (
    url: string,
    summary: string,
    answer: (asked: Asked, reply: FastifyReply) => Promise<Buffer | string | null>,
  ) =>
    kit.app.route({
      method: ['GET', 'HEAD'],
      url,
      compress: false,
      schema: { summary, tags: ['media'] },
      handler: async (request, reply) => {
        const asked = request.params as Asked;
        // Players of other origins too: the address itself is the right to it.
        reply
          .header('access-control-allow-origin', '*')
          .header('cross-origin-resource-policy', 'cross-origin');
        const refused = mayFetch(ctx, asked);
        if (refused !== null) return deny(request, reply, refused);
        const body = await answer(asked, reply);
        return body === null ? none(request, reply) : reply.send(body);
      },
    });

  serve(
    '/media/hls/:ticket/:recordingId/:file',
    'A playlist of HLS: {aac|opus|flac}.m3u8 or one of a rung',
    async ({ recordingId, file }, reply) => {
      reply.type(playlistType).header('cache-control', 'private, max-age=60');
      return playlistOf(file, await ctx.ladders.of(recordingId as RecordingId));
    },
  );

  serve(
    '/media/hls/:ticket/:recordingId/:file/:part',
    'A part of a rung: init.mp4, or a segment by its number',
    async ({ ticket, recordingId, file, part = '' }, reply) => {
      const ladder = await ctx.ladders.of(recordingId as RecordingId);
      const rung = ladder.find(({ name }) => name === file);
      const bytes = rung === undefined ? null : await ctx.ladders.read(rung, part);
      if (rung === undefined || bytes === null) return null;
      const index = Number.parseInt(part, 10) - 1;
      const seconds = secondsOf(rung)[index];
      // Rungs of other codecs cut elsewhere by milliseconds; by number they hold the same stretch.
      if (seconds !== undefined)
        ctx.fetched.note(ticket.slice(0, ticket.indexOf('.')), index, seconds * 1_000);
      reply
        .type('audio/mp4')
        .header('content-length', bytes.length)
        // Named, because it would be hashed at every request otherwise.
        .header('etag', `"${rung.blob.slice(-48)}-${part}"`)
        .header('cache-control', 'private, max-age=86400, immutable');
      return bytes;
    },
  );
}

/** Why an address is not, or no longer, good; null where it is. */
function mayFetch(ctx: PlaybackContext, { ticket, recordingId }: Asked): string | null {
  if (!isUuid(recordingId)) return 'There is no such recording.';
  const read = readSessionTicket(ctx.ticketSecret, recordingId, ticket);
  if (read === null)
    return 'This address was not given for this recording. Begin to listen to get one.';
  return read.untilMs < ctx.now()
    ? 'This address was good for 24 hours and is over. Begin to listen again.'
    : null;
}

function playlistOf(file: string, ladder: Ladder): string | null {
  const [, name] = /^([a-z0-9-]+)\.m3u8$/.exec(file) ?? [];
  if (name === undefined) return null;
  if (name in masters) return masterPlaylist(name as MasterName, ladder);
  const rung = isRungName(name) ? ladder.find((one) => one.name === name) : undefined;
  return rung === undefined ? null : mediaPlaylist(rung);
}

function deny(request: FastifyRequest, reply: FastifyReply, why: string) {
  request.log.warn({ why }, 'sound was asked for with an address that is not good');
  return sendRefusal(request, reply, refuse('FORBIDDEN', why), commonProblems);
}

function none(request: FastifyRequest, reply: FastifyReply) {
  reply.removeHeader('cache-control');
  return sendRefusal(
    request,
    reply,
    refuse('NOT_FOUND', 'There is no such part of this recording.'),
    commonProblems,
  );
}
