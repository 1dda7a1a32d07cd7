import type { Id, UserId } from '#foundation/kernel/ids.ts';
import type { Instant } from '#foundation/kernel/time.ts';
import { column, command, query, sql } from '#foundation/platform/postgres.ts';

export type TokenId = Id<'scrobbleToken'>;

const someId = '00000000-0000-7000-8000-000000000001';
const someTime = 1_790_000_000_000;
const md5 = Buffer.alloc(16);

// ── listeners and their tokens ──────────────────────────────────────────

export const insertListener = command({
  name: 'scrobbling.insertListener',
  sample: { userId: someId, name: 'n', nameKey: 'n' },
  text: (p: { userId: string; name: string; nameKey: string }) => sql`
    insert into scrobbling.listener (user_id, name, name_key)
    values (${p.userId}, ${p.name}, ${p.nameKey})
    on conflict (user_id) do nothing`,
});

export const renameListener = command({
  name: 'scrobbling.renameListener',
  sample: { userId: someId, name: 'n', nameKey: 'n' },
  text: (p: { userId: string; name: string; nameKey: string }) => sql`
    update scrobbling.listener set name = ${p.name}, name_key = ${p.nameKey} where user_id = ${p.userId}`,
});

export const findListener = query({
  name: 'scrobbling.findListener',
  columns: { name: column.text, latestImportS: column.int8, createdAt: column.instant },
  sample: { userId: someId },
  text: (p: { userId: string }) => sql`
    select name, latest_import_s, created_at from scrobbling.listener where user_id = ${p.userId}`,
});

/** The lock that makes the bound on tokens hold. */
export const lockListener = query({
  name: 'scrobbling.lockListener',
  columns: { name: column.text },
  sample: { userId: someId },
  text: (p: { userId: string }) => sql`
    select name from scrobbling.listener where user_id = ${p.userId} for update`,
});

export const noteLatestImport = command({
  name: 'scrobbling.noteLatestImport',
  sample: { userId: someId, seconds: 0 },
  text: (p: { userId: string; seconds: number }) => sql`
    update scrobbling.listener
    set latest_import_s = greatest(latest_import_s, ${p.seconds}::bigint)
    where user_id = ${p.userId}`,
});

export const insertToken = command({
  name: 'scrobbling.insertToken',
  sample: { id: someId, userId: someId, name: 'n', hint: 'h', secretMd5: md5, now: someTime },
  text: (p: {
    id: string;
    userId: string;
    name: string;
    hint: string;
    secretMd5: Buffer;
    now: number;
  }) => sql`
    insert into scrobbling.token (id, user_id, name, hint, secret_md5, created_at)
    select ${p.id}, user_id, ${p.name}, ${p.hint}, ${p.secretMd5}, to_timestamp(${p.now} / 1000.0)
    from scrobbling.listener
    where user_id = ${p.userId}`,
});

export const findTokens = query({
  name: 'scrobbling.findTokens',
  columns: {
    id: column.uuid<TokenId>(),
    name: column.text,
    hint: column.text,
    createdAt: column.instant,
    lastUsedAt: column.nullable(column.instant),
  },
  sample: { userId: someId, limit: 1 },
  text: (p: { userId: string; limit: number }) => sql`
    select id, name, hint, created_at, last_used_at
    from scrobbling.token
    where user_id = ${p.userId} and revoked_at is null
    order by id desc
    limit ${p.limit}`,
});

export const revokeToken = command({
  name: 'scrobbling.revokeToken',
  sample: { id: someId, userId: someId, now: someTime },
  text: (p: { id: string; userId: string; now: number }) => sql`
    update scrobbling.token
    set revoked_at = to_timestamp(${p.now} / 1000.0)
    where id = ${p.id} and user_id = ${p.userId} and revoked_at is null`,
});

export type TokenRow = {
  readonly id: TokenId;
  readonly name: string;
  readonly hint: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
};

const personRow = {
  tokenId: column.uuid<TokenId>(),
  userId: column.uuid<UserId>(),
  userName: column.text,
  secretMd5: column.bytea,
  lastUsedAt: column.nullable(column.instant),
};
const personColumns = sql`t.id as token_id, t.user_id, l.name as user_name, t.secret_md5, t.last_used_at`;

export const findBySecret = query({
  name: 'scrobbling.findBySecret',
  columns: personRow,
  sample: { secretMd5: md5 },
  text: (p: { secretMd5: Buffer }) => sql`
    select ${personColumns}
    from scrobbling.token t
    join scrobbling.listener l on l.user_id = t.user_id
    where t.secret_md5 = ${p.secretMd5} and t.revoked_at is null`,
});

export const findByToken = query({
  name: 'scrobbling.findByToken',
  columns: personRow,
  sample: { id: someId },
  text: (p: { id: string }) => sql`
    select ${personColumns}
    from scrobbling.token t
    join scrobbling.listener l on l.user_id = t.user_id
    where t.id = ${p.id} and t.revoked_at is null`,
});

