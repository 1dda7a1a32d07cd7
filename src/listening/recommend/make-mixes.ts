import { readItems, type RecordingItem } from '#catalogue/catalog/index.ts';
import type { UserId } from '#foundation/kernel/ids.ts';
import { dayMs, toIso } from '#foundation/kernel/time.ts';
import { allowed, byModel, describe, newAtHome, popular, type Known } from './candidates.ts';
import type { MixOut, PickedOut } from './contract.ts';
import type { RecommendContext } from './fit-from-plays.ts';
import { readListener, type ListenerNow } from './listener.ts';
import { chanceOf, pickRecordings, type Candidate } from './pick-recordings.ts';
import * as queries from './queries.ts';

// Today's mixes: the same all day, others tomorrow. What somebody heard comes first, then what they said of their taste; what
// is merely popular fills a mix only where nothing else is known, and says so.

const mixLength = 25;
/** So many that are known to fit make a mix; fewer are filled with what is popular. */
const enough = 10;
const perArtistMax = 3;
const genreMixesMax = 3;
const genreMixMin = 5;
const newAtHomeShare = 0.15;
/** Where all of a catalogue is new it does not fill the mix. */
const newAtHomeMax = Math.round(newAtHomeShare * mixLength);
const familiarDefault = 30;
/** Who heard less is asked for their taste. */
const knownMin = 5;
const becauseMax = 3;
const becauseLength = 8;
const becauseMin = 3;
/** How far a mix of today may leave the order of the scores. */
const shuffle = 0.6;
const tasteRecordingsMax = 300;

type Asked = { readonly territory?: string | undefined; readonly familiar?: number | undefined };

export async function makeMixes(ctx: RecommendContext, userId: UserId, asked: Asked) {
  const [listener, model] = await Promise.all([
    readListener(ctx, userId),
    ctx.db.maybe(queries.newestModel, {}),
  ]);
  const territory = asked.territory ?? listener.taste?.territory ?? null;
  const familiar = (asked.familiar ?? listener.taste?.familiar ?? familiarDefault) / 100;
  const heard = allowed(await heardBefore(ctx, listener), listener);
  const heardIds = new Set(listener.heard.map(({ recordingId }) => recordingId as string));
  const byListening = allowed(
    await byModel(ctx, model?.id ?? null, likedOf(listener)),
    listener,
    heardIds,
  );
  const byTaste = allowed(await ofTaste(ctx, listener), listener, heardIds);
  const genres = topGenres(heard, listener);
  const fresh = allowed(
    await newAtHome(ctx, model?.id ?? null, territory, genres),
    listener,
    heardIds,
  );
  const most = allowed(await popular(ctx, territory, null), listener, heardIds);
  const day = Math.floor(ctx.now() / dayMs);

  function mix(kind: MixOut['kind'], genre: string | null, known: number) {
    const of = <C extends Known>(list: readonly C[]): readonly C[] =>
      shuffled(
        genre === null ? list : list.filter((one) => one.genres.includes(genre)),
        `${userId} ${day} ${kind} ${genre}`,
      );
    const others = of(byListening).length + of(byTaste).length + of(heard).length;
    const items = pickRecordings({
      lists: [
        { share: known, candidates: kind === 'new' ? [] : of(heard) },
        {
          share: (1 - known) * (1 - newAtHomeShare),
          candidates: [...of(byListening), ...of(byTaste)],
        },
        { share: (1 - known) * newAtHomeShare, candidates: of(fresh).slice(0, newAtHomeMax) },
        { share: 0, candidates: others >= enough ? [] : of(most) },
      ],
      count: mixLength,
      perArtistMax,
    });
    return { id: `${day}-${kind}${genre === null ? '' : `-${genre}`}`, kind, genre, items };
  }
  const mixes = [
    mix('daily', null, familiar),
    ...genres.slice(0, genreMixesMax).map((genre) => mix('genre', genre, familiar)),
    mix('new', null, 0),
  ].filter(
    ({ kind, items }) =>
      items.length >= (kind === 'daily' ? 1 : genreMixMin) &&
      // Two lists of what is popular are one.
      (kind !== 'new' || basisOf(items) !== 'popularity'),
  );
  const because = becauseOf(byListening, heard);
  const shown = await showPicked(ctx, [
    ...mixes.flatMap(({ items }) => items),
    ...because.flatMap(({ items }) => items),
  ]);
  const show = (items: readonly Candidate[]): PickedOut[] =>
    items.flatMap((one) => shown.picked(one) ?? []);
  return {
    mixes: mixes.map((one) => ({ ...one, basis: basisOf(one.items), items: show(one.items) })),
    because: because.flatMap(({ of, items }) => {
      const recording = shown.recording(of);
      return recording === undefined ? [] : [{ of: recording, items: show(items) }];
    }),
    familiar: Math.round(100 * familiar),
    knowsTaste: listener.taste !== null || listener.heard.length >= knownMin,
    model: modelOut(model),
  };
}

