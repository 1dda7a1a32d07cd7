// What may be asked, as a table. A metric says what it is, where its figures come from, by what it can be cut, and whether it adds up.
// Screens, exports, programs and the assistant ask through it; a new metric is one row.

export const dimensions = [
  'artist',
  'recording',
  'genre',
  'territory',
  'source',
  'platform',
] as const;
export type Dimension = (typeof dimensions)[number];
export const grains = ['total', 'day', 'week', 'month'] as const;
export type Grain = (typeof grains)[number];

/** `flow` and `counter` add up over time; `level` has a last value and never a sum; `estimate` carries an interval. */
export type SemanticKind = 'flow' | 'counter' | 'level' | 'estimate';

export type Metric = {
  readonly name: string;
  readonly kind: SemanticKind;
  readonly unit: string;
  readonly meaning: string;
  readonly owner: 'plays' | 'audience' | 'economy';
  readonly cuts: readonly Dimension[];
  readonly filters: readonly Dimension[];
  readonly grains: readonly Grain[];
};

const ofPlays = {
  owner: 'plays',
  kind: 'flow',
  cuts: ['artist', 'recording', 'genre', 'territory', 'source'],
  filters: ['artist', 'recording', 'genre', 'territory', 'source'],
  grains: ['total', 'day', 'week', 'month'],
} as const;
const ofSongs = {
  owner: 'audience',
  kind: 'counter',
  cuts: ['artist', 'recording', 'platform'],
  filters: ['artist', 'platform'],
  grains: ['total', 'month'],
} as const;
const ofArtists = {
  owner: 'audience',
  kind: 'level',
  cuts: ['platform'],
  filters: ['artist', 'platform'],
  grains: ['total'],
} as const;
const ofCountry = {
  owner: 'economy',
  kind: 'estimate',
  cuts: [],
  filters: [],
  grains: ['total'],
} as const;

export const metrics: readonly Metric[] = [
  {
    ...ofPlays,
    name: 'counted_plays',
    unit: 'plays',
    meaning: 'plays this installation counted, each once',
  },
  {
    ...ofPlays,
    name: 'listened_hours',
    unit: 'hours',
    meaning: 'hours that were really heard of counted plays',
  },
  {
    ...ofSongs,
    name: 'streams',
    unit: 'streams',
    meaning: 'what the running totals of streams on outside platforms grew by',
  },
  {
    ...ofSongs,
    name: 'views',
    unit: 'views',
    meaning: 'what the running totals of video views grew by',
  },
  {
    ...ofSongs,
    name: 'plays',
    unit: 'plays',
    meaning: 'what the running totals of plays on outside platforms grew by',
  },
  {
    ...ofSongs,
    name: 'shazams',
    unit: 'look-ups',
    meaning: 'how often songs were looked up by ear',
  },
  {
    ...ofArtists,
    name: 'followers',
    unit: 'followers',
    meaning: 'followers on the last observed day; a level, never a sum',
  },
  {
    ...ofArtists,
    name: 'monthly_listeners',
    unit: 'listeners',
    meaning: 'people who listened within 28 days, on the last observed day; a level, never a sum',
  },
  {
    ...ofCountry,
    name: 'revenue_usd',
    unit: 'USD',
    meaning: 'gross royalties of a month, estimated from streams and assumptions',
  },
  {
    ...ofCountry,
    name: 'gdp_usd',
    unit: 'USD',
    meaning: 'what music adds to the gross domestic product in a month, estimated',
  },
  {
    ...ofCountry,
    name: 'exports_usd',
    unit: 'USD',
    meaning: 'royalties from abroad in a month, estimated',
  },
  {
    ...ofCountry,
    name: 'jobs',
    unit: 'jobs',
    meaning: 'jobs that the music economy of a month supports, estimated',
  },
];

export function metricNamed(name: string): Metric | undefined {
  return metrics.find((metric) => metric.name === name);
}
