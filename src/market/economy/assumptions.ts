import { createHash } from 'node:crypto';

// The numbers the model rests on. Each has a range, a unit, a place, a time and a source; one without a source says so. They are
// the weakest part of any such model, so every result names the version it was made with.

export type Confidence = 'high' | 'medium' | 'low' | 'uncited';

export type Assumption = {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly low: number;
  readonly central: number;
  readonly high: number;
  readonly territory: string | null;
  readonly period: string;
  readonly source: string;
  readonly confidence: Confidence;
  /** 0: as it stands in the code; from 1 on: changed by a person. */
  readonly version: number;
};

export type Preset = {
  readonly name: 'ngoma-2026' | 'nmas-1.0';
  readonly assumptions: readonly Assumption[];
};

const royalty = 'USD per stream';
const share = 'share';

/** Platforms whose streams the model prices, with what a stream pays at home and abroad. */
const rates: readonly (readonly [
  platform: string,
  home: readonly [number, number, number],
  abroad: readonly [number, number, number],
  source: string,
  confidence: Confidence,
])[] = [
  [
    'spotify',
    [0.0002, 0.0003, 0.0005],
    [0.003, 0.004, 0.005],
    'Pulse Nigeria, February 2026, quoting Sarz: about USD 300 for a million Nigerian streams, 3,000 to 5,000 for a million American',
    'medium',
  ],
  [
    'apple-music',
    [0.0004, 0.001, 0.002],
    [0.004, 0.006, 0.01],
    'no audited rate by territory was found',
    'uncited',
  ],
  [
    'youtube',
    [0.0001, 0.0004, 0.001],
    [0.001, 0.002, 0.004],
    'no audited rate by territory was found',
    'uncited',
  ],
  [
    'audiomack',
    [0.0001, 0.0003, 0.001],
    [0.0005, 0.001, 0.003],
    'no audited rate by territory was found',
    'uncited',
  ],
  [
    'boomplay',
    [0.0001, 0.0003, 0.001],
    [0.0005, 0.001, 0.003],
    'no audited rate by territory was found',
    'uncited',
  ],
  [
    'deezer',
    [0.0003, 0.001, 0.002],
    [0.003, 0.0047, 0.006],
    'Billboard, March 2015: one label, one month, USD 0.0047',
    'low',
  ],
  [
    'ngoma',
    [0.0002, 0.0005, 0.001],
    [0.0005, 0.001, 0.003],
    'this installation: what its own distributions pay replaces it',
    'uncited',
  ],
];

export const ngomaPreset: Preset = {
  name: 'ngoma-2026',
  assumptions: [
    ...rates.flatMap(([platform, home, abroad, source, confidence]) => [
      row(
        `rate.${platform}.home`,
        `Royalty of a stream at home, ${platform}`,
        royalty,
        home,
        source,
        confidence,
      ),
      row(
        `rate.${platform}.abroad`,
        `Royalty of a stream abroad, ${platform}`,
        royalty,
        abroad,
        source,
        confidence,
      ),
    ]),
    row(
      'share.abroad',
      'Share of streams abroad',
      share,
      [0.3, 0.42, 0.6],
      'the Nigeria Music Analytics System states 42 % of streams, without a source',
      'uncited',
    ),
    row(
      'share.retained',
      'Share of the royalty that stays in the country',
      share,
      [0.4, 0.6, 0.8],
      'no published figure was found; labels, distributors and publishers abroad take the rest',
      'uncited',
    ),
    row(
      'ratio.value-added',
      'Value added in what is retained',
      share,
      [0.5, 0.7, 0.85],
      'Oxford Economics for IFPI, 2020: value added of the European music sector',
      'low',
    ),
    row(
      'multiplier.indirect',
      'Value added with suppliers (Type I)',
      'factor',
      [1.1, 1.3, 1.6],
      'Oxford Economics for IFPI, 2020: jobs multiplier of 1.54 in the EU28, 2018',
      'low',
    ),
    row(
      'multiplier.induced',
      'Value added with suppliers and spending of those they pay (Type II)',
      'factor',
      [1.2, 1.5, 2.2],
      'between Oxford Economics 2020 (2.18 on direct value added) and live music in Australia 2014 (1.94)',
      'low',
    ),
    row(
      'productivity',
      'Value added of a worker and year in the creative sector',
      'USD',
      [900, 1_330, 3_000],
      'Nigerian officials, 2024: USD 5.6 billion by more than 4 million people',
      'medium',
    ),
    row(
      'rate.tax',
      'Tax on what is retained',
      share,
      [0.05, 0.1, 0.2],
      'no published effective rate was found',
      'uncited',
    ),
  ],
};

const flat = 'NMAS 1.0 technical specification, November 2025: a constant without a source';

/** The arithmetic of system 1, kept to be compared with: flat rates, a multiplier on gross revenue, a salary for a job. */
export const nmasPreset: Preset = {
  name: 'nmas-1.0',
  assumptions: [
    fixed('rate.youtube', 0.003),
    fixed('rate.spotify', 0.004),
    fixed('rate.apple-music', 0.005),
    fixed('rate.deezer', 0.0035),
    fixed('rate.audiomack', 0.002),
    fixed('rate.boomplay', 0.002),
    fixed('rate.turntable', 0.003),
    fixed('rate.other', 0.003),
    fixed('multiplier.gdp', 1.5, 'factor'),
    fixed('share.export', 0.42, share),
    fixed('cost.job', 15_000, 'USD'),
  ],
};

export const presets: readonly Preset[] = [ngomaPreset, nmasPreset];

/** Twelve hexadecimal digits that change whenever a number does. */
export function versionOf(name: string, assumptions: readonly Assumption[]): string {
  const text = assumptions
    .map((a) => `${a.key} ${a.low} ${a.central} ${a.high}`)
    .toSorted()
    .join('\n');
  return `${name}/${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

function row(
  key: string,
  label: string,
  unit: string,
  [low, central, high]: readonly [number, number, number],
  source: string,
  confidence: Confidence,
): Assumption {
  return {
    key,
    label,
    unit,
    low,
    central,
    high,
    territory: null,
    period: '2026',
    source,
    confidence,
    version: 0,
  };
}

function fixed(key: string, value: number, unit = royalty): Assumption {
  return row(key, key, unit, [value, value, value], flat, 'uncited');
}
