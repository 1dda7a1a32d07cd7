import {
  newId,
  type ArtistId,
  type LabelId,
  type PartyId,
  type ReleaseId,
} from '#foundation/kernel/ids.ts';
import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { variousArtists, cleanText, nameKey, type Named, type Prepared } from './draft.ts';
import {
  findArtists,
  findLabels,
  findParties,
  findReleases,
  insertArtists,
  insertLabels,
  insertParties,
  insertReleases,
  settleReleases,
} from './queries.ts';

// Artists, labels and releases that drafts speak of: found, or added once.

export type ArtistRef = { readonly id: ArtistId; readonly partyId: PartyId };
export type Names = {
  readonly artists: ReadonlyMap<string, ArtistRef>;
  readonly labels: ReadonlyMap<string, LabelId>;
};

type NewName = Named & { readonly territory: string | null; readonly provenance: Provenance };

export async function ensureArtists(
  tx: Db,
  names: readonly NewName[],
): Promise<ReadonlyMap<string, ArtistRef>> {
  const wanted = new Map(names.map((n) => [n.match, n] as const));
  if (wanted.size === 0) return new Map();
  const known = new Map<string, ArtistRef>();
  for (const row of await tx.all(findArtists, { names: [...wanted.keys()] })) {
    known.set(row.matchName, { id: row.id, partyId: row.partyId });
  }
  const added = [...wanted.values()]
    .filter((n) => !known.has(n.match))
    .map((n) => ({ ...n, id: newId<'artist'>(), partyId: newId<'party'>() }));
  if (added.length > 0) {
    await tx.run(
      insertParties,
      rowsOf(
        added.map((a) => ({
          id: a.partyId,
          name: a.name,
          match_name: nameKey(a.name),
          kind: 'person',
          provenance: a.provenance,
        })),
      ),
    );
    await tx.run(
      insertArtists,
      rowsOf(
        added.map((a) => ({
          id: a.id,
          name: a.name,
          sort_name: sortName(a.name),
          sort_key: foldLetters(sortName(a.name)),
          match_name: a.match,
          party_id: a.partyId,
          territory: a.territory,
          provenance: a.provenance,
        })),
      ),
    );
  }
  for (const a of added) known.set(a.match, { id: a.id, partyId: a.partyId });
  return known;
}

/** Parties by the key of their name, for people who are credited and need not be artists. */
export async function ensureParties(
  tx: Db,
  credited: readonly { readonly name: string; readonly provenance: Provenance }[],
): Promise<ReadonlyMap<string, PartyId>> {
  const wanted = new Map(credited.map((c) => [nameKey(c.name), c] as const));
  if (wanted.size === 0) return new Map();
  const known = new Map(
    (await tx.all(findParties, { names: [...wanted.keys()] })).map(
      (row) => [row.matchName, row.id] as const,
    ),
  );
  const added = [...wanted]
    .filter(([key]) => !known.has(key))
    .map(([key, c]) => ({ ...c, key, id: newId<'party'>() }));
  if (added.length > 0) {
    await tx.run(
      insertParties,
      rowsOf(
        added.map(({ id, key, name, provenance }) => ({
          id,
          name,
          match_name: key,
          kind: 'person',
          provenance,
        })),
      ),
    );
  }
  for (const { key, id } of added) known.set(key, id);
  return known;
}

/** "The Mavins" sorts under M. */
function sortName(name: string): string {
  const article = /^(the|les?|la|los|las)\s+(?=\S)/i.exec(name);
  return article === null ? name : `${name.slice(article[0].length)}, ${article[1]}`;
}

