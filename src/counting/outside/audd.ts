import { refuse } from '#foundation/kernel/outcome.ts';
import { callingService } from './call-service.ts';
import { listOf, objectOf, textOf, uuidOf, artistsMax } from './read-claim.ts';
import type { OutsideClaim, OutsideRecogniser } from './recogniser.ts';

// AudD: it hears the sound itself, so nothing is sent unless the owner agreed that it leaves (ask-outside.ts). Its list
// price is five US dollars a thousand questions; fewer with a subscription.

const everyMs = 200;
const listPriceMicros = 5_000;
const extensions: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/flac': 'flac',
};

export type AuddOptions = {
  readonly token: string;
  readonly url?: string;
  readonly priceMicros?: number;
};

export function audd(options: AuddOptions): OutsideRecogniser {
  const call = callingService({
    url: options.url ?? 'https://api.audd.io/',
    name: 'AudD',
    everyMs,
  });
  return {
    service: 'audd',
    hearsSound: true,
    priceMicros: options.priceMicros ?? listPriceMicros,
    currency: 'USD',
    async ask({ sound }) {
      if (sound === undefined)
        return refuse('OUTSIDE_REFUSED', 'AudD needs the sound, and it was not given.');
      const form = new FormData();
      form.set('api_token', options.token);
      form.set('return', 'musicbrainz,apple_music');
      const file = new Blob([new Uint8Array(sound.bytes)], { type: sound.mediaType });
      form.set('file', file, `sound.${extensions[sound.mediaType] ?? 'bin'}`);
      const answer = await call(form);
      return 'json' in answer ? readRecognition(answer.json) : answer;
    },
  };
}

function readRecognition(json: unknown): Awaited<ReturnType<OutsideRecogniser['ask']>> {
  const { status, error, result } = objectOf(json);
  if (status === 'error') {
    const said = textOf(objectOf(error)['error_message']) ?? 'no reason';
    return refuse('OUTSIDE_REFUSED', `AudD refused the question: ${said}.`);
  }
  if (status !== 'success')
    return refuse('OUTSIDE_UNREADABLE', 'AudD answered in a form that is not known.');
  if (result === null) return [];
  const claim = readResult(objectOf(result));
  return claim === null
    ? refuse('OUTSIDE_UNREADABLE', 'AudD answered a recording without a title.')
    : [claim];
}

function readResult(result: Readonly<Record<string, unknown>>): OutsideClaim | null {
  const title = textOf(result['title']);
  if (title === null) return null;
  const artist = textOf(result['artist']);
  const [musicbrainz] = listOf(result['musicbrainz'], 1);
  const apple = objectOf(result['apple_music']);
  const durationMs = apple['durationInMillis'];
  return {
    title,
    artists: artist === null ? [] : artist.split(/\s*;\s*/).slice(0, artistsMax),
    isrc: textOf(result['isrc']) ?? textOf(apple['isrc']),
    musicbrainzId: uuidOf(objectOf(musicbrainz)['id']),
    durationMs:
      Number.isSafeInteger(durationMs) && (durationMs as number) > 0
        ? (durationMs as number)
        : null,
    score: null,
    offsetMs: readTimecode(result['timecode']),
  };
}

/** `02:32`, or `1:02:32`. */
function readTimecode(value: unknown): number | null {
  const match = typeof value === 'string' ? /^(?:(\d{1,2}):)?(\d{1,2}):(\d{2})$/.exec(value) : null;
  if (match === null) return null;
  const [, hours = '0', minutes, seconds] = match;
  return (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
}
