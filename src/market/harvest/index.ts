export type { ChartEntity, ChartEntryFact, ChartFact, ChartFrequency } from './facts.ts';
