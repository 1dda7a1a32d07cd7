import type { Day } from '#foundation/kernel/time.ts';
import type { ChartEntryFact } from '../../facts.ts';
import {
  countOf,
  listOf,
  objectOf,
  parseObject,
  textOf,
  urlOf,
  type Json,
} from '../../read-json.ts';
import { nothing, unreadable, type Parsed, type Source } from '../../source.ts';

// Spotify's open charts: the first ten of the week, of the world, with streams. Whole charts of a country are a download
// that a person with an account makes (`ngoma charts import --source spotify`).

export const spotify: Source = {
  name: 'spotify',
  title: 'Spotify Charts',
  baseUrl: 'https://charts-spotify-com-service.spotify.com',
  isVerified: false, // a real entry, in an envelope put together around it
  needsKey: false,
  quotaPerDay: null,
  minIntervalMs: 2_000,
  requests: () => [{ tier: 'api', key: 'public-charts', path: '/public/v0/charts' }],
  parse: parseCharts,
};

function parseCharts(body: string): Parsed {
  const views = listOf(parseObject(body)?.['chartEntryViewResponses']).map(objectOf);
  const charts = views.flatMap((view) => readChart(view) ?? []);
  if (charts.length === 0) return unreadable('The answer holds no chart of tracks.');
  return { ...nothing, charts };
}

function readChart(view: Json) {
  const shown = objectOf(view['displayChart']);
  const about = objectOf(shown['chartMetadata']);
  const alias = textOf(about['alias']);
  const day = textOf(shown['date'])?.slice(0, 10) ?? '';
  if (
    alias === null ||
    !/^\d{4}-\d{2}-\d{2}$/.test(day) ||
    Number.isNaN(Date.parse(day)) ||
    about['entityType'] !== 'TRACK'
  )
    return null;
  const entries = listOf(view['entries'])
    .map(objectOf)
    .flatMap((entry) => readEntry(entry) ?? []);
  if (entries.length === 0) return null;
  return {
    chart: {
      source: 'spotify',
      key: alias.toLowerCase().replaceAll('_', '-'),
      name: `Spotify ${textOf(about['readableTitle']) ?? alias}`,
      territory: null,
      frequency: /DAILY/.test(alias) ? ('daily' as const) : ('weekly' as const),
      entity: 'song' as const,
    },
    issueDay: day as Day,
    periodFrom: null,
    periodTo: null,
    entries,
    complete: true,
  };
}

function readEntry(entry: Json): ChartEntryFact | null {
  const data = objectOf(entry['chartEntryData']);
  const track = objectOf(entry['trackMetadata']);
  const rank = countOf(data['currentRank']);
  const title = textOf(track['trackName']);
  const artists = listOf(track['artists']).flatMap(
    (artist) => textOf(objectOf(artist)['name']) ?? [],
  );
  if (rank === null || rank === 0 || title === null || artists.length === 0) return null;
  const last = countOf(data['previousRank']);
  const metric = objectOf(data['rankingMetric']);
  const streams = metric['type'] === 'STREAMS' ? countOf(metric['value']) : null;
  const status = textOf(data['entryStatus']);
  return {
    rank,
    title,
    artist: artists.join(', '),
    externalId: textOf(track['trackUri']),
    isrc: null,
    url: null,
    imageUrl: urlOf(track['displayImageUri']),
    lastRank: last === 0 ? null : last,
    peak: countOf(data['peakRank']) || null,
    weeks: countOf(data['appearancesOnChart']) || null,
    said: status === 'NEW_ENTRY' ? 'new' : status === 'RE_ENTRY' ? 're' : null,
    metric: streams === null ? null : { name: 'streams', value: streams },
    flags: [],
  };
}
