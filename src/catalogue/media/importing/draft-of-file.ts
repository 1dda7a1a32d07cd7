import type { RecordingDraft } from '#catalogue/catalog/index.ts';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { guessFromPath } from '../reading-tags/guess-from-path.ts';
import type { FileFormat, FileTags } from '../reading-tags/tags.ts';
import type { FoundFile } from './walk-folder.ts';

export type ReadFile = {
  readonly found: FoundFile;
  readonly tags: FileTags;
  readonly format: FileFormat;
  readonly coverKey: string | null;
};

const guestsInName = /\b(feat\.?|ft\.?|featuring)\s/i;
const discFolder = /^(?:cd|dis[ck]|disque)[\s_-]*(\d{1,2})$/i;

/** What a file says it is, completed by what its name and folders say where it is silent. */
export function draftOfFile(
  { found, tags, format, coverKey }: ReadFile,
  root: string,
  again: RecordingId | null,
): RecordingDraft {
  const guess = guessFromPath(found.path, root, found.folderIsNumbered);
  const folders = found.path.split('/').slice(0, -1);
  const disc = discFolder.exec(folders.at(-1) ?? '');
  // The discs of one album are one release.
  const place = (disc === null ? folders : folders.slice(0, -1)).join('/');
  const artist = tags.artist ?? (tags.artists.join(' & ') || tags.albumArtist);
  const isUntagged = tags.title === null && artist === null && tags.album === null;
  const album = tags.album ?? (isUntagged ? guess.album : null);
  return {
    title: tags.title ?? guess.title,
    artist: artist ?? guess.artist,
    assumeSplit: artist !== null,
    // Several names in one tag: the display says which are guests, else each is a performer of their own.
    ...(tags.artists.length > 1 &&
      !guestsInName.test(artist ?? '') && {
        artists: tags.artists.map((name) => ({ name, role: 'main' as const })),
      }),
    isrc: tags.isrc,
    durationMs: format.durationMs,
    genres: tags.genres,
    year: tags.year,
    language: tags.language,
    tempoBpm: tags.tempoBpm,
    musicKey: tags.musicKey,
    coverKey,
    mbid: tags.recordingMbid,
    release:
      album === null
        ? null
        : {
            title: album,
            artist: tags.albumArtist ?? (tags.isCompilation ? 'Various artists' : null),
            label: tags.label,
            gtin: tags.gtin,
            releasedOn: tags.releasedOn ?? (tags.year === null ? null : String(tags.year)),
            coverKey,
            mbid: tags.releaseMbid,
            disc: tags.disc ?? (disc === null ? null : Number(disc[1])),
            track: tags.track ?? guess.track,
          },
    credits: tags.credits,
    provenance: 'import',
    place,
    again,
  };
}
