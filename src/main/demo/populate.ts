import {
  ensureOwnDevice,
  enrolDevice,
  playsAt,
  recordPlays,
  reporterOf,
  findDevice,
  type PlaysContext,
  type Reporter,
} from '#counting/plays/index.ts';
import type { DeviceId, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, type Instant } from '#foundation/kernel/time.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { addPeople } from '#people/accounts/index.ts';
import { seededRandom, type Random } from './compose/random.ts';
import {
  cities,
  live,
  pickWeighted,
  playsOfAMonth,
  popularityIn,
  type City,
  type Listen,
  type Song,
} from './live-a-month.ts';
import { personName } from './names.ts';

// The people of the demo country and what they played in the month before today. Everything goes through the same door
// as real reports, so every rule of counting has been at work on what the screens show.

export const listenersCount = 3_200;
const barsCount = 36;
const stationsCount = 6;
/** Reports sent at once; the evidence writer folds them into few transactions. */
const atOnce = 48;
const monthDays = 30;
const playsPerReport = 5_000;

export type PopulateContext = {
  readonly db: Database;
  readonly plays: PlaysContext;
  readonly now: () => Instant;
  readonly ownerId: UserId;
  /** The account that whoever tries the demo signs in with to listen: it has a month behind it too. */
  readonly listenerId: UserId;
};
type Progress = (done: number, total: number) => void;

type Reporting = {
  readonly reporter: Reporter;
  readonly heard: readonly Listen[];
  readonly source: string;
  readonly place?: { lat: number; lon: number; accuracyM: number };
};

export async function populate(
  ctx: PopulateContext,
  songs: readonly (Song & { readonly id: RecordingId })[],
  onProgress: Progress,
): Promise<number> {
  const random = seededRandom('ngoma demo country');
  const to = (Math.floor(ctx.now() / hourMs) * hourMs) as Instant;
  const from = (to - monthDays * dayMs) as Instant;
  const tastes = new Map(
    [...new Set(cities.map((c) => c.territory))].map((t) => [
      t,
      popularityIn(t, songs, random.fork(t)),
    ]),
  );
  const people = Array.from({ length: listenersCount }, (_, n) =>
    aPerson(n, random.fork(`listener ${n}`), from),
  );
  await addPeople(ctx.db, people, 'demo');

  const middle = (from + (to - from) / 2) as Instant;
  const halves: readonly Half[] = [
    [from, middle],
    [middle, to],
  ].map(([start, end]) => ({
    from: start as Instant,
    to: end as Instant,
    plays: playsAt(ctx.plays, () => end as Instant),
  }));
  const visitor = {
    ...aPerson(listenersCount, random.fork('the demo listener'), from),
    id: ctx.listenerId,
  };
  const makers: (() => Promise<readonly Reporting[]>)[] = [
    ...[...people, visitor].map(
      (person) => () => aListener(ctx, person, songs, tastes.get(person.territory)!, { from, to }),
    ),
    ...Array.from(
      { length: barsCount },
      (_, n) => () => aBar(ctx, n, songs, tastes, random.fork(`bar ${n}`), { from, to }),
    ),
    ...Array.from(
      { length: stationsCount },
      (_, n) => () => aStation(ctx, n, songs, tastes, random.fork(`station ${n}`), { from, to }),
    ),
  ];
  let plays = 0;
  let done = 0;
  const queue = [...makers];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let make; (make = queue.pop()) !== undefined;) {
        for (const reporting of await make()) {
          const counted = await report(halves, reporting);
          plays += counted; // not in one expression: another maker counts while this one waits
        }
        onProgress(++done, makers.length);
      }
    }),
  );
  return plays;
}

type Person = ReturnType<typeof aPerson>;
/** Half a month with the counting room as it was at its end: devices may not report more than 30 days late. */
type Half = Month & { readonly plays: PlaysContext };
type Month = { readonly from: Instant; readonly to: Instant };

function aPerson(n: number, random: Random, from: Instant) {
  const city =
    cities[
      pickWeighted(
        cities.map((c) => c.weight),
        random,
      )
    ]!;
  const locale = city.territory === 'CD' ? 'fr' : 'en';
  const timeZone = {
    RW: 'Africa/Kigali',
    NG: 'Africa/Lagos',
    CD: city.zoneHours === 1 ? 'Africa/Kinshasa' : 'Africa/Lubumbashi',
  }[city.territory]!;
  const hex = (n + 1).toString(16).padStart(12, '0');
  return {
    id: `d0000000-0000-8000-8000-${hex}` as UserId, // the same people in every demo, so that making it again adds nobody
    email: `listener${n + 1}@demo.example`,
    name: personName(city.territory, random),
    territory: city.territory,
    locale,
    timeZone,
    createdAt: from,
    city,
    random,
  };
}

