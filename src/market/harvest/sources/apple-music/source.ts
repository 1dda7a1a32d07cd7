import type { Day } from '#foundation/kernel/time.ts';
import { listOf, objectOf, parseObject, textOf, urlOf } from '../../read-json.ts';
import { nothing, unreadable, type Parsed, type Source } from '../../source.ts';

// Apple's feed of what is played most in a country. It has no rank (the order is it) and no streams; small countries
// answer an empty list now and then, which is no chart.

export const appleMusic: Source = {
  name: 'apple-music',
  title: 'Apple Music',
  baseUrl: 'https://rss.marketingtools.apple.com',
  isVerified: true,
  needsKey: false,
  quotaPerDay: null,
  minIntervalMs: 2_000,
  requests: ({ territory, limit }) => [
    {
      tier: 'api',
      key: `most-played-${territory}`,
      path: `/api/v2/${territory}/music/most-played/${limit > 50 ? 100 : 50}/songs.json`,
    },
  ],
  parse: (body, request) => parseFeed(body, request.key),
};

function parseFeed(body: string, key: string): Parsed {
  const feed = objectOf(parseObject(body)?.['feed']);
  const results = listOf(feed['results']).map(objectOf);
  if (results.length === 0) return unreadable('The feed has no entries.');
  const updated = Date.parse(textOf(feed['updated']) ?? '');
  if (Number.isNaN(updated)) return unreadable('The feed does not say when it was made.');
  const country = textOf(feed['country'])?.toUpperCase() ?? null;
  const entries = results.flatMap((result, i) => {
    const title = textOf(result['name']);
    const artist = textOf(result['artistName']);
    if (title === null || artist === null) return [];
    return [
      {
        rank: i + 1,
        title,
        artist,
        externalId: textOf(result['id']),
        isrc: null,
        url: urlOf(result['url']),
        imageUrl: urlOf(result['artworkUrl100']),
        lastRank: null,
        peak: null,
        weeks: null,
        said: null,
        metric: null,
        // Apple spells it so.
        flags: /^explicit$|^explict$/i.test(textOf(result['contentAdvisoryRating']) ?? '')
          ? ['explicit']
          : [],
      },
    ];
  });
  return {
    ...nothing,
    charts: [
      {
        chart: {
          source: 'apple-music',
          key,
          name: `Apple Music most played${country === null ? '' : ` ${country}`}`,
          territory: country,
          frequency: 'daily',
          entity: 'song',
        },
        issueDay: new Date(updated).toISOString().slice(0, 10) as Day,
        periodFrom: null,
        periodTo: null,
        entries,
        complete: entries.length === results.length,
      },
    ],
    problem: entries.length === results.length ? null : 'Some entries have no title or artist.',
  };
}