export async function ensureLabels(
  tx: Db,
  prepared: readonly Prepared[],
): Promise<ReadonlyMap<string, LabelId>> {
  const wanted = new Map<string, { name: string; provenance: Provenance }>();
  for (const { release, draft } of prepared) {
    if (release?.label)
      wanted.set(release.label.match, { name: release.label.name, provenance: draft.provenance });
  }
  if (wanted.size === 0) return new Map();
  const known = new Map<string, LabelId>();
  for (const row of await tx.all(findLabels, { names: [...wanted.keys()] }))
    known.set(row.matchName, row.id);
  const added = [...wanted]
    .filter(([match]) => !known.has(match))
    .map(([match, label]) => ({
      ...label,
      match,
      id: newId<'label'>(),
      partyId: newId<'party'>(),
    }));
  if (added.length > 0) {
    await tx.run(
      insertParties,
      rowsOf(
        added.map((l) => ({
          id: l.partyId,
          name: l.name,
          match_name: nameKey(l.name),
          kind: 'organisation',
          provenance: l.provenance,
        })),
      ),
    );
    await tx.run(
      insertLabels,
      rowsOf(
        added.map((l) => ({
          id: l.id,
          name: l.name,
          match_name: l.match,
          party_id: l.partyId,
          provenance: l.provenance,
        })),
      ),
    );
  }
  for (const l of added) known.set(l.match, l.id);
  return known;
}

export async function ensureReleases(
  tx: Db,
  prepared: readonly Prepared[],
  names: Names,
): Promise<ReadonlyMap<string, ReleaseId>> {
  const wanted = new Map<string, Prepared>();
  for (const p of prepared)
    if (p.release !== null && !wanted.has(p.release.matchKey)) wanted.set(p.release.matchKey, p);
  if (wanted.size === 0) return new Map();
  const known = new Map<string, ReleaseId>();
  for (const row of await tx.all(findReleases, { keys: [...wanted.keys()] }))
    known.set(row.matchKey, row.id);
  const added = [...wanted.values()].filter((p) => !known.has(p.release!.matchKey));
  const rows = added.map((p) => {
    const id = newId<'release'>();
    known.set(p.release!.matchKey, id);
    return releaseRow(id, p, names);
  });
  if (rows.length > 0) await tx.run(insertReleases, rowsOf(rows));
  return known;
}

function releaseRow(id: ReleaseId, p: Prepared, { artists, labels }: Names) {
  const release = p.release!;
  const given = p.draft.release!;
  const main = p.artists.find((a) => a.role === 'main') ?? null;
  const artist = release.artist ?? (release.kind === 'compilation' ? null : main);
  return {
    id,
    title: release.title,
    kind: release.kind ?? 'album',
    artist_id: artist === null ? null : (artists.get(artist.match)?.id ?? null),
    artist_name: artist?.name ?? (release.kind === 'compilation' ? variousArtists : p.artistName),
    label_id: release.label === null ? null : (labels.get(release.label.match) ?? null),
    match_title: release.matchTitle,
    match_key: release.matchKey,
    gtin: release.gtin?.value ?? null,
    gtin_valid: release.gtin?.valid ?? null,
    released_on: releaseDay(given.releasedOn),
    territories: given.territories ?? null,
    cover_key: given.coverKey ?? p.draft.coverKey ?? null,
    mbid: uuidOrNull(given.mbid),
    provenance: p.draft.provenance,
  };
}

/** After tracks were added to releases of which nobody said what kind they are. */
export async function settleKinds(tx: Db, releaseIds: readonly ReleaseId[]): Promise<void> {
  if (releaseIds.length > 0)
    await tx.run(settleReleases, { ids: releaseIds, various: variousArtists });
}

function releaseDay(text: string | null | undefined): string | null {
  const day = /^\d{4}(-\d{2}(-\d{2})?)?/.exec(cleanText(text ?? '', 40));
  return day === null ? null : day[0];
}

export function uuidOrNull(text: string | null | undefined): string | null {
  return text != null && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? text.toLowerCase()
    : null;
}

export function rowsOf(rows: readonly object[]): { rows: string } {
  return { rows: JSON.stringify(rows) };
}
