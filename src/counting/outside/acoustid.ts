import { refuse } from '#foundation/kernel/outcome.ts';
import { callingService } from './call-service.ts';
import {
  artistsMax,
  claimsMax,
  listOf,
  millisecondsOf,
  objectOf,
  shareOf,
  textOf,
  uuidOf,
} from './read-claim.ts';
import type { OutsideClaim, OutsideRecogniser } from './recogniser.ts';

// AcoustID, web service version 2: it hears nothing, it compares fingerprints of whole files. Free and limited to three
// questions a second for what is not commercial; whoever has a contract there sets the price in the configuration.

const everyMs = 334;
const recordingsMax = 10;

export type AcoustidOptions = {
  readonly key: string;
  readonly url?: string;
  readonly priceMicros?: number;
};

export function acoustid(options: AcoustidOptions): OutsideRecogniser {
  const call = callingService({
    url: options.url ?? 'https://api.acoustid.org/v2/lookup',
    name: 'AcoustID',
    everyMs,
  });
  return {
    service: 'acoustid',
    hearsSound: false,
    priceMicros: options.priceMicros ?? 0,
    currency: 'EUR',
    async ask({ fingerprint, durationMs }) {
      if (fingerprint === null)
        return refuse('OUTSIDE_REFUSED', 'AcoustID compares whole recordings, and this is a part.');
      const answer = await call(
        new URLSearchParams({
          client: options.key,
          format: 'json',
          meta: 'recordings',
          duration: String(Math.round(durationMs / 1_000)),
          fingerprint,
        }),
      );
      return 'json' in answer ? readLookup(answer.json) : answer;
    },
  };
}

/** The recordings behind the matching fingerprints; one that nobody named is of no use. */
function readLookup(json: unknown): Awaited<ReturnType<OutsideRecogniser['ask']>> {
  const { status, error, results } = objectOf(json);
  if (status === 'error') {
    const said = textOf(objectOf(error)['message']) ?? 'no reason';
    return refuse('OUTSIDE_REFUSED', `AcoustID refused the question: ${said}.`);
  }
  if (status !== 'ok' || !Array.isArray(results))
    return refuse('OUTSIDE_UNREADABLE', 'AcoustID answered in a form that is not known.');
  return listOf(results, claimsMax)
    .flatMap((result) => {
      const { score, recordings } = objectOf(result);
      return listOf(recordings, recordingsMax).flatMap((one) => readRecording(one, score));
    })
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .slice(0, claimsMax);
}

function readRecording(value: unknown, score: unknown): readonly OutsideClaim[] {
  const { id, title, artists, duration } = objectOf(value);
  const named = textOf(title);
  if (named === null) return [];
  return [
    {
      title: named,
      artists: listOf(artists, artistsMax).flatMap((one) => textOf(objectOf(one)['name']) ?? []),
      isrc: null,
      musicbrainzId: uuidOf(id),
      durationMs: millisecondsOf(duration),
      score: shareOf(score),
      offsetMs: null,
    },
  ];
}
