import { dayMs, hourMs, minuteMs, type Instant } from '#foundation/kernel/time.ts';
import type { Random } from './compose/random.ts';

// A month in three countries: who listens when, where, to what. Taste is heavy-tailed (a few songs are everywhere,
// most have their few friends), nights are quieter than days, weekends louder than weekdays. Pure and seeded.

export type Song = {
  readonly id: string;
  readonly artist: string;
  readonly territory: string;
  readonly genre: string;
  readonly durationMs: number;
};

export type City = {
  readonly name: string;
  readonly territory: string;
  readonly lat: number;
  readonly lon: number;
  readonly zoneHours: number;
  readonly weight: number;
};

export const cities: readonly City[] = [
  { name: 'Kigali', territory: 'RW', lat: -1.9441, lon: 30.0619, zoneHours: 2, weight: 18 },
  { name: 'Huye', territory: 'RW', lat: -2.5967, lon: 29.7394, zoneHours: 2, weight: 6 },
  { name: 'Musanze', territory: 'RW', lat: -1.4998, lon: 29.635, zoneHours: 2, weight: 6 },
  { name: 'Lagos', territory: 'NG', lat: 6.5244, lon: 3.3792, zoneHours: 1, weight: 24 },
  { name: 'Ibadan', territory: 'NG', lat: 7.3775, lon: 3.947, zoneHours: 1, weight: 7 },
  { name: 'Enugu', territory: 'NG', lat: 6.4584, lon: 7.5464, zoneHours: 1, weight: 6 },
  { name: 'Abuja', territory: 'NG', lat: 9.0765, lon: 7.3986, zoneHours: 1, weight: 7 },
  { name: 'Kinshasa', territory: 'CD', lat: -4.4419, lon: 15.2663, zoneHours: 1, weight: 15 },
  { name: 'Lubumbashi', territory: 'CD', lat: -11.6876, lon: 27.5026, zoneHours: 2, weight: 5 },
  { name: 'Goma', territory: 'CD', lat: -1.6585, lon: 29.2205, zoneHours: 2, weight: 6 },
];

/** Share of a day's listening by local hour: a morning on the road, a long evening, a few who never sleep. */
const byHour = [
  2, 1, 0.6, 0.5, 0.7, 2, 4, 6, 5.5, 4.5, 4, 4, 4.5, 4.5, 4, 4, 5, 6.5, 7.5, 8, 8.5, 8, 6, 3.7,
];
const byHourInBars = [9, 7, 4, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 3, 5, 8, 10, 12, 13, 13, 12, 11];
/** Sunday first. */
const byWeekday = [1.25, 0.85, 0.88, 0.92, 1, 1.3, 1.45];

/** How loved each song is in a territory: Zipf over a shuffled order that keeps home songs near the top. */
export function popularityIn(
  territory: string,
  songs: readonly Song[],
  random: Random,
): readonly number[] {
  const order = songs
    .map((song, index) => ({
      index,
      rank: random.next() * (song.territory === territory ? 0.45 : 1.2),
    }))
    .sort((a, b) => a.rank - b.rank);
  const weights = songs.map(() => 0);
  order.forEach(({ index }, rank) => (weights[index] = 1 / (rank + 1) ** 0.7));
  return weights;
}

export function pickWeighted(weights: readonly number[], random: Random): number {
  let left = random.next() * weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left <= 0) return i;
  }
  return weights.length - 1;
}

export type Listen = {
  readonly song: Song;
  readonly startedAt: Instant;
  readonly playedMs: number;
};

export type Life = {
  readonly city: City;
  readonly from: Instant;
  readonly to: Instant;
  readonly playsWanted: number;
  readonly taste: readonly number[];
  readonly inBars: boolean;
  /** Longest run of songs in one sitting. */
  readonly sittingMax: number;
};

/** What one listener, bar or station plays in a period: sittings at likely hours, songs by taste, skips now and then. */
export function live(life: Life, songs: readonly Song[], random: Random): readonly Listen[] {
  const hours = life.inBars ? byHourInBars : byHour;
  const days = Math.max(1, Math.ceil((life.to - life.from) / dayMs));
  const dayWeights = Array.from(
    { length: days },
    (_, d) => byWeekday[new Date(life.from + d * dayMs).getUTCDay()]!,
  );
  const heard: Listen[] = [];
  const sittingsMax = life.playsWanted * 2 + 4;
  const busyUntil = new Map<number, number>(); // one pair of ears: sittings of a day do not overlap
  for (let sitting = 0; sitting < sittingsMax && heard.length < life.playsWanted; sitting++) {
    const day = pickWeighted(dayWeights, random);
    const localHour = pickWeighted(hours, random);
    let at =
      life.from + day * dayMs + (localHour - life.city.zoneHours) * hourMs + random.below(hourMs);
    if (at < (busyUntil.get(day) ?? 0)) continue;
    const length = 1 + random.below(life.sittingMax);
    for (let n = 0; n < length && heard.length < life.playsWanted; n++) {
      const song = songs[pickWeighted(life.taste, random)]!;
      const skipped = !life.inBars && random.chance(0.24);
      const playedMs = skipped ? 4_000 + random.below(song.durationMs - 4_000) : song.durationMs;
      if (at < life.from || at + playedMs > life.to) break;
      heard.push({ song, startedAt: Math.floor(at) as Instant, playedMs });
      at += playedMs + 500 + random.below(life.inBars ? 8_000 : 2_500);
    }
    busyUntil.set(day, at + minuteMs);
  }
  return heard.sort((a, b) => a.startedAt - b.startedAt);
}

/** Plays in a month of one listener: most a handful of songs a week, a few all day (log-normal, median 34). */
export function playsOfAMonth(random: Random): number {
  const normal =
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.min(1_200, Math.max(1, Math.round(34 * Math.exp(0.95 * normal))));
}
