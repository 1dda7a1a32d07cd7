import { missing, notFound, type Handlers } from './call.ts';
import { textOf, uuidIn } from './read-call.ts';
import { readSongs } from './read-library.ts';

// The decision how a song is best sent to a player. Originals are sent as they are, so the answer is to play directly.

export const transcodeHandlers: Handlers = {
  getTranscodeDecision: async (call) => {
    const id = uuidIn(textOf(call.params, 'mediaId'));
    if (textOf(call.params, 'mediaId') === null) return missing('mediaId');
    const [song] = id === null ? [] : await readSongs(call.ctx, call.who, { by: 'ids', ids: [id] });
    if (song === undefined) return notFound('song');
    return {
      transcodeDecision: {
        canDirectPlay: true,
        canTranscode: false,
        transcodeReason: [],
        errorReason: '',
        transcodeParams: '',
        sourceStream: {
          protocol: 'http',
          container: song.suffix ?? '',
          codec: song.suffix ?? '',
          ...(song.channelCount !== undefined && { audioChannels: song.channelCount }),
          ...(song.bitRate !== undefined && { audioBitrate: song.bitRate * 1_000 }),
          ...(song.samplingRate !== undefined && { audioSamplerate: song.samplingRate }),
        },
      },
    };
  },
};