/** Two protocols name a user and prove a secret without saying which; a listener's tokens are few. */
export const findByName = query({
  name: 'scrobbling.findByName',
  columns: personRow,
  sample: { nameKey: 'n', limit: 1 },
  text: (p: { nameKey: string; limit: number }) => sql`
    select ${personColumns}
    from scrobbling.listener l
    join scrobbling.token t on t.user_id = l.user_id
    where l.name_key = ${p.nameKey} and t.revoked_at is null
    order by t.id desc
    limit ${p.limit}`,
});

export const touchToken = command({
  name: 'scrobbling.touchToken',
  sample: { id: someId, now: someTime },
  text: (p: { id: string; now: number }) => sql`
    update scrobbling.token set last_used_at = to_timestamp(${p.now} / 1000.0) where id = ${p.id}`,
});

// ── listens ─────────────────────────────────────────────────────────────

export type ListenColumns = {
  readonly userId: string;
  readonly seconds: readonly number[];
  readonly keys: readonly string[];
  readonly metadata: readonly string[];
  readonly waits: readonly boolean[];
  readonly now: number;
};

export const keepListens = command({
  name: 'scrobbling.keepListens',
  sample: {
    userId: someId,
    seconds: [1_790_000_000],
    keys: [someId],
    metadata: ['{}'],
    waits: [false],
    now: someTime,
  } as ListenColumns,
  text: (p: ListenColumns) => sql`
    insert into scrobbling.listen (user_id, listened_at, key, track_metadata, received_at, waits)
    select ${p.userId}, to_timestamp(seconds), key, metadata, to_timestamp(${p.now} / 1000.0), waits
    from unnest(${p.seconds}::float8[], ${p.keys}::uuid[], ${p.metadata}::jsonb[], ${p.waits}::bool[]) as given (seconds, key, metadata, waits)
    order by seconds, key
    on conflict do nothing`,
});

const listenRow = {
  listenedAt: column.instant,
  key: column.uuid<string>(),
  receivedAt: column.instant,
  trackMetadata: column.json<Readonly<Record<string, unknown>>>(),
};

type Window = {
  readonly userId: string;
  readonly after: number | null;
  readonly before: number;
  readonly limit: number;
  readonly offset: number;
};
const sampleWindow: Window = {
  userId: someId,
  after: null,
  before: 1_790_000_000,
  limit: 1,
  offset: 0,
};

function inWindow(p: Window) {
  return sql`
    user_id = ${p.userId}
      and (${p.after}::float8 is null or listened_at > to_timestamp(${p.after}::float8))
      and listened_at < to_timestamp(${p.before}::float8)`;
}

export const latestListens = query({
  name: 'scrobbling.latestListens',
  columns: listenRow,
  sample: sampleWindow,
  text: (p: Window) => sql`
    select listened_at, key, received_at, track_metadata
    from scrobbling.listen
    where ${inWindow(p)}
    order by listened_at desc, key desc
    limit ${p.limit} offset ${p.offset}`,
});

/** The ones next after a time, latest first like every list of listens. */
export const listensAfter = query({
  name: 'scrobbling.listensAfter',
  columns: listenRow,
  sample: sampleWindow,
  text: (p: Window) => sql`
    select listened_at, key, received_at, track_metadata
    from (
      select listened_at, key, received_at, track_metadata
      from scrobbling.listen
      where ${inWindow(p)}
      order by listened_at, key
      limit ${p.limit} offset ${p.offset}) as next
    order by listened_at desc, key desc`,
});

export const countListens = query({
  name: 'scrobbling.countListens',
  columns: { count: column.int8 },
  sample: sampleWindow,
  text: (p: Window) => sql`
    select count(*) as count
    from scrobbling.listen
    where ${inWindow(p)}`,
});

export const latestAndOldest = query({
  name: 'scrobbling.latestAndOldest',
  columns: { latest: column.nullable(column.instant), oldest: column.nullable(column.instant) },
  sample: { userId: someId, before: 1_790_000_000 },
  text: (p: { userId: string; before: number }) => sql`
    select max(listened_at) as latest, min(listened_at) as oldest
    from scrobbling.listen
    where user_id = ${p.userId} and listened_at < to_timestamp(${p.before}::float8)`,
});

export const findWaiting = query({
  name: 'scrobbling.findWaiting',
  columns: {
    userId: column.uuid<UserId>(),
    listenedAt: column.instant,
    key: column.uuid<string>(),
    trackMetadata: column.json<Readonly<Record<string, unknown>>>(),
  },
  sample: { until: someTime, limit: 1 },
  text: (p: { until: number; limit: number }) => sql`
    select user_id, listened_at, key, track_metadata
    from scrobbling.listen
    where waits and listened_at <= to_timestamp(${p.until} / 1000.0)
    order by listened_at
    limit ${p.limit}`,
});

export const stopWaiting = command({
  name: 'scrobbling.stopWaiting',
  sample: { userId: someId, keys: [someId], from: someTime, to: someTime },
  text: (p: { userId: string; keys: readonly string[]; from: number; to: number }) => sql`
    update scrobbling.listen
    set waits = false
    where user_id = ${p.userId} and key = any (${p.keys}::uuid[])
      and listened_at >= to_timestamp(${p.from} / 1000.0) and listened_at <= to_timestamp(${p.to} / 1000.0)`,
});
