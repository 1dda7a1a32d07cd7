export type {
  AudienceEntity,
  AudienceFact,
  ChartEntity,
  ChartEntryFact,
  ChartFact,
  ChartFrequency,
} from './facts.ts';
export { openHarvest } from './room.ts';
export type {
  SoundchartsAnswer,
  SoundchartsDoor,
  SoundchartsWhat,
} from './sources/soundcharts/call-soundcharts.ts';
export { openSoundcharts } from './sources/soundcharts/call-soundcharts.ts';
export { readSoundcharts, songPlatforms } from './sources/soundcharts/read-soundcharts.ts';
export { parseWithSource } from './parse-with-source.ts';
export { fetchOutside, type PinAddress } from './fetch-outside.ts';
