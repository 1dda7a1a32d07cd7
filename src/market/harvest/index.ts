export type {
  AudienceEntity,
  AudienceFact,
  ChartEntity,
  ChartEntryFact,
  ChartFact,
  ChartFrequency,
} from './facts.ts';
export { readSoundcharts } from './sources/soundcharts/read-soundcharts.ts';
