import type { Day } from '#foundation/kernel/time.ts';

// What a source's parser reads out of a raw body: plain values, nothing looked up and nothing computed. Charts, audience and
// pulse store them; a better parser reads the kept bodies again.

export type ChartEntity = 'song' | 'artist' | 'album';
export type ChartFrequency = 'daily' | 'weekly';

/** One published edition of a chart, as its publisher says it. */
export type ChartFact = {
  readonly chart: {
    /** The source's short name: `turntable`, `billboard`. */
    readonly source: string;
    /** The chart within the source: `official-nigeria-top100`. */
    readonly key: string;
    readonly name: string;
    /** ISO 3166-1 alpha-2; null where the chart is of the world or does not say. */
    readonly territory: string | null;
    readonly frequency: ChartFrequency;
    readonly entity: ChartEntity;
  };
  /** The day the edition is dated with, and the days it counts; null where the source does not say. */
  readonly issueDay: Day;
  readonly periodFrom: Day | null;
  readonly periodTo: Day | null;
  readonly entries: readonly ChartEntryFact[];
  /** False where the source gave fewer rows than the chart has. */
  readonly complete: boolean;
};

export type ChartEntryFact = {
  readonly rank: number;
  readonly title: string;
  readonly artist: string;
  readonly externalId: string | null;
  readonly isrc: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
  /** What the source itself says of the entry; null where it says nothing. */
  readonly lastRank: number | null;
  readonly peak: number | null;
  readonly weeks: number | null;
  readonly said: 'new' | 're' | null;
  /** Streams, views or points, where the source publishes them: never an estimate of ours. */
  readonly metric: { readonly name: string; readonly value: number } | null;
  /** Contradictions within the source, in its own terms: `peak-below-rank`. */
  readonly flags: readonly string[];
};

export type AudienceEntity = 'artist' | 'recording' | 'release' | 'playlist';

/** A series of one figure of one thing, as a source gives it. */
export type AudienceFact = {
  readonly platform: string;
  readonly entity: {
    readonly type: AudienceEntity;
    /** The source whose id this is, and the id. */
    readonly source: string;
    readonly externalId: string;
    readonly name: string;
    /** Who is credited, for recordings and releases. */
    readonly artist: string | null;
    readonly isrc: string | null;
  };
  readonly metric: string;
  readonly territory: string | null;
  /** Which of several ids of the thing on the platform; null where there is one. */
  readonly identifier: string | null;
  readonly points: readonly { readonly day: Day; readonly value: number }[];
};
