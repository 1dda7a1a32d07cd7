import type { ArtistId } from '#foundation/kernel/ids.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

// What somebody said of their taste.

const id = '00000000-0000-7000-8000-000000000000';

export const findTaste = query({
  name: 'recommend.findTaste',
  columns: {
    genres: column.textArray,
    artists: column.uuidArray<ArtistId>(),
    territory: column.nullable(column.text),
    familiar: column.int4,
  },
  sample: { userId: id },
  text: (p: { userId: string }) => sql`
    select genres, artists, territory, familiar from recommend.taste where user_id = ${p.userId}`,
});

type TasteRow = {
  readonly userId: string;
  readonly genres: readonly string[];
  readonly artists: readonly string[];
  readonly territory: string | null;
  readonly familiar: number;
};
export const putTaste = command({
  name: 'recommend.putTaste',
  sample: { userId: id, genres: ['x'], artists: [id], territory: 'RW', familiar: 30 } as TasteRow,
  text: (p: TasteRow) => sql`
    insert into recommend.taste (user_id, genres, artists, territory, familiar)
    values (${p.userId}, ${p.genres}::text[], ${p.artists}::uuid[], ${p.territory}, ${p.familiar})
    on conflict (user_id) do update set genres = excluded.genres, artists = excluded.artists,
      territory = excluded.territory, familiar = excluded.familiar, changed_at = now()`,
});

export type DislikeKind = 'recording' | 'artist';
type Dislike = { readonly userId: string; readonly kind: DislikeKind; readonly targetId: string };
const dislike: Dislike = { userId: id, kind: 'recording', targetId: id };

export const putDislike = command({
  name: 'recommend.putDislike',
  sample: { ...dislike, max: 1 },
  text: (p: Dislike & { max: number }) => sql`
    insert into recommend.dislike (user_id, kind, target_id)
    select ${p.userId}, ${p.kind}, ${p.targetId}
    where (select count(*) from recommend.dislike where user_id = ${p.userId}) < ${p.max}::int
    on conflict do nothing`,
});

export const deleteDislike = command({
  name: 'recommend.deleteDislike',
  sample: dislike,
  text: (p: Dislike) => sql`
    delete from recommend.dislike where user_id = ${p.userId} and kind = ${p.kind} and target_id = ${p.targetId}`,
});

export const dislikesOf = query({
  name: 'recommend.dislikesOf',
  columns: {
    kind: column.oneOf<DislikeKind>(),
    targetId: column.uuid<string>(),
    at: column.instant,
  },
  sample: { userId: id, limit: 1 },
  text: (p: { userId: string; limit: number }) => sql`
    select kind, target_id, at
    from recommend.dislike
    where user_id = ${p.userId}
    order by at desc, target_id
    limit ${p.limit}`,
});
