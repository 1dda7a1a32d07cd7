import { createHash } from 'node:crypto';
import { foldLetters } from '#foundation/kernel/fold-letters.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Provenance } from '#foundation/kernel/counting.ts';
import { parseGtin, parseIsrc, parseIswc, type Identifier } from '../identifiers.ts';
import { matchTextMax, normaliseArtist, normaliseName, normaliseTitle } from '../match-text.ts';
import type { artistRoles } from '../shapes.ts';

/** What somebody says a recording is: the tags of a file, a delivery, a composed piece. */
export type RecordingDraft = {
  readonly title: string;
  /** As displayed; null when nobody says, and then nobody is paid until somebody does. */
  readonly artist: string | null;
  /** The performers one by one; without them the displayed artist is one performer, guests after "feat." others. */
  readonly artists?: readonly DraftArtist[];
  readonly isrc?: string | null;
  readonly durationMs?: number | null;
  readonly genres?: readonly string[];
  readonly language?: string | null;
  readonly year?: number | null;
  readonly tempoBpm?: number | null;
  readonly musicKey?: string | null;
  readonly coverKey?: string | null;
  readonly mbid?: string | null;
  readonly release?: DraftRelease | null;
  readonly credits?: readonly { readonly name: string; readonly role: string }[];
  readonly works?: readonly { readonly title: string; readonly iswc?: string | null }[];
  readonly provenance: Provenance;
  /** False when the artist is only a guess: nobody is paid on a guess. */
  readonly assumeSplit?: boolean;
  /** Where it was found (a folder): tells untagged files of one name apart. */
  readonly place?: string | null;
  /** The recording this describes anew; what a person has edited since stays. */
  readonly again?: RecordingId | null;
};

export type DraftArtist = {
  readonly name: string;
  readonly role: ArtistRole;
  readonly territory?: string | null;
};

export type DraftRelease = {
  readonly title: string;
  /** The album artist; null when the tracks may be of several. */
  readonly artist: string | null;
  readonly kind?: ReleaseKind | null;
  readonly label?: string | null;
  readonly gtin?: string | null;
  readonly releasedOn?: string | null;
  readonly territories?: readonly string[] | null;
  readonly coverKey?: string | null;
  readonly mbid?: string | null;
  readonly disc?: number | null;
  readonly track?: number | null;
};

export type ArtistRole = (typeof artistRoles)[number];
export type ReleaseKind = 'album' | 'ep' | 'single' | 'compilation';

/** A name with the form under which it is one name. */
export type Named = { readonly name: string; readonly match: string };

export type Prepared = {
  readonly draft: RecordingDraft;
  readonly title: string;
  readonly artistName: string;
  readonly matchTitle: string;
  readonly matchArtist: string;
  readonly artists: readonly (Named & {
    readonly role: ArtistRole;
    readonly territory: string | null;
  })[];
  readonly isrc: Identifier | null;
  readonly genres: readonly string[];
  readonly release: PreparedRelease | null;
  readonly credits: readonly { readonly name: string; readonly role: string }[];
  readonly works: readonly { readonly title: string; readonly iswc: Identifier | null }[];
  /** Null when nothing but chance could make two such drafts the same recording. */
  readonly key: string | null;
  /** The key names one place on one release, so that no duration needs to agree. */
  readonly keyIsExact: boolean;
};

export type PreparedRelease = {
  readonly title: string;
  readonly matchTitle: string;
  readonly matchKey: string;
  /** Null: several, or nobody in particular. */
  readonly artist: Named | null;
  readonly kind: ReleaseKind | null;
  readonly label: Named | null;
  readonly gtin: Identifier | null;
  readonly disc: number;
  readonly track: number | null;
};

const listMax = 50;
const positionMax = 9_999;
export const unknownArtist = 'Unknown artist';
export const variousArtists = 'Various artists';
const variousPattern = /^(various( artists)?|va|v a|artistes divers|divers|diverse)$/;

