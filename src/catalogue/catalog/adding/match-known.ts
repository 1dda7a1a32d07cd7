import type { RecordingId } from '#foundation/kernel/ids.ts';
import type { Db } from '#foundation/platform/postgres.ts';
import { sameDuration } from '../resolve-recordings.ts';
import type { Prepared } from './draft.ts';
import { findByKey, findKnownByIsrc, findKnownByText } from './queries.ts';

// Which recording a draft is of, if we know it. Another encoding of one recording must never become a second one,
// and two recordings must not become one because somebody's tagger wrote one ISRC into a whole album.

type Known = {
  readonly id: RecordingId;
  readonly matchTitle: string;
  readonly matchArtist: string;
  readonly durationMs: number | null;
  readonly hasRelease: boolean;
};

export type KnownRecordings = {
  find(prepared: Prepared): RecordingId | null;
  /** A draft became this recording: later drafts of the same batch find it. */
  learn(prepared: Prepared, id: RecordingId): void;
  /** The keys under which the draft's recording is to be found again. */
  keysOf(prepared: Prepared): readonly string[];
};

/** Durations that may be one recording's fall into the same or the next bucket. */
const bucketMs = 20_000;

export async function loadKnown(db: Db, prepared: readonly Prepared[]): Promise<KnownRecordings> {
  const keys = [...new Set(prepared.flatMap(lookupKeys))];
  const isrcs = [...new Set(prepared.flatMap((p) => p.isrc?.value ?? []))];
  const byKey = new Map<string, Known>();
  for (const row of await db.all(findByKey, { keys })) byKey.set(row.key, row);
  const byIsrc = new Map<string, Known[]>();
  for (const row of await db.all(findKnownByIsrc, { isrcs })) append(byIsrc, row.isrc, row);
  const byText = new Map<string, Known[]>();
  const named = prepared.filter((p) => p.matchTitle !== '' && p.matchArtist !== '');
  const texts = new Map(named.map((p) => [textOf(p), p] as const));
  const rows = await db.all(findKnownByText, {
    titles: [...texts.values()].map((p) => p.matchTitle),
    artists: [...texts.values()].map((p) => p.matchArtist),
  });
  for (const row of rows) append(byText, textOf(row), row);

  return {
    find(p) {
      return (
        (findWithKey(p, byKey) ?? findWithIsrc(p, byIsrc) ?? findWithText(p, byText))?.id ?? null
      );
    },
    learn(p, id) {
      const known: Known = {
        id,
        matchTitle: p.matchTitle,
        matchArtist: p.matchArtist,
        durationMs: p.draft.durationMs ?? null,
        hasRelease: p.release !== null,
      };
      for (const key of ownKeys(p)) if (!byKey.has(key)) byKey.set(key, known);
      if (p.isrc !== null) append(byIsrc, p.isrc.value, known);
      if (p.matchTitle !== '' && p.matchArtist !== '') append(byText, textOf(p), known);
    },
    keysOf: ownKeys,
  };
}

function bucketOf(durationMs: number): number {
  return Math.round(durationMs / bucketMs);
}

function ownKeys({ key, keyIsExact, draft }: Prepared): readonly string[] {
  if (key === null) return [];
  if (keyIsExact || draft.durationMs == null) return [key];
  return [key, `${key}~${bucketOf(draft.durationMs)}`];
}

function lookupKeys(p: Prepared): readonly string[] {
  const { key, keyIsExact, draft } = p;
  if (key === null) return [];
  if (keyIsExact || draft.durationMs == null) return [key];
  const bucket = bucketOf(draft.durationMs);
  return [key, ...[bucket, bucket - 1, bucket + 1].map((b) => `${key}~${b}`)];
}

function findWithKey(p: Prepared, byKey: ReadonlyMap<string, Known>): Known | null {
  for (const key of lookupKeys(p)) {
    const known = byKey.get(key);
    if (known !== undefined && (p.keyIsExact || fits(p, known))) return known;
  }
  return null;
}

/** One ISRC is one recording, unless title and length both say otherwise. */
function findWithIsrc(p: Prepared, byIsrc: ReadonlyMap<string, readonly Known[]>): Known | null {
  if (p.isrc === null || !p.isrc.valid) return null;
  const candidates = (byIsrc.get(p.isrc.value) ?? []).filter(
    (known) =>
      known.matchTitle === p.matchTitle ||
      (known.durationMs !== null && p.draft.durationMs != null && fits(p, known)),
  );
  return onlyOne(candidates);
}

/** A file that says less (no release) is the one recording of that artist, title and length that says more, and the other way round. */
function findWithText(p: Prepared, byText: ReadonlyMap<string, readonly Known[]>): Known | null {
  const durationMs = p.draft.durationMs ?? null;
  if (p.matchTitle === '' || p.matchArtist === '' || durationMs === null) return null;
  if (p.isrc !== null) return null;
  const candidates = (byText.get(textOf(p)) ?? []).filter(
    (known) =>
      known.durationMs !== null && fits(p, known) && !(known.hasRelease && p.release !== null),
  );
  return onlyOne(candidates);
}

function fits(p: Prepared, known: Known): boolean {
  const durationMs = p.draft.durationMs ?? null;
  return (
    durationMs === null || known.durationMs === null || sameDuration(durationMs, known.durationMs)
  );
}

function onlyOne(candidates: readonly Known[]): Known | null {
  const first = candidates[0];
  return first !== undefined && candidates.every((c) => c.id === first.id) ? first : null;
}

function textOf(p: { readonly matchTitle: string; readonly matchArtist: string }): string {
  return `${p.matchTitle}\n${p.matchArtist}`;
}

function append(map: Map<string, Known[]>, key: string, known: Known): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [known]);
  else list.push(known);
}