/** What was liked speaks by how much; ten times is not ten times as much as once. */
export function likedOf({ heard }: ListenerNow): ReadonlyMap<string, number> {
  return new Map(
    heard.map(({ recordingId, affinity }) => [recordingId, affinity / (affinity + 0.5)]),
  );
}

async function heardBefore(
  ctx: RecommendContext,
  listener: ListenerNow,
): Promise<readonly Known[]> {
  return describe(
    ctx,
    listener.heard.map(({ recordingId, affinity }) => ({
      id: recordingId,
      score: affinity,
      why: { kind: 'familiar', of: null },
    })),
  );
}

/** Recordings of artists somebody named, and what is played most of the genres they named. */
async function ofTaste(ctx: RecommendContext, { taste }: ListenerNow): Promise<readonly Known[]> {
  if (taste === null) return [];
  const rows =
    taste.artists.length === 0
      ? []
      : await ctx.db.all(queries.recordingsOfArtists, {
          ids: taste.artists,
          limit: tasteRecordingsMax,
        });
  const own = await describe(
    ctx,
    rows.map(({ recordingId }) => ({
      id: recordingId,
      score: 1,
      why: { kind: 'taste', of: null },
    })),
  );
  const genres =
    taste.genres.length === 0 ? [] : await popular(ctx, taste.territory, taste.genres, 'taste');
  const seen = new Set(own.map(({ id }) => id));
  return [...own, ...genres.filter(({ id }) => !seen.has(id))];
}

function topGenres(heard: readonly Known[], { taste }: ListenerNow): readonly string[] {
  const weights = new Map<string, number>((taste?.genres ?? []).map((genre) => [genre, 1]));
  for (const { genres, score } of heard)
    for (const genre of genres) weights.set(genre, (weights.get(genre) ?? 0) + score);
  return [...weights]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([genre]) => genre);
}

function shuffled<C extends Candidate>(list: readonly C[], words: string): readonly C[] {
  return list
    .map((one) => ({ one, at: one.score * (1 - shuffle * chanceOf(`${words} ${one.id}`)) }))
    .toSorted((a, b) => b.at - a.at || (a.one.id < b.one.id ? -1 : 1))
    .map(({ one }) => one);
}

/** Lists for what was liked most, of what it speaks for more than anything else does. */
function becauseOf(found: readonly Known[], heard: readonly Known[]) {
  const groups = Map.groupBy(found, ({ why }) => why.of);
  return heard
    .map(({ id }) => ({ of: id, items: (groups.get(id) ?? []).slice(0, becauseLength) }))
    .filter(({ items }) => items.length >= becauseMin)
    .slice(0, becauseMax);
}

/** What most of a list rests on. */
export function basisOf(items: readonly Candidate[]): MixOut['basis'] {
  const basis = {
    because: 'listening',
    familiar: 'listening',
    new_at_home: 'content',
    alike: 'content',
    taste: 'taste',
    popular: 'popularity',
  } as const;
  const counts = new Map<MixOut['basis'], number>();
  for (const { why } of items) counts.set(basis[why.kind], (counts.get(basis[why.kind]) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 'popularity';
}

/** Candidates as they are shown, with the names of what speaks for them; what the catalogue no longer shows is left out. */
export async function showPicked(ctx: RecommendContext, candidates: readonly Candidate[]) {
  const ids = new Set(candidates.flatMap(({ id, why }) => (why.of === null ? [id] : [id, why.of])));
  const { recordings } = await readItems(ctx.db, { recordings: [...ids] });
  const byId = new Map(recordings.map((one) => [one.id as string, one]));
  return {
    recording: (id: string): RecordingItem | undefined => byId.get(id),
    picked({ id, why }: Candidate): PickedOut | null {
      const recording = byId.get(id);
      if (recording === undefined) return null;
      const of = why.of === null ? undefined : byId.get(why.of);
      return {
        recording,
        why: {
          kind: why.kind,
          of:
            of === undefined
              ? null
              : { recordingId: of.id, title: of.title, artistName: of.artistName },
        },
      };
    },
  };
}

type ModelRow = NonNullable<Awaited<ReturnType<typeof readModel>>>;
export const readModel = (ctx: RecommendContext) => ctx.db.maybe(queries.newestModel, {});

export function modelOut(model: ModelRow | null) {
  if (model === null) return null;
  const { id: _id, madeAt, evaluation, ...rest } = model;
  return {
    ...rest,
    madeAt: toIso(madeAt),
    evaluation: evaluation === null ? null : { ...evaluation },
  };
}
