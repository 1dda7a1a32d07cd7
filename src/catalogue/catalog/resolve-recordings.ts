import type { RecordingId } from '#foundation/kernel/ids.ts';
import { plainArray, type Db } from '#foundation/platform/postgres.ts';
import { parseIsrc } from './identifiers.ts';
import { normaliseArtist, normaliseTitle } from './match-text.ts';
import { findByIsrc, findByText, findExisting, findMergedAway } from './queries.ts';

export type RecordingRef = {
  readonly isrc?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly artist?: string | null | undefined;
  readonly durationMs?: number | null | undefined;
};

const durationToleranceMs = 7_000;
const durationToleranceShare = 0.05;

/** Two lengths that may be of one recording: other encoders pad, other players round. */
export function sameDuration(aMs: number, bMs: number): boolean {
  return (
    Math.abs(aMs - bMs) <=
    Math.max(durationToleranceMs, durationToleranceShare * Math.max(aMs, bMs))
  );
}

/**
 * The recording each reference means, or null where it means none or several: by ISRC first, then by title and
 * artist, where a duration, if given, must fit. Two queries whatever the number of references. A merged recording
 * answers as the one it was merged into.
 */
export async function resolveRecordings(
  db: Db,
  refs: readonly RecordingRef[],
): Promise<readonly (RecordingId | null)[]> {
  const keys = refs.map(toKeys);
  const isrcs = new Set(keys.flatMap((k) => k.isrc ?? []));
  const byIsrc =
    isrcs.size === 0
      ? new Map<string, readonly Candidate[]>()
      : Map.groupBy(await db.all(findByIsrc, { isrcs: [...isrcs] }), (row) => row.isrc);

  const texts = new Map<string, { title: string; artist: string }>();
  for (const k of keys) {
    if (k.text === null || onlyOne(byIsrc.get(k.isrc ?? '')) !== null) continue;
    texts.set(textKey(k.text.title, k.text.artist), k.text);
  }
  const byText =
    texts.size === 0
      ? new Map<string, readonly Candidate[]>()
      : Map.groupBy(
          await db.all(findByText, {
            titles: [...texts.values()].map((t) => t.title),
            artists: [...texts.values()].map((t) => t.artist),
          }),
          (row) => textKey(row.matchTitle, row.matchArtist),
        );

  return refs.map((ref, i) => {
    const { isrc, text } = keys[i]!;
    const known = isrc === null ? null : onlyOne(byIsrc.get(isrc));
    if (known !== null) return known;
    if (text === null) return null;
    const candidates = byText.get(textKey(text.title, text.artist)) ?? [];
    return onlyOne(candidates.filter((c) => fits(ref.durationMs, c.durationMs)));
  });
}

/** Which of the ids are recordings. */
export async function existingRecordings(
  db: Db,
  ids: readonly RecordingId[],
): Promise<ReadonlySet<RecordingId>> {
  if (ids.length === 0) return new Set();
  const rows = await db.all(findExisting, { ids: [...new Set(ids)] });
  return new Set(rows.map((row) => row.id));
}

/** Which of the recordings were merged away, each with the one that stays. */
export async function mergedAway(
  db: Db,
  ids: readonly RecordingId[],
): Promise<ReadonlyMap<RecordingId, RecordingId>> {
  if (ids.length === 0) return new Map();
  const rows = await db.all(findMergedAway, { ids: plainArray([...new Set(ids)]) });
  return new Map(rows.map((row) => [row.id, row.intoId]));
}

type Candidate = { readonly id: RecordingId; readonly durationMs: number | null };
type Keys = {
  readonly isrc: string | null;
  readonly text: { title: string; artist: string } | null;
};

function toKeys(ref: RecordingRef): Keys {
  const isrc = ref.isrc == null ? null : parseIsrc(ref.isrc).value;
  const title = ref.title == null ? null : normaliseTitle(ref.title);
  const artist = ref.artist == null ? null : normaliseArtist(ref.artist);
  return {
    isrc: isrc === '' ? null : isrc,
    text: title === null || artist === null ? null : { title, artist },
  };
}

/** Normalised text has no line breaks, so two texts cannot share a key. */
function textKey(title: string, artist: string): string {
  return `${title}\n${artist}`;
}

function onlyOne(candidates: readonly Candidate[] | undefined): RecordingId | null {
  const first = candidates?.[0];
  if (first === undefined) return null;
  return candidates!.every((c) => c.id === first.id) ? first.id : null;
}

function fits(givenMs: number | null | undefined, knownMs: number | null): boolean {
  return givenMs == null || knownMs === null || sameDuration(givenMs, knownMs);
}
