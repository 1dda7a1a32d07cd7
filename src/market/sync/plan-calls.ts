import { measure, type DayNumber, type Gap, type SeriesRead } from '#market/audience/index.ts';
import type { SoundchartsWhat } from '#market/harvest/index.ts';

// Which calls fill what is missing. Soundcharts answers one artist or song, one platform, at most 90 days a call.

export type Subject = {
  readonly entityId: string;
  readonly type: 'artist' | 'recording';
  readonly externalId: string;
};

export type PlannedCall = {
  readonly entityId: string;
  readonly externalId: string;
  readonly what: SoundchartsWhat;
  readonly platform: string;
  readonly from: DayNumber;
  readonly to: DayNumber;
};

export type Plan = { readonly calls: readonly PlannedCall[]; readonly cells: number };

export type Offers = {
  readonly songPlatforms: readonly string[];
};

const callDaysMax = 90;
/** The windowed count of people is asked where the service has it. */
const listenerPlatforms: readonly string[] = ['spotify'];

/** Every day of the period without an observation of a subject on a platform, in as few calls as fill them. */
export function planCalls(
  subjects: readonly Subject[],
  series: readonly SeriesRead[],
  platforms: readonly string[],
  from: DayNumber,
  to: DayNumber,
  { songPlatforms }: Offers,
): Plan {
  const known = Map.groupBy(series, (one) => keyOf(one.entityId, one.platform, whatOf(one.metric)));
  const calls: PlannedCall[] = [];
  let cells = 0;
  for (const { entityId, externalId, type } of subjects)
    for (const platform of platforms)
      for (const what of askedOf(type, platform, songPlatforms)) {
        const there = known.get(keyOf(entityId, platform, what)) ?? [];
        const missing = missingDays(there, from, to);
        cells += missing.reduce((days, gap) => days + gap.to - gap.from + 1, 0);
        for (const window of windowsOver(missing))
          calls.push({ entityId, externalId, what, platform, ...window });
      }
  return { calls, cells };
}

/** A figure of a demo fills nothing. */
export function isReal({ provenances }: SeriesRead): boolean {
  return !provenances.includes('demo');
}

/** Days that none of these observed: an answer brings every id that a song has that day. */
export function missingDays(
  series: readonly SeriesRead[],
  from: DayNumber,
  to: DayNumber,
): readonly Gap[] {
  const [first, ...others] = series.map((one) => measure('gauge', one.spans, from, to).unknown);
  return others.reduce(bothIn, first ?? [{ from, to }]);
}

function bothIn(a: readonly Gap[], b: readonly Gap[]): readonly Gap[] {
  return a.flatMap((one) =>
    b.flatMap((other) => {
      const gap = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
      return gap.to < gap.from ? [] : [gap];
    }),
  );
}

/** Windows from the first missing day on; what lies between two of them is not asked for. */
function windowsOver(gaps: readonly Gap[]): readonly Gap[] {
  const windows: { from: DayNumber; to: DayNumber }[] = [];
  for (const gap of gaps) {
    let { from } = gap;
    while (from <= gap.to) {
      const last = windows.at(-1);
      if (last !== undefined && from < last.from + callDaysMax)
        last.to = Math.min(gap.to, last.from + callDaysMax - 1);
      else windows.push({ from, to: Math.min(gap.to, from + callDaysMax - 1) });
      from = windows.at(-1)!.to + 1;
    }
  }
  return windows;
}

function askedOf(
  type: Subject['type'],
  platform: string,
  songPlatforms: readonly string[],
): readonly SoundchartsWhat[] {
  if (type === 'recording') return songPlatforms.includes(platform) ? ['song audience'] : [];
  return listenerPlatforms.includes(platform) ? ['followers', 'monthly listeners'] : ['followers'];
}

export function whatOf(metric: string): SoundchartsWhat {
  if (metric === 'followers') return 'followers';
  return metric === 'monthly_listeners' ? 'monthly listeners' : 'song audience';
}

function keyOf(entityId: string, platform: string, what: SoundchartsWhat): string {
  return `${entityId} ${platform} ${what}`;
}
