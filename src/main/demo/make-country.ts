import {
  addRecordings,
  claimParty,
  setSplit,
  splitFromTheBeginning,
  type CatalogContext,
  type RecordingDraft,
} from '#catalogue/catalog/index.ts';
import type { PlaysContext } from '#counting/plays/index.ts';
import type { PartyId, RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { dayMs, dayOf, type Instant } from '#foundation/kernel/time.ts';
import { readFact, writeFact } from '#foundation/platform/facts.ts';
import type { UserCaller } from '#foundation/platform/http.ts';
import { column, query, sql } from '#foundation/platform/postgres.ts';
import { createRun, type RoyaltiesContext } from '#money/royalties/index.ts';
import {
  addUser,
  findUserId,
  preparePerson,
  type AccountsContext,
  type Role,
} from '#people/accounts/index.ts';
import { demoCatalogue } from './catalogue.ts';
import type { DemoCatalogue, DemoRecording } from './catalogue-types.ts';
import { fillMarket } from './fill-market.ts';
import { keepQuestions } from './keep-questions.ts';
import { listenersCount, populate } from './populate.ts';

// The first start without a library makes a country to look at: its music, its people, a month of listening. Every row of
// it is marked demo. The sound is composed behind (compose-sound.ts), because the figures need not wait for it.

export type DemoContext = {
  readonly accounts: AccountsContext;
  readonly catalog: CatalogContext;
  readonly plays: PlaysContext;
  readonly royalties: RoyaltiesContext;
};

/** Everybody of the demo signs in with this; it opens nothing but the demo. */
export const demoPassword = 'ngoma-demo-2026';
const demoRoles: readonly Role[] = [
  'listener',
  'artist',
  'label',
  'venue',
  'dj',
  'station',
  'society',
  'analyst',
  'moderator',
  'admin',
];

type DemoFact = { readonly made: boolean; readonly plays: number };
const factName = 'demo';

export async function isDemoMade(ctx: DemoContext): Promise<boolean> {
  return (await readFact<DemoFact>(ctx.catalog.db, factName))?.made === true;
}

/** Makes what is missing of the country; safe to run again after a crash at any moment. Answers the number of plays. */
export async function makeCountry(ctx: DemoContext, say: (line: string) => void): Promise<number> {
  const { db } = ctx.catalog;
  const catalogue = demoCatalogue();
  say(
    `Demo: ${catalogue.recordings.length} recordings of ${catalogue.artists.length} invented artists.`,
  );
  const people = await addDemoAccounts(ctx);
  const admin: UserCaller = {
    kind: 'user',
    userId: people.get('admin')!,
    roles: ['admin'],
    sessionId: null,
  };
  const ids = await addCatalogue(ctx, catalogue);
  await shareOut(ctx, catalogue, ids, people, admin);

  const songs = catalogue.recordings.map((recording) => ({
    id: ids.get(recording.key)!,
    artist: recording.artistKey,
    territory: artistOf(catalogue, recording).territory,
    genre: recording.genre,
    durationMs: recording.seconds * 1_000,
  }));
  say(
    `Demo: a month of ${listenersCount.toLocaleString('en')} listeners, bars and radio stations ...`,
  );
  let told = 0;
  const plays = await populate(
    {
      db,
      plays: ctx.plays,
      now: ctx.catalog.now,
      ownerId: people.get('venue')!,
      listenerId: people.get('listener')!,
    },
    songs,
    (done, total) => {
      const tenth = Math.floor((done * 10) / total);
      if (tenth > told)
        say(
          `Demo: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} reporters have reported.`,
        );
      told = Math.max(told, tenth);
    },
  );
  await distributeThePools(ctx, people.get('society')!);
  say('Demo: fourteen months of figures of the market ...');
  await fillMarket(
    { db, now: ctx.catalog.now },
    catalogue.recordings.map((recording) => ({
      title: recording.title,
      artist: artistOf(catalogue, recording).name,
    })),
  );
  await keepQuestions({ db, now: ctx.catalog.now }, [
    people.get('analyst')!,
    people.get('label')!,
    people.get('artist')!,
  ]);
  await writeFact(db, factName, { made: true, plays } satisfies DemoFact);
  return plays;
}

/** One account for each role, so that every room can be entered. */
async function addDemoAccounts(ctx: DemoContext): Promise<ReadonlyMap<Role, UserId>> {
  const people = new Map<Role, UserId>();
  for (const role of demoRoles) {
    const email = `${role}@demo.example`;
    const known = await findUserId(ctx.catalog.db, email);
    if (known !== null) {
      people.set(role, known);
      continue;
    }
    const person = await preparePerson(ctx.accounts, {
      email,
      password: demoPassword,
      name: `Demo ${role}`,
    });
    if ('kind' in person) throw new Error(`the demo account ${email}: ${person.code}`);
    const roles: readonly Role[] = role === 'listener' ? ['listener'] : ['listener', role];
    const added = await ctx.catalog.db.tx((tx) => addUser(tx, ctx.accounts, person, roles, null));
    if (typeof added !== 'string') throw new Error(`the demo account ${email}: ${added.code}`);
    people.set(role, added);
  }
  return people;
}

export const partiesNamed = query({
  name: 'demo.partiesNamed',
  columns: { id: column.uuid<PartyId>(), name: column.text },
  sample: { names: ['nobody'] },
  text: (p: { names: readonly string[] }) => sql`
    select id, name
    from catalog.public_party
    where name = any (${p.names}::text[]) and provenance = 'demo' and merged_into is null`,
});

function artistOf(catalogue: DemoCatalogue, recording: DemoRecording) {
  return catalogue.artists.find((artist) => artist.key === recording.artistKey)!;
}

async function addCatalogue(
  ctx: DemoContext,
  catalogue: DemoCatalogue,
): Promise<ReadonlyMap<string, RecordingId>> {
  const drafts = catalogue.recordings.map((recording) => toDraft(catalogue, recording));
  const added = await ctx.catalog.db.tx((tx) => addRecordings(tx, drafts));
  return new Map(
    catalogue.recordings.map((recording, i) => [recording.key, added[i]!.recordingId]),
  );
}

function toDraft(catalogue: DemoCatalogue, recording: DemoRecording): RecordingDraft {
  const artist = artistOf(catalogue, recording);
  const featured = catalogue.artists.find((a) => a.key === recording.featuredArtistKey);
  const release = catalogue.releases.find((r) => r.key === recording.releaseKey)!;
  const work = catalogue.works.find((w) => w.key === recording.workKey)!;
  const nameOf = (key: string): string =>
    catalogue.parties.find((party) => party.key === key)!.name;
  return {
    title: recording.title,
    artist: featured === undefined ? artist.name : `${artist.name} feat. ${featured.name}`,
    artists: [
      { name: artist.name, role: 'main', territory: artist.territory },
      ...(featured === undefined
        ? []
        : [{ name: featured.name, role: 'featured' as const, territory: featured.territory }]),
    ],
    isrc: recording.isrc,
    durationMs: recording.seconds * 1_000,
    genres: [recording.genreTitle],
    language: recording.language,
    year: recording.year,
    release: {
      title: release.title,
      artist: nameOf(release.artistKey),
      kind: release.kind,
      label: nameOf(release.labelKey),
      gtin: release.gtin,
      releasedOn: release.releasedOn,
      disc: 1,
      track: recording.trackNumber,
    },
    credits: recording.credits.map((credit) => ({
      name: nameOf(credit.partyKey),
      role: credit.role,
    })),
    works: [{ title: work.title, iswc: work.iswc }],
    provenance: 'demo',
  };
}

/** Splits as the catalogue says, and two parties that belong to somebody who can sign in. */
async function shareOut(
  ctx: DemoContext,
  catalogue: DemoCatalogue,
  ids: ReadonlyMap<string, RecordingId>,
  people: ReadonlyMap<Role, UserId>,
  admin: UserCaller,
): Promise<void> {
  const names = new Map(catalogue.parties.map((party) => [party.key, party.name]));
  const parties = await ctx.catalog.db.all(partiesNamed, { names: [...names.values()] });
  const idOf = new Map(parties.map((party) => [party.name, party.id]));
  for (const recording of catalogue.recordings) {
    const shares = recording.splits.flatMap(({ partyKey, basisPoints }) => {
      const partyId = idOf.get(names.get(partyKey)!);
      return partyId === undefined ? [] : [{ partyId, basisPoints }];
    });
    if (shares.length < recording.splits.length)
      throw new Error(`a payee of ${recording.title} is no party of the demo`);
    const set = await setSplit(
      ctx.catalog,
      ids.get(recording.key)!,
      { right: 'master', validFrom: splitFromTheBeginning, shares },
      admin,
    );
    if ('kind' in set) throw new Error(`the split of ${recording.title}: ${set.code}`);
  }
  const star = idOf.get(catalogue.artists[0]!.name)!;
  const label = idOf.get(catalogue.labels[0]!.name)!;
  await claimParty(ctx.catalog, star, people.get('artist')!, admin.userId);
  await claimParty(ctx.catalog, label, people.get('label')!, admin.userId);
}

/** What the society distributed for the month: streams by listener, bars and radio by play. */
async function distributeThePools(ctx: DemoContext, societyId: UserId): Promise<void> {
  const now = ctx.catalog.now();
  const period = { from: dayOf((now - 30 * dayMs) as Instant), to: dayOf(now) };
  for (const { key, ...asked } of pools) {
    const run = await createRun(
      ctx.royalties,
      societyId,
      { period, ...asked },
      `demo ${key} ${period.from}`,
    );
    if ('kind' in run) throw new Error(`the demo run ${key}: ${run.code} ${run.detail ?? ''}`);
  }
}

const pools = [
  {
    key: 'streams in Rwanda',
    pool: { amountMinor: 4_200_000, currency: 'RWF' },
    policy: 'user-centric',
    scope: { source: 'stream', territory: 'RW' },
  },
  {
    key: 'streams in Nigeria',
    pool: { amountMinor: 912_500_00, currency: 'NGN' },
    policy: 'user-centric',
    scope: { source: 'stream', territory: 'NG' },
  },
  {
    key: 'bars in DR Congo',
    pool: { amountMinor: 3_150_00, currency: 'USD' },
    policy: 'pro-rata',
    scope: { source: 'venue', territory: 'CD' },
  },
  {
    key: 'radio in Rwanda',
    pool: { amountMinor: 1_680_000, currency: 'RWF' },
    policy: 'pro-rata',
    scope: { source: 'radio', territory: 'RW' },
  },
] as const;
