import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { parseDay, type Day } from '#foundation/kernel/time.ts';
import type { AudienceEntity, AudienceFact } from '../../facts.ts';

// Bodies of Soundcharts' audience addresses. They name the artist or song, and often neither the metric nor the platform: what
// the address said must be told beside the body, and what was assumed is told back.

export type SoundchartsOptions = {
  /** What the address said, where the body does not: `followers`, `monthly_listeners`, `popularity`, `streams`. */
  readonly metric: string | null;
  readonly platform: string | null;
};

export type SoundchartsBody = {
  readonly kind: 'facts';
  readonly facts: readonly AudienceFact[];
  /** What the body does not say and was assumed. */
  readonly assumed: readonly string[];
};

type Json = Readonly<Record<string, unknown>>;

const pointsMax = 100_000;

/** Units of a song's audience by platform (Soundcharts, "Audience" of songs): running totals. */
const songMetrics: Readonly<Record<string, string>> = {
  spotify: 'streams',
  youtube: 'views',
  shazam: 'shazams',
  audiomack: 'plays',
  tiktok: 'video_count',
  soundcloud: 'plays',
  genius: 'views',
  jiosaavn: 'plays',
  anghami: 'plays',
  lastfm: 'plays',
  melon: 'likes',
  boomplay: 'plays',
};

/** Where Soundcharts has an audience of songs. */
export const songPlatforms: readonly string[] = Object.keys(songMetrics);

/** Reads one body. Dates are taken as the days they name: a zone of two hours must not move a day. */
export function readSoundcharts(
  text: string,
  options: SoundchartsOptions,
): SoundchartsBody | Refusal<'UNREADABLE_BODY'> {
  const body = parseJson(text);
  if (body === null) return unreadable('The body is no JSON object');
  const errors = listOf(body['errors']);
  if (errors.length > 0) {
    const first = objectOf(errors[0]);
    return unreadable(
      `Soundcharts answered an error: ${textOf(first['message']) ?? 'without words'}`,
    );
  }
  const items = listOf(body['items']).map(objectOf);
  if (items.length === 0) return unreadable('The body has no items');
  if (items.length > pointsMax) return unreadable(`The body has more than ${pointsMax} items`);
  const subject = readSubject(objectOf(body['related']));
  if (subject === null)
    return unreadable('The body does not say which artist, song or playlist it is about');
  const assumed: string[] = [];
  const platform = (options.platform ?? subject.platform ?? assume(assumed, 'platform', 'spotify'))
    .toLowerCase()
    .replaceAll(/[\s.]+/g, '');
  const about: About = { entity: subject.entity, platform };
  const facts = readSeries(items, about, options.metric, assumed);
  if ('kind' in facts) return facts;
  return { kind: 'facts', facts, assumed };
}

type About = Pick<AudienceFact, 'entity' | 'platform'>;

function readSubject(related: Json): {
  readonly entity: AudienceFact['entity'];
  readonly platform: string | null;
} | null {
  const artist = objectOf(related['artist']);
  const about = textOf(artist['uuid']) === null ? related : artist;
  const externalId = textOf(about['uuid']);
  const name = textOf(about['name']);
  if (externalId === null || name === null) return null;
  const credit = textOf(about['creditName']);
  const type: AudienceEntity =
    about === artist
      ? 'artist'
      : credit !== null
        ? 'recording'
        : textOf(about['identifier']) !== null
          ? 'playlist'
          : 'artist';
  return {
    entity: {
      type,
      source: 'soundcharts',
      externalId,
      name,
      artist: credit,
      isrc: textOf(about['isrc']),
    },
    platform: textOf(related['platform']),
  };
}

const named: Readonly<Record<string, string>> = {
  followerCount: 'followers',
  likeCount: 'likes',
  followingCount: 'following',
  postCount: 'posts',
  viewCount: 'views',
};

function readSeries(
  items: readonly Json[],
  about: About,
  given: string | null,
  assumed: string[],
): readonly AudienceFact[] | Refusal<'UNREADABLE_BODY'> {
  const series = new Map<
    string,
    { fact: Omit<AudienceFact, 'points'>; points: Map<Day, number> }
  >();
  function add(
    metric: string,
    territory: string | null,
    identifier: string | null,
    day: Day,
    value: number,
  ): void {
    const key = `${metric} ${territory} ${identifier}`;
    const one = series.get(key) ?? {
      fact: { ...about, metric, territory, identifier },
      points: new Map<Day, number>(),
    };
    one.points.set(day, value); // pages overlap by a day
    series.set(key, one);
  }
  const metric = given ?? metricOf(about, items, assumed);
  for (const item of items) {
    const day = dayIn(item['date']);
    if (day === null)
      return unreadable(`An item has no date: ${JSON.stringify(item).slice(0, 80)}`);
    const plots = listOf(item['plots']).map(objectOf);
    for (const plot of plots) {
      const value = countOf(plot['value']);
      if (value !== null) add(metric, null, textOf(plot['identifier']), day, value);
    }
    const value = countOf(item['value']);
    if (value !== null && plots.length === 0) add(metric, null, null, day, value);
    for (const plot of listOf(item['countryPlots']).map(objectOf)) {
      const country = textOf(plot['countryCode']);
      const there = countOf(plot['value']);
      if (country !== null && /^[A-Z]{2}$/.test(country) && there !== null)
        add(metric, country, null, day, there);
    }
    for (const [field, name] of Object.entries(named)) {
      const count = countOf(item[field]);
      if (count !== null) add(name === 'views' ? 'views' : name, null, null, day, count);
    }
  }
  const facts = [...series.values()].map(({ fact, points }) => ({
    ...fact,
    points: [...points]
      .map(([day, value]) => ({ day, value }))
      .toSorted((a, b) => (a.day < b.day ? -1 : 1)),
  }));
  return facts.length === 0 ? unreadable('The body has no figure with a date') : facts;
}

function metricOf(about: About, items: readonly Json[], assumed: string[]): string {
  if (about.entity.type === 'recording') return songMetrics[about.platform] ?? 'plays';
  if (about.entity.type === 'playlist') return 'followers';
  if (items.every((item) => item['value'] === undefined)) return 'followers';
  const isScore = items.every((item) => (countOf(item['value']) ?? 0) <= 100);
  return assume(assumed, 'metric', isScore ? 'popularity' : 'followers');
}

function assume(assumed: string[], what: string, value: string): string {
  assumed.push(`${what} ${value}`);
  return value;
}

/** `2022-05-01T00:00:00+02:00` is the first of May. */
function dayIn(value: unknown): Day | null {
  const day = textOf(value)?.slice(0, 10) ?? '';
  return parseDay(day) === null ? null : (day as Day);
}

/** A whole number that a figure can be; strings of digits are what some services send. */
function countOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function parseJson(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Json)
      : null;
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function unreadable(what: string): Refusal<'UNREADABLE_BODY'> {
  return refuse('UNREADABLE_BODY', `${what}. Nothing was kept.`);
}