export function prepareDraft(draft: RecordingDraft): Prepared {
  const title = cleanText(draft.title) || 'Untitled';
  const artistName = cleanText(draft.artist ?? '');
  const matchTitle = normaliseTitle(title) ?? '';
  const matchArtist = normaliseArtist(artistName) ?? '';
  const release =
    draft.release == null ? null : prepareRelease(draft.release, artistName, draft.place ?? null);
  const artists = prepareArtists(draft, artistName);
  const place = artistName === '' && release === null ? draft.place : '';
  const exact = release !== null && release.track !== null;
  return {
    draft,
    title,
    artistName: artistName || unknownArtist,
    matchTitle,
    matchArtist,
    artists,
    isrc: identifier(draft.isrc, parseIsrc),
    genres: distinct((draft.genres ?? []).map((g) => cleanText(g, 100))),
    release,
    credits: (draft.credits ?? [])
      .slice(0, listMax)
      .map((c) => ({ name: cleanText(c.name), role: cleanText(c.role, 100) }))
      .filter((c) => c.name !== '' && c.role !== ''),
    works: (draft.works ?? []).slice(0, listMax).map((w) => ({
      title: cleanText(w.title) || title,
      iswc: identifier(w.iswc, parseIswc),
    })),
    key:
      place == null
        ? null
        : hashKey([
            nameKey(artistName),
            nameKey(title),
            release?.matchTitle ?? '',
            release?.artist?.match ?? '',
            place,
            exact ? `${release.disc}/${release.track}` : '',
          ]),
    keyIsExact: exact,
  };
}

function prepareRelease(
  release: DraftRelease,
  trackArtist: string,
  place: string | null,
): PreparedRelease | null {
  const title = cleanText(release.title);
  if (title === '') return null;
  const artistName = cleanText(release.artist ?? '');
  const artist = artistName === '' || isVarious(artistName) ? null : named(artistName);
  const matchTitle = nameKey(title);
  // Without an album artist the folder holds a release together, and without a folder its tracks' artist.
  const holder =
    artist !== null
      ? `artist ${artist.match}`
      : artistName !== ''
        ? 'various'
        : place !== null
          ? `place ${hashKey([place])}`
          : `artist ${nameKey(trackArtist)}`;
  const label = cleanText(release.label ?? '');
  return {
    title,
    matchTitle,
    matchKey: `${holder}\n${matchTitle}`,
    artist,
    kind: release.kind ?? (artistName !== '' && artist === null ? 'compilation' : null),
    label: label === '' ? null : named(label),
    gtin: identifier(release.gtin, parseGtin),
    disc: position(release.disc) ?? 1,
    track: position(release.track),
  };
}

function isVarious(name: string): boolean {
  return variousPattern.test(normaliseArtist(name) ?? '');
}

const guests = /\s*[([]?\s*\b(?:feat\.?|ft\.?|featuring)\s+([^)\]]+)[)\]]?\s*$/i;

function prepareArtists(draft: RecordingDraft, artistName: string): Prepared['artists'] {
  const given: readonly DraftArtist[] = draft.artists ?? splitGuests(artistName);
  const seen = new Set<string>();
  const prepared: { name: string; match: string; role: ArtistRole; territory: string | null }[] =
    [];
  for (const { name, role, territory = null } of given.slice(0, listMax)) {
    const artist = named(cleanText(name));
    if (artist.name === '' || seen.has(artist.match)) continue;
    seen.add(artist.match);
    prepared.push({ ...artist, role, territory });
  }
  return prepared;
}

/** "A feat. B" is A with B as a guest; "A & B" stays one name, for it may be one (Simon & Garfunkel). */
function splitGuests(artistName: string): readonly DraftArtist[] {
  if (artistName === '') return [];
  const match = guests.exec(artistName);
  if (match === null || match.index === 0) return [{ name: artistName, role: 'main' }];
  return [
    { name: artistName.slice(0, match.index), role: 'main' },
    { name: match[1]!, role: 'featured' },
  ];
}

/** Text to keep: no control characters (PostgreSQL refuses NUL), well formed, composed, bounded. */
export function cleanText(text: string, max: number = matchTextMax): string {
  const clean = text
    .slice(0, 4 * max)
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\u2028\u2029\ufeff]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return clean.length <= max ? clean : [...clean].slice(0, max).join('').trim();
}

export function named(name: string): Named {
  return { name, match: nameKey(name) };
}

/** A name as it is compared and kept; one of signs alone ("!!!") as it stands. */
export function nameKey(name: string): string {
  return normaliseName(name) ?? foldLetters(name);
}

function identifier(
  text: string | null | undefined,
  parse: (text: string) => Identifier,
): Identifier | null {
  if (text == null) return null;
  const parsed = parse(text);
  return parsed.value === '' ? null : parsed;
}

function position(n: number | null | undefined): number | null {
  return n != null && Number.isInteger(n) && n > 0 && n <= positionMax ? n : null;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text) => text !== ''))].slice(0, listMax);
}

function hashKey(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40);
}
