import {
  newId,
  type PartyId,
  type RecordingId,
  type ReleaseId,
  type WorkId,
} from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { tellLearned } from '../events.ts';
import { cleanText, nameKey, prepareDraft, type Prepared, type RecordingDraft } from './draft.ts';
import {
  ensureArtists,
  ensureLabels,
  ensureParties,
  ensureReleases,
  rowsOf,
  settleKinds,
  uuidOrNull,
  type Names,
} from './ensure-names.ts';
import { loadKnown } from './match-known.ts';
import {
  coverReleases,
  deleteRecordingArtists,
  describeAgain,
  fillIn,
  findStanding,
  findWorks,
  insertCredits,
  insertDefaultSplits,
  insertKeys,
  insertRecordingArtists,
  insertRecordings,
  insertRecordingWorks,
  insertTracks,
  insertWorks,
  lockAdding,
  unplaceTracks,
} from './queries.ts';

export type AddedRecording = {
  readonly recordingId: RecordingId;
  /** added: new to the catalogue. known: another file or delivery of a recording we had. described: its words changed. */
  readonly outcome: 'added' | 'known' | 'described';
};

const draftsPerRound = 500;

/** A split that nobody dated owns the recording for all the time it has been played. */
export const splitFromTheBeginning = '1970-01-01';

/**
 * Adds what is new and enriches what is known, in bulk and in the caller's transaction: artists and labels with
 * their parties, releases, recordings, tracks, credits, works, and 10,000 basis points of the master for the main
 * artist's party where no split stands. Without an artist there is no split: such plays wait in suspense. Answers
 * one outcome per draft, in order. Repeating it changes nothing.
 */
export async function addRecordings(
  tx: Db,
  drafts: readonly RecordingDraft[],
): Promise<readonly AddedRecording[]> {
  if (drafts.length === 0) return [];
  await tx.run(lockAdding, {});
  const outcomes: AddedRecording[] = [];
  for (let i = 0; i < drafts.length; i += draftsPerRound) {
    outcomes.push(...(await addRound(tx, drafts.slice(i, i + draftsPerRound).map(prepareDraft))));
  }
  return outcomes;
}

type Item = {
  readonly prepared: Prepared;
  readonly id: RecordingId;
  readonly outcome: AddedRecording['outcome'];
};

async function addRound(tx: Db, prepared: readonly Prepared[]): Promise<readonly AddedRecording[]> {
  const known = await loadKnown(tx, prepared);
  const items: Item[] = [];
  for (const p of prepared) {
    const found = known.find(p);
    const again = p.draft.again ?? null;
    // A file whose new tags are those of another recording is a file of that one.
    const id = found ?? again ?? newId<'recording'>();
    const outcome =
      found === null && again === null
        ? 'added'
        : again !== null && id === again
          ? 'described'
          : 'known';
    known.learn(p, id);
    items.push({ prepared: p, id, outcome });
  }

  const names: Names = {
    artists: await ensureArtists(tx, prepared.flatMap(artistsOf)),
    labels: await ensureLabels(tx, prepared),
  };
  const standing = new Map(
    (
      await tx.all(findStanding, {
        ids: items.filter((i) => i.outcome !== 'added').map((i) => i.id),
      })
    ).map((s) => [s.id, s] as const),
  );
  const added = items.filter((i) => i.outcome === 'added');
  const described = lastOfEach(items.filter((i) => i.outcome === 'described'));
  const others = lastOfEach(items.filter((i) => i.outcome === 'known'));

  await insertInto(
    tx,
    insertRecordings,
    added.map(({ prepared: p, id }) => recordingRow(id, p)),
  );
  await insertInto(
    tx,
    describeAgain,
    described.map(({ prepared: p, id }) => recordingRow(id, p)),
  );
  await insertInto(
    tx,
    fillIn,
    others.filter((i) => standing.has(i.id)).map(({ prepared: p, id }) => recordingRow(id, p)),
  );
  await insertInto(
    tx,
    insertKeys,
    items.flatMap(({ prepared: p, id }) =>
      known.keysOf(p).map((key) => ({ key, recording_id: id })),
    ),
  );

  const renamed = described.filter(
    (i) => standing.get(i.id)?.edited.includes('artistName') === false,
  );
  await replaceArtists(tx, renamed, names);
  await insertInto(
    tx,
    insertRecordingArtists,
    added.flatMap((i) => artistRows(i, names)),
  );
  await placeOnReleases(
    tx,
    [
      ...added,
      ...described,
      ...others.filter((i) => standing.get(i.id)?.releaseTitles.length === 0),
    ],
    standing,
    names,
  );
  await addWorksAndCredits(tx, added);
  const unsplit = others.filter((i) => standing.get(i.id)?.hasSplit === false);
  await addDefaultSplits(tx, [...added, ...renamed, ...unsplit], standing, names);

  const learned = new Set(added.map((i) => i.id));
  for (const { prepared: p, id } of [...described, ...others]) {
    const before = standing.get(id);
    if (
      before === undefined ||
      p.title !== before.title ||
      p.artistName !== before.artistName ||
      (p.isrc?.value ?? before.isrc) !== before.isrc
    )
      learned.add(id);
  }
  await tellLearned(tx, [...learned]);
  return items.map(({ id, outcome }) => ({ recordingId: id, outcome }));
}

