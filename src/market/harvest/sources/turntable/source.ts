import { dayMs, type Day } from '#foundation/kernel/time.ts';
import type { ChartEntryFact } from '../../facts.ts';
import {
  countOf,
  integerOf,
  listOf,
  objectOf,
  parseObject,
  textOf,
  urlOf,
  type Json,
} from '../../read-json.ts';
import { nothing, unreadable, type Parsed, type Source } from '../../source.ts';

// TurnTable Charts, Nigeria. The site's JSON and, where that fails, the data inside its page. Ranks only: it publishes no streams.
// A week runs from Friday to Thursday. `lastPosition` is 0 for NEW and -1 for a re-entry.

export const turntable: Source = {
  name: 'turntable',
  title: 'TurnTable Charts',
  baseUrl: 'https://www.turntablecharts.com',
  isVerified: false, // its envelope was put together from the site's own types around real rows
  needsKey: false,
  quotaPerDay: null,
  minIntervalMs: 2_000,
  requests: () => [
    { tier: 'api', key: 'official-nigeria-top100', path: '/api/chart/1' },
    { tier: 'page', key: 'official-nigeria-top100', path: '/charts/1' },
  ],
  parse: (body, request) =>
    request.tier === 'page' ? parsePage(body) : parseChart(parseObject(body)),
};

function parsePage(body: string): Parsed {
  const data = /<script id="__NEXT_DATA__"[^>]*>(.*?)<\/script>/s.exec(body)?.[1];
  if (data === undefined)
    return unreadable('The page has no data in it: it changed, or it is another page.');
  const props = objectOf(objectOf(parseObject(data)?.['props'])['pageProps']);
  if (Array.isArray(props['chartData']))
    return unreadable('The site itself had no chart when it made this page.');
  return parseChart(objectOf(props['chartData']));
}

function parseChart(chart: Json | null): Parsed {
  if (chart === null) return unreadable('The answer is no JSON object.');
  const items = listOf(chart['chartItems']).map(objectOf);
  if (items.length === 0) return unreadable('The chart has no entries.');
  const day = textOf(chart['dateCreated'])?.slice(0, 10) ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(day)))
    return unreadable('The chart does not say of which day it is.');
  const entries = items.flatMap((item) => readItem(item) ?? []);
  const thursday = lastThursday(day);
  return {
    ...nothing,
    charts: [
      {
        chart: {
          source: 'turntable',
          key: 'official-nigeria-top100',
          name: 'TurnTable Official Nigeria Top 100',
          territory: 'NG',
          frequency: 'weekly',
          entity: 'song',
        },
        issueDay: day as Day,
        periodFrom: dayOf(thursday - 6 * dayMs),
        periodTo: dayOf(thursday),
        entries,
        complete: entries.length === items.length,
      },
    ],
    problem:
      entries.length === items.length
        ? null
        : `${items.length - entries.length} of ${items.length} entries have no rank, title or artist.`,
  };
}

function readItem(item: Json): ChartEntryFact | null {
  const rank = countOf(item['rank']);
  const title = textOf(item['title']);
  const artist = textOf(item['artiste']);
  if (rank === null || rank === 0 || title === null || artist === null) return null;
  const last = integerOf(item['lastPosition']);
  const peak = countOf(item['highestPosition']) || null;
  return {
    rank,
    title,
    artist,
    externalId: textOf(item['id']),
    isrc: null,
    url: urlOf(item['musicLink']),
    imageUrl: urlOf(item['imageUri']),
    lastRank: last !== null && last > 0 ? last : null,
    peak,
    weeks: countOf(item['weeksOnChart']) || null,
    said: last === 0 ? 'new' : last === -1 ? 're' : null,
    metric: null,
    flags:
      peak !== null && peak > rank
        ? ['peak-below-rank']
        : last === 0 && peak !== null && peak < rank
          ? ['new-with-better-peak']
          : [],
  };
}

function lastThursday(day: string): number {
  const at = Date.parse(`${day}T00:00:00Z`);
  const back = (new Date(at).getUTCDay() - 4 + 7) % 7;
  return at - back * dayMs;
}

function dayOf(at: number): Day {
  return new Date(at).toISOString().slice(0, 10) as Day;
}
