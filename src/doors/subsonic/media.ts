import type { FastifyReply, FastifyRequest } from 'fastify';
import { coverKeyOf } from '#catalogue/catalog/index.ts';
import { openSound, sendSound } from '#catalogue/media/index.ts';
import type { RecordingId, ReleaseId } from '#foundation/kernel/ids.ts';
import { playlistFor, rungBelow } from '#listening/playback/index.ts';
import { missing, notFound, type Call } from './call.ts';
import type { Failure } from './envelope.ts';
import { textOf, uuidIn } from './read-call.ts';
import { readSongs } from './read-library.ts';

// Sound and pictures. A failure is an envelope; everything else is bytes.

export type MediaHandler = (
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
) => Promise<FastifyReply | Failure>;

export const mediaHandlers: Readonly<Record<string, MediaHandler>> = {
  stream: async (call, request, reply) =>
    (await sendSmaller(call, reply)) ?? sendOriginal(call, request, reply),
  'hls.m3u8': sendPlaylist,
  download: async (call, request, reply) => {
    const sent = await sendOriginal(call, request, reply, true);
    return sent;
  },
  getTranscodeStream: async (call, request, reply) =>
    sendOriginal(call, request, reply, false, 'mediaId'),

  getCoverArt: async (call, _request, reply) => {
    const text = textOf(call.params, 'id');
    if (text === null) return missing('id');
    const key = await coverOf(call, text);
    const size = key === null ? null : await call.ctx.blobs.size(key);
    if (key === null || size === null) return notFound('cover');
    return reply
      .header('cache-control', 'private, max-age=86400')
      .header('content-length', size)
      .type(pictureTypes[key.split('.').at(-1)!] ?? 'application/octet-stream')
      .send(call.ctx.blobs.read(key));
  },
  getAvatar: async () => notFound('avatar'),
  getCaptions: async () => notFound('video'),
};

const pictureTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
};

/**
 * A size that was made ahead, where the player asks for fewer kbit/s than the original has (`maxBitRate`, the spec's own name) or for
 * Opus. Null: the original is what is wanted, or all there is yet.
 */
async function sendSmaller(call: Call, reply: FastifyReply): Promise<FastifyReply | null> {
  const { ctx, params } = call;
  const id = uuidIn(textOf(params, 'id'));
  const most = Number(textOf(params, 'maxBitRate') ?? 0);
  const format = textOf(params, 'format');
  if (id === null || format === 'raw' || !(most > 0 || format === 'opus')) return null;
  const [song] = await readSongs(ctx, call.who, { by: 'ids', ids: [id] });
  if (song === undefined) return null;
  if (format !== 'opus' && song.bitRate !== undefined && song.bitRate <= most) return null;
  const ladder = await ctx.playback.ladders.of(id as RecordingId);
  const codec = format === 'opus' ? 'opus-' : 'aac-';
  const rung = rungBelow(
    ladder.filter(({ name }) => name.startsWith(codec)),
    most > 0 ? most : Infinity,
  );
  if (rung === undefined) return null;
  const bytes = rung.segmentBytes.reduce((a, b) => a + b, rung.initBytes);
  return reply
    .header('content-length', bytes)
    .header('cache-control', 'private, max-age=86400')
    .type('audio/mp4')
    .send(ctx.blobs.read(rung.blob));
}

const playlistType = 'application/vnd.apple.mpegurl';

/** A master playlist; several `bitRate` choose its sizes. */
async function sendPlaylist(
  call: Call,
  _request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | Failure> {
  const text = textOf(call.params, 'id');
  const id = uuidIn(text);
  if (text === null) return missing('id');
  // "128" or "128@640x360", as of films.
  const bitRates = (call.params.get('bitRate') ?? [])
    .map((one) => Number.parseInt(one, 10))
    .filter((kbps) => kbps > 0);
  const playlist =
    id === null ? null : await playlistFor(call.ctx.playback, id as RecordingId, bitRates);
  return playlist === null
    ? notFound('song with sizes made yet; ask for stream until then')
    : reply.type(playlistType).header('cache-control', 'private, max-age=60').send(playlist);
}

async function sendOriginal(
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
  asFile = false,
  name = 'id',
): Promise<FastifyReply | Failure> {
  const text = textOf(call.params, name);
  const id = uuidIn(text);
  if (text === null) return missing(name);
  const sound = id === null ? null : await openSound(call.ctx.db, id as RecordingId);
  if (sound === null) return notFound('song, or its file has vanished');
  if (asFile) {
    const [song] = await readSongs(call.ctx, call.who, { by: 'ids', ids: [id!] });
    const file = `${song?.artist ?? ''} - ${song?.title ?? id}.${song?.suffix ?? 'bin'}`;
    const ascii = file.replaceAll(/[^\x20-\x7e]|["\\/]/g, '_');
    reply.header(
      'content-disposition',
      `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file)}`,
    );
  }
  return sendSound(request, reply, sound, 0);
}

/** `al-` an album, `so-` a song, `ar-` an artist (the cover of its newest album); a bare id may be either of the first two. */
async function coverOf(call: Call, text: string): Promise<string | null> {
  const id = uuidIn(text);
  if (id === null) return null;
  const { db } = call.ctx;
  if (text.startsWith('ar-')) {
    const [song] = await readSongs(
      call.ctx,
      call.who,
      { by: 'artist', artistId: id },
      { limit: 1, offset: 0 },
    );
    return song === undefined ? null : coverKeyOf(db, { recordingId: song.id as RecordingId });
  }
  return (
    (await coverKeyOf(db, { releaseId: id as ReleaseId })) ??
    coverKeyOf(db, { recordingId: id as RecordingId })
  );
}