type Standing = ReadonlyMap<
  RecordingId,
  {
    readonly releaseTitles: readonly string[];
    readonly hasSplit: boolean;
    readonly splitIsOurs: boolean;
    readonly mainPartyId: PartyId | null;
    readonly edited: readonly string[];
  }
>;
type InsertRows = Parameters<typeof tellRows>[1];

/** An empty insert is not worth a round trip. */
async function insertInto(tx: Db, into: InsertRows, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await tellRows(tx, into, rows);
}

async function tellRows(
  tx: Db,
  into: typeof insertRecordings,
  rows: readonly object[],
): Promise<void> {
  await tx.run(into, rowsOf(rows));
}

function artistsOf({ artists, release, draft }: Prepared) {
  const base = { territory: null, provenance: draft.provenance };
  return [
    ...artists.map((a) => ({ ...base, name: a.name, match: a.match, territory: a.territory })),
    ...(release?.artist ? [{ ...base, ...release.artist }] : []),
  ];
}

/** Two files of one batch can be of one recording; an update touches a row once. */
function lastOfEach(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.id, item] as const)).values()];
}

const yearMin = 1860;
const yearMax = 2200;
const durationMsMax = 86_400_000;

function recordingRow(id: RecordingId, p: Prepared) {
  const { draft } = p;
  const durationMs = draft.durationMs == null ? null : Math.round(draft.durationMs);
  const year = draft.year ?? null;
  return {
    id,
    title: p.title,
    artist_name: p.artistName,
    match_title: p.matchTitle,
    match_artist: p.matchArtist,
    isrc: p.isrc?.value ?? null,
    isrc_valid: p.isrc?.valid ?? null,
    duration_ms:
      durationMs !== null && durationMs > 0 && durationMs <= durationMsMax ? durationMs : null,
    genres: p.genres,
    language: cleanText(draft.language ?? '', 35) || null,
    year:
      year !== null && Number.isInteger(year) && year >= yearMin && year <= yearMax ? year : null,
    tempo_bpm: Number.isFinite(draft.tempoBpm) ? draft.tempoBpm : null,
    music_key: cleanText(draft.musicKey ?? '', 40) || null,
    cover_key: draft.coverKey ?? null,
    mbid: uuidOrNull(draft.mbid),
    provenance: draft.provenance,
  };
}

function artistRows({ prepared, id }: Item, { artists }: Names) {
  const ids = new Set<string>(); // two names may have been merged into one artist
  return prepared.artists.flatMap((a) => {
    const artist = artists.get(a.match);
    if (artist === undefined || ids.has(artist.id)) return [];
    ids.add(artist.id);
    return [{ recording_id: id, position: ids.size - 1, artist_id: artist.id, role: a.role }];
  });
}

async function placeOnReleases(
  tx: Db,
  items: readonly Item[],
  standing: Standing,
  names: Names,
): Promise<void> {
  const placed = items.filter((i) => i.prepared.release !== null);
  const releases = await ensureReleases(
    tx,
    placed.map((i) => i.prepared),
    names,
  );
  await insertInto(
    tx,
    unplaceTracks,
    placed
      .filter((i) => standing.has(i.id))
      .map(({ prepared, id }) => ({
        recording_id: id,
        release_id: releases.get(prepared.release!.matchKey)!,
      })),
  );
  const rows = placed.map(({ prepared: { release }, id }, n) => ({
    n,
    release_id: releases.get(release!.matchKey)!,
    disc: release!.disc,
    position: release!.track,
    recording_id: id,
  }));
  await insertInto(tx, insertTracks, rows);
  const unsaid = new Set<ReleaseId>();
  const covers = new Map<ReleaseId, string>();
  for (const { prepared: p } of placed) {
    const id = releases.get(p.release!.matchKey)!;
    if (p.release!.kind === null) unsaid.add(id);
    const cover = p.draft.release?.coverKey ?? p.draft.coverKey ?? null;
    if (cover !== null) covers.set(id, cover);
  }
  await settleKinds(tx, [...unsaid]);
  await insertInto(
    tx,
    coverReleases,
    [...covers].map(([id, key]) => ({ id, cover_key: key })),
  );
}

