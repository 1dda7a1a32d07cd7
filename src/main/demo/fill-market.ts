import { newId } from '#foundation/kernel/ids.ts';
import { dayMs, hourMs, type Day } from '#foundation/kernel/time.ts';
import type { Database } from '#foundation/platform/postgres.ts';
import { storeFacts } from '#market/audience/index.ts';
import { storeIssue } from '#market/charts/index.ts';
import type { AudienceFact, ChartEntryFact } from '#market/harvest/index.ts';
import { putFeed, storeNews } from '#market/pulse/index.ts';

// The market of the demo country: fifty issues of two charts, fourteen months of figures on six platforms with everything that real
// ones have (a reset, gaps, stale repeats, rolling windows), two weeks of news. All of it invented and marked demo.

export type DemoSong = { readonly title: string; readonly artist: string };

type MarketContext = { readonly db: Database; readonly now: () => number };

const issues = 50;
const chartSize = 50;
const months = 14;
const origin = { provenance: 'demo', payloadId: null } as const;

export async function fillMarket(ctx: MarketContext, songs: readonly DemoSong[]): Promise<void> {
  const demo = { ...ctx, demo: true };
  const random = randomOf(20_261_201);
  const charted = [...songs, ...inventedSongs(songs, random)];
  for (const chart of charts) await fillChart(demo, chart, charted, random);
  await fillAudience(demo, songs, random);
  await fillNews(demo);
}

// ── charts ──────────────────────────────────────────────────────────────

const charts = [
  { source: 'demo-airplay', key: 'national-50', name: 'National Airplay 50', territory: 'RW' },
  { source: 'demo-streams', key: 'national-50', name: 'National Streams 50', territory: 'NG' },
] as const;

type Random = () => number;

/** Every song has a life: it comes, rises, fades, and some come back at the end of the year. */
async function fillChart(
  ctx: MarketContext & { readonly demo: boolean },
  chart: (typeof charts)[number],
  songs: readonly DemoSong[],
  random: Random,
): Promise<void> {
  const lives = songs.map((song) => ({
    song,
    start: Math.floor(random() * (issues + 20)) - 20,
    peak: 2 + random() * 8,
    height: random() ** 2 * 100,
    back: random() < 0.12 ? 6 + Math.floor(random() * 10) : null,
  }));
  const today = Math.floor(ctx.now() / dayMs) * dayMs;
  const lastFriday = today - ((new Date(today).getUTCDay() + 2) % 7) * dayMs;
  for (let week = 0; week < issues; week++) {
    const day = new Date(lastFriday - (issues - 1 - week) * 7 * dayMs).toISOString().slice(0, 10);
    const strength = ({ start, peak, height, back }: (typeof lives)[number]): number => {
      const age = week - start;
      if (age < 0) return 0;
      const first = height * (age / peak) * Math.exp(1 - age / peak);
      const again =
        back === null || age < back + 12 ? 0 : (height / 3) * Math.exp(-(age - back - 12));
      return first + again + random() * 2;
    };
    const ranked = lives
      .map((life) => ({ life, now: strength(life) }))
      .filter(({ now }) => now > 1)
      .toSorted((a, b) => b.now - a.now)
      .slice(0, chartSize);
    const entries = ranked.map(({ life, now }, i): ChartEntryFact => ({
      rank: i + 1,
      title: life.song.title,
      artist: life.song.artist,
      externalId: null,
      isrc: null,
      url: null,
      imageUrl: null,
      lastRank: null,
      peak: null,
      weeks: null,
      said: null,
      metric:
        chart.source === 'demo-streams'
          ? { name: 'streams', value: Math.round(now * 4_200) }
          : null,
      flags: [],
    }));
    await storeIssue(
      ctx,
      {
        chart: { ...chart, frequency: 'weekly', entity: 'song' },
        issueDay: day as Day,
        periodFrom: null,
        periodTo: null,
        entries,
        complete: true,
      },
      origin,
    );
  }
}

