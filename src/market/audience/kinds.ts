// What a metric is decides what may be asked of it. A follower count is a level: adding it up over a month is nonsense. Streams of
// a song come as a running total: a month of them is what the total grew by. Every metric here names its kind; another one is
// refused rather than guessed.

export const kinds = ['counter', 'gauge', 'flow', 'rolling', 'rank', 'score'] as const;
export type MetricKind = (typeof kinds)[number];

export type MetricDef = {
  readonly metric: string;
  readonly kind: MetricKind;
  readonly windowDays: number | null;
  readonly unit: string;
  /** What the figure means, for the reader. */
  readonly meaning: string;
};

const rows: readonly MetricDef[] = [
  def('streams', 'counter', 'streams', 'all streams of a song so far'),
  def('views', 'counter', 'views', 'all views of a video so far'),
  def('plays', 'counter', 'plays', 'all plays of a song so far'),
  def('shazams', 'counter', 'shazams', 'how often a song was looked up so far'),
  def('video_count', 'counter', 'videos', 'videos that use the sound so far'),
  def('likes', 'counter', 'likes', 'likes so far'),
  def('page_views', 'flow', 'page views', 'page views of a day'),
  def('counted_plays', 'flow', 'plays', 'plays this installation counted on a day'),
  def('daily_streams', 'flow', 'streams', 'streams of a day'),
  def('followers', 'gauge', 'followers', 'followers on a day'),
  def('subscribers', 'gauge', 'subscribers', 'subscribers on a day'),
  def('posts', 'gauge', 'posts', 'posts on a day'),
  def('following', 'gauge', 'accounts', 'accounts followed on a day'),
  def('playlist_reach', 'gauge', 'followers', 'followers of the playlists that hold the song'),
  def(
    'monthly_listeners',
    'rolling',
    'listeners',
    'people who listened within the last 28 days',
    28,
  ),
  def('popularity', 'score', 'points', "the platform's own score, 0 to 100"),
  def('chart_rank', 'rank', 'rank', 'rank on a chart of the platform'),
];

const byMetric = new Map(rows.map((row) => [row.metric, row]));

export const metricDefs: readonly MetricDef[] = rows;

export function metricDef(metric: string): MetricDef | undefined {
  return byMetric.get(metric);
}

function def(
  metric: string,
  kind: MetricKind,
  unit: string,
  meaning: string,
  windowDays: number | null = null,
): MetricDef {
  return { metric, kind, windowDays, unit, meaning };
}
