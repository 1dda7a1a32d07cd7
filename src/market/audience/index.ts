export type { AudienceContext } from './context.ts';
export { toDay, toDayNumber, type DayNumber } from './days.ts';
export { metricDef, metricDefs, type MetricKind } from './kinds.ts';
export { measure, type Gap, type Interval, type Measured } from './measure.ts';
export type { EntityId } from './queries.ts';
export {
  idsAt,
  listArtists,
  methodBreaks,
  openArtist,
  readSeries,
  tracksOf,
  type ArtistFound,
  type Track,
} from './read-audience.ts';
export { openAudience } from './room.ts';
export type { SeriesRead } from './one-of-each.ts';
export { pointsIn } from './spans.ts';
export { storeFacts } from './store-facts.ts';
