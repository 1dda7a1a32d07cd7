import type { Day } from '#foundation/kernel/time.ts';
import { countOf, listOf, objectOf, parseObject, textOf, urlOf } from '../../read-json.ts';
import { nothing, unreadable, type Parsed, type Source, type SourceWishes } from '../../source.ts';

// Deezer's public API. An error comes with HTTP 200; `rank` is popularity, not a place on a chart: `position` is.

const quota = 4;
const busy = 700;

export const deezer: Source = {
  name: 'deezer',
  title: 'Deezer',
  baseUrl: 'https://api.deezer.com',
  isVerified: true,
  needsKey: false,
  quotaPerDay: null,
  minIntervalMs: 200, // 50 calls in 5 seconds
  requests: ({ limit }) => [
    { tier: 'api', key: 'top-tracks', path: `/chart/0/tracks?limit=${Math.min(limit, 100)}` },
  ],
  parse: (body, _request, wishes) => parseTracks(body, wishes),
};

function parseTracks(body: string, wishes: SourceWishes): Parsed {
  const answer = parseObject(body);
  if (answer === null) return unreadable('The answer is no JSON object.');
  const error = objectOf(answer['error']);
  if (textOf(error['message']) !== null) {
    const code = countOf(error['code']);
    return unreadable(
      `Deezer answered error ${code ?? 'without a number'}: ${textOf(error['message'])}.`,
      code !== quota && code !== busy,
    );
  }
  const tracks = listOf(answer['data']).map(objectOf);
  if (tracks.length === 0) return unreadable('The chart has no entries.');
  const entries = tracks.flatMap((track, i) => {
    const title = textOf(track['title']);
    const artist = textOf(objectOf(track['artist'])['name']);
    if (title === null || artist === null) return [];
    return [
      {
        rank: countOf(track['position']) || i + 1,
        title,
        artist,
        externalId: textOf(track['id']),
        isrc: textOf(track['isrc']),
        url: urlOf(track['link']),
        imageUrl: null,
        lastRank: null,
        peak: null,
        weeks: null,
        said: null,
        metric: null,
        flags: [],
      },
    ];
  });
  return {
    ...nothing,
    charts: [
      {
        chart: {
          source: 'deezer',
          key: 'top-tracks',
          name: 'Deezer Top Tracks',
          territory: null,
          frequency: 'daily',
          entity: 'song',
        },
        issueDay: wishes.today as Day,
        periodFrom: null,
        periodTo: null,
        entries,
        complete: entries.length === tracks.length,
      },
    ],
    problem: entries.length === tracks.length ? null : 'Some tracks have no title or artist.',
  };
}