async function addWorksAndCredits(tx: Db, added: readonly Item[]): Promise<void> {
  const iswcs = added.flatMap((i) => i.prepared.works.flatMap((w) => w.iswc?.value ?? []));
  const known = new Map<string, WorkId>();
  if (iswcs.length > 0)
    for (const row of await tx.all(findWorks, { iswcs })) known.set(row.iswc, row.id);
  const works: object[] = [];
  const links: object[] = [];
  for (const { prepared: p, id: recordingId } of added) {
    for (const { title, iswc } of p.works) {
      let workId = iswc === null ? undefined : known.get(iswc.value);
      if (workId === undefined) {
        workId = newId<'work'>();
        if (iswc !== null) known.set(iswc.value, workId);
        works.push({
          id: workId,
          title,
          iswc: iswc?.value ?? null,
          iswc_valid: iswc?.valid ?? null,
          provenance: p.draft.provenance,
        });
      }
      links.push({ recording_id: recordingId, work_id: workId });
    }
  }
  await insertInto(tx, insertWorks, works);
  await insertInto(tx, insertRecordingWorks, links);
  const parties = await ensureParties(
    tx,
    added.flatMap(({ prepared: p }) =>
      p.credits.map((c) => ({ name: c.name, provenance: p.draft.provenance })),
    ),
  );
  const credits = added.flatMap(({ prepared: p, id }) =>
    p.credits.map((c, position) => ({
      id: newId<'credit'>(),
      recording_id: id,
      party_id: parties.get(nameKey(c.name))!,
      role: c.role,
      position,
    })),
  );
  await insertInto(tx, insertCredits, credits);
}

async function replaceArtists(tx: Db, items: readonly Item[], names: Names): Promise<void> {
  if (items.length === 0) return;
  await tx.run(deleteRecordingArtists, { ids: items.map((i) => i.id) });
  await insertInto(
    tx,
    insertRecordingArtists,
    items.flatMap((i) => artistRows(i, names)),
  );
}

/** What a person has set stays; what we assumed follows the artist. */
async function addDefaultSplits(
  tx: Db,
  items: readonly Item[],
  standing: Standing,
  { artists }: Names,
): Promise<void> {
  const rows = items.flatMap(({ prepared: p, id }) => {
    const main = p.artists.find((a) => a.role === 'main');
    const partyId = main === undefined ? undefined : artists.get(main.match)?.partyId;
    if (partyId === undefined || p.draft.assumeSplit === false) return [];
    const before = standing.get(id);
    if (
      before !== undefined &&
      (!before.splitIsOurs || (before.hasSplit && before.mainPartyId === partyId))
    )
      return [];
    return [
      {
        id: newId<'split'>(),
        recording_id: id,
        party_id: partyId,
        valid_from: splitFromTheBeginning,
        provenance: p.draft.provenance,
      },
    ];
  });
  await insertInto(tx, insertDefaultSplits, rows);
}

/** A recording is somebody else's performance than was thought: its artists change, and the split that was only assumed. */
export async function followArtist(
  tx: Db,
  {
    recordingId,
    artistName,
    provenance,
  }: { recordingId: RecordingId; artistName: string; provenance: Provenance },
): Promise<void> {
  await tx.run(lockAdding, {});
  const prepared = prepareDraft({ title: '', artist: artistName, provenance });
  const item: Item = { prepared, id: recordingId, outcome: 'described' };
  const names: Names = { artists: await ensureArtists(tx, artistsOf(prepared)), labels: new Map() };
  const standing = new Map(
    (await tx.all(findStanding, { ids: [recordingId] })).map((s) => [s.id, s] as const),
  );
  await replaceArtists(tx, [item], names);
  await addDefaultSplits(tx, [item], standing, names);
}
