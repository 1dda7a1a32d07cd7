import type { Day } from '#foundation/kernel/time.ts';
import { namesIn } from '#market/identity/index.ts';
import type { AudienceFact, ChartEntryFact } from '../../facts.ts';
import { countOf, listOf, objectOf, parseObject, textOf, type Json } from '../../read-json.ts';
import { nothing, unreadable, type Parsed, type Source, type SourceWishes } from '../../source.ts';

// YouTube Data API v3, the music videos that are watched most in a country. Counts are strings, and hidden ones are absent. There
// is no artist: title and channel say it in their own ways. Since 21 July 2025 the list is of trending music.

export const youtube: Source = {
  name: 'youtube',
  title: 'YouTube',
  baseUrl: 'https://www.googleapis.com',
  isVerified: true,
  needsKey: true,
  quotaPerDay: 10_000,
  minIntervalMs: 200,
  requests: ({ territory, key }) => [
    {
      tier: 'api',
      key: `most-popular-${territory}`,
      path: `/youtube/v3/videos?part=snippet,statistics,contentDetails&chart=mostPopular&regionCode=${territory.toUpperCase()}&videoCategoryId=10&maxResults=50`,
      ...(key !== null && { secretQuery: { key } }),
    },
  ],
  parse: (body, request, wishes) => parseVideos(body, request.key, wishes),
};

const finalReasons = new Set([
  'quotaExceeded',
  'dailyLimitExceeded',
  'keyInvalid',
  'videoChartNotFound',
  'forbidden',
]);

function parseVideos(body: string, key: string, wishes: SourceWishes): Parsed {
  const answer = parseObject(body);
  if (answer === null) return unreadable('The answer is no JSON object.');
  const error = objectOf(answer['error']);
  if (textOf(error['message']) !== null) {
    const reason = textOf(objectOf(listOf(error['errors'])[0])['reason']) ?? 'unknown';
    return unreadable(
      `YouTube answered ${reason}: ${textOf(error['message'])}`,
      finalReasons.has(reason),
    );
  }
  const videos = listOf(answer['items']).map(objectOf);
  if (videos.length === 0) return unreadable('The list has no videos.');
  const territory = wishes.territory.toUpperCase();
  const read = videos.flatMap((video, i) => readVideo(video, i + 1, wishes.today as Day) ?? []);
  return {
    ...nothing,
    charts: [
      {
        chart: {
          source: 'youtube',
          key,
          name: `YouTube music videos ${territory}`,
          territory,
          frequency: 'daily',
          entity: 'song',
        },
        issueDay: wishes.today as Day,
        periodFrom: null,
        periodTo: null,
        entries: read.map(({ entry }) => entry),
        complete: read.length === videos.length,
      },
    ],
    audience: read.flatMap(({ views }) => views ?? []),
    problem: read.length === videos.length ? null : 'Some videos have no title.',
  };
}

function readVideo(
  video: Json,
  rank: number,
  today: Day,
): { readonly entry: ChartEntryFact; readonly views: AudienceFact | null } | null {
  const snippet = objectOf(video['snippet']);
  const id = textOf(video['id']);
  const written = textOf(snippet['title']);
  if (id === null || written === null) return null;
  const { title, artist } = creditOf(written, textOf(snippet['channelTitle']) ?? '');
  const views = countOf(objectOf(video['statistics'])['viewCount']);
  return {
    entry: {
      rank,
      title,
      artist,
      externalId: id,
      isrc: null,
      url: `https://www.youtube.com/watch?v=${encodeURIComponent(id)}`,
      imageUrl: null,
      lastRank: null,
      peak: null,
      weeks: null,
      said: null,
      metric: views === null ? null : { name: 'views', value: views },
      flags: [],
    },
    views:
      views === null
        ? null
        : {
            platform: 'youtube',
            entity: {
              type: 'recording',
              source: 'youtube',
              externalId: id,
              name: title,
              artist,
              isrc: null,
            },
            metric: 'views',
            territory: null,
            identifier: id,
            points: [{ day: today, value: views }],
          },
  };
}

/** "Artist - Title (Official Video)", or the channel: "Artist - Topic", "ArtistVEVO". */
function creditOf(
  written: string,
  channel: string,
): { readonly title: string; readonly artist: string } {
  const dash = /^(.{1,120}?)\s+[-–—]\s+(.+)$/s.exec(written);
  const ofChannel = channel
    .replace(/\s*-\s*Topic$/i, '')
    .replace(/VEVO$/i, '')
    .trim();
  if (dash === null) return { title: written, artist: ofChannel || 'unknown' };
  return { title: dash[2]!, artist: namesIn(dash[1]!).length > 0 ? dash[1]! : ofChannel };
}