/** The charts of a country hold more than the thirty recordings of this catalogue. */
function inventedSongs(songs: readonly DemoSong[], random: Random): readonly DemoSong[] {
  const words = [
    'Umuraba',
    'Ijoro',
    'Lobi',
    'Ayo',
    'Mwiza',
    'Kesho',
    'Orin',
    'Bolingo',
    'Ndoto',
    'Inzozi',
    'Sanza',
    'Ulu',
    'Akaramata',
    'Ife',
    'Zola',
    'Mvula',
  ];
  const artists = [...new Set(songs.map((song) => song.artist))];
  return Array.from({ length: 90 }, (_, i) => ({
    title: `${words[i % words.length]!} ${words[Math.floor(random() * words.length)]!} ${Math.floor(i / words.length) + 1}`,
    artist: artists[Math.floor(random() * artists.length)]!,
  }));
}

// ── audience ────────────────────────────────────────────────────────────

const songPlatforms = [
  ['spotify', 'streams', 1],
  ['boomplay', 'plays', 0.7],
  ['audiomack', 'plays', 0.8],
  ['youtube', 'views', 1.4],
  ['shazam', 'shazams', 0.02],
] as const;

async function fillAudience(
  ctx: MarketContext & { readonly demo: boolean },
  songs: readonly DemoSong[],
  random: Random,
): Promise<void> {
  const today = Math.floor(ctx.now() / dayMs);
  const days = months * 30;
  for (const [n, song] of songs.entries()) {
    const level = 400 + random() ** 2 * 30_000;
    const facts = songPlatforms.map(([platform, metric, share], p): AudienceFact => {
      let total = Math.round(level * share * 40);
      const points: { day: Day; value: number }[] = [];
      for (let i = 0; i < days; i++) {
        const weekend = [0, 6].includes(new Date((today - days + i) * dayMs).getUTCDay()) ? 1.3 : 1;
        total += Math.round(level * share * weekend * (0.6 + 0.8 * random()) * Math.exp(-i / 600));
        if (n === 0 && platform === 'spotify' && i === days - 20) total = Math.round(total / 2); // versions were told apart
        if (isGap(n, p, i, days)) continue;
        const isStale = n % 7 === 3 && i % 30 < 3 && points.length > 0;
        points.push({
          day: dayOf(today - days + i),
          value: isStale ? points.at(-1)!.value : total,
        });
      }
      return {
        platform,
        entity: {
          type: 'recording',
          source: 'demo',
          externalId: `song-${n}`,
          name: song.title,
          artist: song.artist,
          isrc: null,
        },
        metric,
        territory: null,
        identifier: null,
        points,
      };
    });
    await storeFacts(ctx, facts, origin);
  }
  for (const [n, artist] of [...new Set(songs.map((song) => song.artist))].entries()) {
    const fans = 2_000 + random() ** 2 * 400_000;
    const entity = {
      type: 'artist',
      source: 'demo',
      externalId: `artist-${n}`,
      name: artist,
      artist: null,
      isrc: null,
    } as const;
    const series = (
      platform: string,
      metric: string,
      value: (i: number) => number,
    ): AudienceFact => ({
      platform,
      entity,
      metric,
      territory: null,
      identifier: null,
      points: Array.from({ length: days }, (_, i) => ({
        day: dayOf(today - days + i),
        value: Math.round(value(i)),
      })).filter((_p, i) => i % 29 !== 7),
    });
    await storeFacts(
      ctx,
      [
        series(
          'spotify',
          'monthly_listeners',
          (i) => fans * (1 + 0.3 * Math.sin(i / 45)) + 200 * random(),
        ),
        series('instagram', 'followers', (i) => fans * 0.4 + i * (fans / 4_000)),
      ],
      origin,
    );
  }
}

/** Ten days at one service, and three at another, were never collected. */
function isGap(song: number, platform: number, i: number, days: number): boolean {
  const fromEnd = days - i;
  return (
    (platform === 1 && song % 5 === 2 && fromEnd > 40 && fromEnd <= 50) ||
    (platform === 3 && fromEnd > 8 && fromEnd <= 11)
  );
}

function dayOf(number: number): Day {
  return new Date(number * dayMs).toISOString().slice(0, 10) as Day;
}

// ── news ────────────────────────────────────────────────────────────────

const desks = [
  ['Kigali Sound Desk', 'https://kigali-sound.example/feed', 'news', 0.8],
  ['Lagos Music Ledger', 'https://lagos-ledger.example/feed', 'news', 0.9],
  ['Studio Machines', 'https://studio-machines.example/feed', 'gear', 0.7],
] as const;

