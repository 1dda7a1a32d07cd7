import type { RecordingId, UserId } from '#foundation/kernel/ids.ts';
import { refuse, type Refusal } from '#foundation/kernel/outcome.ts';
import { followArtist } from '../adding/add-recordings.ts';
import { cleanText } from '../adding/draft.ts';
import type { CatalogContext } from '../context.ts';
import { tellLearned } from '../events.ts';
import { parseIsrc } from '../identifiers.ts';
import { normaliseArtist, normaliseTitle } from '../match-text.ts';
import { noteChange } from './note-change.ts';
import { lockForEdit, updateRecording } from './queries.ts';

export type RecordingEdit = {
  readonly title?: string;
  readonly artistName?: string;
  readonly isrc?: string | null;
  readonly durationMs?: number | null;
  readonly genres?: readonly string[];
  readonly language?: string | null;
  readonly year?: number | null;
};

/** A person's correction: it is kept over every later import, and what stood there stays in the audit trail. */
export async function editRecording(
  ctx: CatalogContext,
  id: RecordingId,
  edit: RecordingEdit,
  actor: UserId,
): Promise<Refusal | null> {
  const clean = cleanEdit(edit);
  if (clean.title === '' || clean.artistName === '') {
    return refuse(
      'VALIDATION_FAILED',
      'A title and an artist need at least one readable character.',
      clean.title === '' ? 'title' : 'artistName',
    );
  }
  return ctx.db.tx(async (tx) => {
    const [row] = await tx.all(lockForEdit, { ids: [id] });
    if (row === undefined || row.mergedInto !== null)
      return refuse('NOT_FOUND', 'There is no such recording, or it was merged into another.');
    const after = { ...row, ...clean };
    const changed = (Object.keys(clean) as (keyof RecordingEdit)[]).filter(
      (field) => JSON.stringify(row[field]) !== JSON.stringify(after[field]),
    );
    if (changed.length === 0) return null;

    if (changed.includes('artistName')) {
      await followArtist(tx, {
        recordingId: id,
        artistName: after.artistName,
        provenance: row.provenance,
      });
    }
    await tx.run(updateRecording, {
      id,
      title: after.title,
      artistName: after.artistName,
      matchTitle: normaliseTitle(after.title) ?? '',
      matchArtist: normaliseArtist(after.artistName) ?? '',
      isrc: after.isrc,
      isrcValid: after.isrc === null ? null : parseIsrc(after.isrc).valid,
      durationMs: after.durationMs,
      genres: after.genres,
      language: after.language,
      year: after.year,
      edited: changed,
    });
    const pick = (from: RecordingEdit) =>
      Object.fromEntries(changed.map((field) => [field, from[field]]));
    await noteChange(tx, {
      actor,
      entity: 'recording',
      entityId: id,
      change: { what: 'edit', before: pick(row), after: pick(after) },
    });
    if (changed.some((field) => field === 'title' || field === 'artistName' || field === 'isrc'))
      await tellLearned(tx, [id]);
    return null;
  });
}

function cleanEdit(edit: RecordingEdit): RecordingEdit {
  const { title, artistName, isrc, genres } = edit;
  return {
    ...edit,
    ...(title !== undefined && { title: cleanText(title) }),
    ...(artistName !== undefined && { artistName: cleanText(artistName) }),
    ...(isrc !== undefined && { isrc: isrc === null ? null : parseIsrc(isrc).value || null }),
    ...(genres !== undefined && {
      genres: [...new Set(genres.map((g) => cleanText(g, 100)).filter((g) => g !== ''))],
    }),
  };
}
