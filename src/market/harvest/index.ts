export type {
  AudienceEntity,
  AudienceFact,
  ChartEntity,
  ChartEntryFact,
  ChartFact,
  ChartFrequency,
} from './facts.ts';
export { openHarvest } from './room.ts';
export { readSoundcharts } from './sources/soundcharts/read-soundcharts.ts';
export { parseWithSource } from './parse-with-source.ts';
export { fetchOutside, type PinAddress } from './fetch-outside.ts';