const stories: readonly (readonly [desk: number, title: string, text: string])[] = [
  [
    1,
    'Society pays out 310 million francs for the third quarter',
    'The collecting society paid 310 million francs to 4,200 members for the third quarter. Airplay counted by monitors made up most of it. A second payout for streams follows in January.',
  ],
  [
    0,
    'Collecting society pays 310 million francs to members',
    'The society paid 310 million francs to 4,200 members for the third quarter. Airplay counted by monitors made up most of it, its director said in Kigali.',
  ],
  [
    1,
    'Streaming service opens a plan of a day in Lagos',
    'A streaming service sells days instead of months from Monday. A day costs as much as two text messages. It says that one listener in three has never paid for music before.',
  ],
  [
    0,
    'Festival at the lake adds a second night',
    'The festival at the lake sold its tickets within an hour and adds a second night. Twelve acts of the region play, six of them for the first time.',
  ],
  [
    1,
    'Court upholds the fee for music in bars',
    'A court upheld the fee that bars pay for music. The association of bars had called it a tax. It may appeal within thirty days.',
  ],
  [
    0,
    'Label signs five singers from the hills',
    'A label signed five singers from the hills and gives them half of every payment. The deal ends after three releases or four years.',
  ],
  [
    1,
    'Radio stations log what they play by ear of machines',
    'Twenty stations now log their programme by recognition instead of by hand. The society says that the lists by hand missed every fourth song.',
  ],
  [
    0,
    'Ministry plans a fund of 2 billion francs for recording',
    'The ministry plans a fund of 2 billion francs for recording and touring. Applications open in March, and half of it is kept for first albums.',
  ],
  [
    1,
    'Chart counts downloads on phones from January',
    'The national chart counts downloads on phones from January. Its makers say that this favours songs of the provinces, where data are dear.',
  ],
  [
    0,
    'Producer of ten number ones opens a school',
    'A producer with ten number ones opens a school for sound in the old post office. The first class has sixteen places and no fee.',
  ],
  [
    1,
    'Platform tests payments by listener instead of by pool',
    'A platform tests payments that follow what each listener hears. Artists with few but faithful listeners earned a fifth more in the test.',
  ],
  [
    2,
    'A mixer that runs on a truck battery',
    'A maker of machines shows a mixer of eight channels that runs eleven hours on a truck battery. It costs as much as a good bicycle.',
  ],
  [
    2,
    'Free plugin models a thumb piano',
    'A free plugin models a thumb piano with seventeen keys and their buzz. It runs on machines ten years old.',
  ],
  [
    2,
    'Controller for four hands',
    'A controller has two of everything, for two players side by side. Its firmware is open.',
  ],
];

async function fillNews(ctx: MarketContext & { readonly demo: boolean }): Promise<void> {
  const feeds = [];
  for (const [name, url, kind, trust] of desks)
    feeds.push(
      await ctx.db.one(putFeed, {
        id: newId(),
        name,
        url,
        kind,
        trust,
        isOn: false,
        provenance: 'demo' as const,
      }),
    );
  const pulse = { ...ctx, homeNames: ['Kigali', 'Lagos'] };
  for (const [i, [desk, title, text]] of stories.entries()) {
    const feed = feeds[desk]!;
    await storeNews(
      pulse,
      { feed: { id: feed.id, trust: desks[desk]![3] }, kind: desks[desk]![2], provenance: 'demo' },
      [
        {
          guid: `demo-${i}`,
          url: `${desks[desk]![1]}/${i}`,
          title,
          text,
          publishedAt: ctx.now() - (2 + i * 7) * hourMs,
          dayIsOurs: false,
        },
      ],
    );
  }
  await storeNews(
    pulse,
    { feed: { id: feeds[0]!.id, trust: 0.8 }, kind: 'release', provenance: 'demo' },
    ['Inzira y’Amazi', 'Night Bus to Jos', 'Mwinda', 'Second Rain', 'Ku Musozi'].map(
      (title, i) => ({
        guid: `release-${i}`,
        url: null,
        title,
        text: 'Out this week in the demo country.',
        publishedAt: ctx.now() - (5 + i * 20) * hourMs,
        dayIsOurs: false,
      }),
    ),
  );
}

/** splitmix32: the same country every time. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 4_294_967_296;
  };
}
