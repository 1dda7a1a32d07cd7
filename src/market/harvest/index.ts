export type {
  AudienceEntity,
  AudienceFact,
  ChartEntity,
  ChartEntryFact,
  ChartFact,
  ChartFrequency,
} from './facts.ts';
export { serveHarvest } from './http.ts';
export type { HarvestContext } from './run-source.ts';
export { startHarvesting } from './schedule.ts';
export { readSoundcharts } from './sources/soundcharts/read-soundcharts.ts';
export { parseWithSource } from './parse-with-source.ts';