async function aListener(
  ctx: PopulateContext,
  person: Person,
  songs: readonly Song[],
  popular: readonly number[],
  month: Month,
): Promise<readonly Reporting[]> {
  const { random, city } = person;
  // Everybody knows the hits; each loves a few artists far more.
  const loved = new Set(
    Array.from({ length: 2 + random.below(3) }, () => songs[pickWeighted(popular, random)]!.artist),
  );
  const taste = songs.map(
    (song, i) => popular[i]! * (loved.has(song.artist) ? 5 : 0.55 + random.next()),
  );
  const heard = live(
    { city, ...month, playsWanted: playsOfAMonth(random), taste, inBars: false, sittingMax: 14 },
    songs,
    random,
  );
  const reporter = await ensureOwnDevice(ctx.db, person.id, 'player', {
    provenance: 'demo',
    territory: city.territory,
  });
  return [{ reporter, heard, source: random.chance(0.12) ? 'scrobble' : 'stream' }];
}

async function aBar(
  ctx: PopulateContext,
  n: number,
  songs: readonly Song[],
  tastes: ReadonlyMap<string, readonly number[]>,
  random: Random,
  month: Month,
): Promise<readonly Reporting[]> {
  const city =
    cities[
      pickWeighted(
        cities.map((c) => c.weight),
        random,
      )
    ]!;
  const place = {
    lat: city.lat + (random.next() - 0.5) * 0.06,
    lon: city.lon + (random.next() - 0.5) * 0.06,
    accuracyM: 15,
  };
  const taste = tastes.get(city.territory)!.map((w) => w * (0.3 + random.next()));
  const heard = live(
    { city, ...month, playsWanted: 900 + random.below(500), taste, inBars: true, sittingMax: 40 },
    songs,
    random,
  );
  const box = await aDevice(ctx, 2 * n, `Bar ${n + 1}, ${city.name}`, 'venue', city, place);
  // Some evenings a guest's phone hears the same songs from a table nearby, with a clock of its own.
  const phone = await aDevice(ctx, 2 * n + 1, `Phone at bar ${n + 1}`, 'phone', city);
  const skewMs = random.below(5_000) - 2_500;
  const overheard = heard
    .filter(() => random.chance(0.15))
    .map((h) => ({
      ...h,
      startedAt: (h.startedAt + skewMs) as Instant,
      playedMs: Math.max(10_000, h.playedMs - 15_000),
    }));
  const near = { lat: place.lat + 0.0002, lon: place.lon, accuracyM: 25 };
  return [
    { reporter: box, heard, source: n % 6 === 0 ? 'deck' : 'venue' },
    { reporter: phone, heard: overheard, source: 'phone', place: near },
  ];
}

async function aStation(
  ctx: PopulateContext,
  n: number,
  songs: readonly Song[],
  tastes: ReadonlyMap<string, readonly number[]>,
  random: Random,
  month: Month,
): Promise<readonly Reporting[]> {
  const city = cities[[0, 3, 7, 3, 7, 0][n % 6]!]!;
  const taste = tastes.get(city.territory)!.map((w) => w * (0.2 + 1.6 * random.next()));
  const heard = live(
    { city, ...month, playsWanted: 4_200, taste, inBars: false, sittingMax: 10 },
    songs,
    random,
  ).map((h) => ({ ...h, playedMs: h.song.durationMs }));
  return [
    {
      reporter: await aDevice(
        ctx,
        2 * barsCount + n,
        `Radio ${n + 1}, ${city.name}`,
        'station',
        city,
      ),
      heard,
      source: 'radio',
    },
  ];
}

async function aDevice(
  ctx: PopulateContext,
  number: number,
  name: string,
  kind: 'venue' | 'phone' | 'station',
  city: City,
  place?: { lat: number; lon: number; accuracyM: number },
): Promise<Reporter> {
  const id = `d1000000-0000-8000-8000-${number.toString(16).padStart(12, '0')}` as DeviceId;
  const enrolled = await enrolDevice(ctx.db, {
    id,
    ownerId: ctx.ownerId,
    name,
    kind,
    territory: city.territory,
    provenance: 'demo',
    ...(place && { place }),
  });
  if ('kind' in enrolled) throw new Error(enrolled.code);
  return reporterOf(await ctx.db.one(findDevice, { id: enrolled.deviceId }));
}

async function report(
  halves: readonly Half[],
  { reporter, heard, source, place }: Reporting,
): Promise<number> {
  let counted = 0;
  for (const half of halves) {
    const plays = heard
      .filter((h) => h.startedAt >= half.from && h.startedAt < half.to)
      .map((h, i) => ({
        key: keyOf(reporter.deviceId, h.startedAt),
        seq: i,
        startedAt: h.startedAt,
        playedMs: h.playedMs,
        source,
        recording: { id: h.song.id },
        ...(place && { place }),
      }));
    for (let i = 0; i < plays.length; i += playsPerReport) {
      counted += (
        await recordPlays(half.plays, reporter, null, plays.slice(i, i + playsPerReport))
      ).filter((o) => o.kind === 'counted').length;
    }
  }
  return counted;
}

/** The same play has the same key in every making, so that a making that was interrupted goes on without counting twice. */
function keyOf(deviceId: string, startedAt: Instant): string {
  return `${deviceId.slice(0, 14)}8${deviceId.slice(15, 24)}${startedAt.toString(16).padStart(12, '0')}`; // unique within a device, which is all a key must be
}
