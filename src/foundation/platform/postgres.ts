import pg from 'pg';
import type { Id } from '#foundation/kernel/ids.ts';
import type { Day, Instant } from '#foundation/kernel/time.ts';

// The one file that knows the driver. SQL is written as SQL; a query declares the row it answers with, and
// tests/queries.test.ts holds that declaration against what PostgreSQL says.

// ── columns ─────────────────────────────────────────────────────────────

/** A declared column: the PostgreSQL types it may have and, as a phantom, what it is here. */
export type Column<T> = {
  readonly oids: readonly number[];
  readonly nullable: boolean;
  readonly type?: T;
};

const oid = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  json: 114,
  float4: 700,
  float8: 701,
  varchar: 1043,
  date: 1082,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
  int4Array: 1007,
  textArray: 1009,
  uuidArray: 2951,
} as const;

function col<T>(...oids: number[]): Column<T> {
  return { oids, nullable: false };
}

export const column = {
  text: col<string>(oid.text, oid.varchar),
  /** A text column whose values are constrained to a union by a CHECK. */
  oneOf: <T extends string>() => col<T>(oid.text),
  uuid: <T extends string = Id<string>>() => col<T>(oid.uuid),
  bool: col<boolean>(oid.bool),
  int4: col<number>(oid.int4, oid.int2),
  int8: col<bigint>(oid.int8),
  /** Exact decimal, as text: floats have no place in money or shares. */
  numeric: col<string>(oid.numeric),
  float8: col<number>(oid.float8, oid.float4),
  instant: col<Instant>(oid.timestamptz),
  day: col<Day>(oid.date),
  json: <T>() => col<T>(oid.json, oid.jsonb),
  bytea: col<Buffer>(oid.bytea),
  int4Array: col<readonly number[]>(oid.int4Array),
  textArray: col<readonly string[]>(oid.textArray),
  uuidArray: <T extends string>() => col<readonly T[]>(oid.uuidArray),
  nullable: <T>(c: Column<T>): Column<T | null> => ({ oids: c.oids, nullable: true }),
} as const;

// int8 as bigint, dates as text, instants as epoch ms: the driver's own choices lose digits and days.
const parsers = new Map<number, (text: string) => unknown>([
  [oid.int8, BigInt],
  [oid.numeric, (text) => text],
  [oid.date, (text) => text],
  [oid.timestamptz, parseTimestamptz],
]);

/** PostgreSQL prints `2026-11-20 08:00:00.123+00` (sessions run in UTC). */
function parseTimestamptz(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}:00`);
}

const types = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    parsers.get(id) ??
    pg.types.getTypeParser(id, format as 'text')) as typeof pg.types.getTypeParser,
};

// ── statements ──────────────────────────────────────────────────────────

export type Fragment = { readonly texts: readonly string[]; readonly values: readonly unknown[] };

/** SQL with its values apart from it. A Fragment as a value is spliced in, so filters compose without strings. */
export function sql(texts: TemplateStringsArray, ...values: unknown[]): Fragment {
  const outTexts: string[] = [texts[0]!];
  const outValues: unknown[] = [];
  values.forEach((value, i) => {
    if (isFragment(value)) {
      outTexts[outTexts.length - 1] += value.texts[0]!;
      outTexts.push(...value.texts.slice(1));
      outValues.push(...value.values);
      outTexts[outTexts.length - 1] += texts[i + 1]!;
    } else {
      outValues.push(value);
      outTexts.push(texts[i + 1]!);
    }
  });
  return { texts: outTexts, values: outValues };
}

function isFragment(value: unknown): value is Fragment {
  return typeof value === 'object' && value !== null && 'texts' in value && 'values' in value;
}

function toText(fragment: Fragment): string {
  return fragment.texts.reduce((text, part, i) => (i === 0 ? part : `${text}$${i}${part}`), '');
}

type Columns = Readonly<Record<string, Column<unknown>>>;
type Row<C extends Columns> = { readonly [K in keyof C]: C[K] extends Column<infer T> ? T : never };

/** A named query with declared columns and a sample, which the query test runs inside begin/rollback. */
export type Query<Params, R> = {
  readonly kind: 'query';
  readonly name: string;
  readonly columns: Columns;
  readonly sample: Params;
  readonly text: (params: Params) => Fragment;
  readonly row?: R;
};

export function query<Params, C extends Columns>(definition: {
  readonly name: string;
  readonly columns: C;
  readonly sample: NoInfer<Params>;
  readonly text: (params: Params) => Fragment;
}): Query<Params, Row<C>> {
  return { kind: 'query', ...definition };
}

/** A statement whose rows nobody reads. */
export type Command<Params> = Query<Params, never>;
export function command<Params>(definition: {
  readonly name: string;
  readonly sample: NoInfer<Params>;
  readonly text: (params: Params) => Fragment;
}): Command<Params> {
  return { kind: 'query', columns: {}, ...definition };
}

/**
 * An array as PostgreSQL writes it, several times faster than the driver's own: only for uuids, numbers and codes,
 * which never need quoting. Null when every element is null, which `unnest` reads as just that.
 */
export function plainArray(values: readonly (string | number | null)[]): string | null {
  let text = '{';
  let empty = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (i > 0) text += ',';
    if (value === null) text += 'NULL';
    else {
      text += value;
      empty = false;
    }
  }
  return empty && values.length > 0 ? null : `${text}}`;
}

// ── database ────────────────────────────────────────────────────────────

export type Db = {
  all<P, R>(query: Query<P, R>, params: P): Promise<readonly R[]>;
  maybe<P, R>(query: Query<P, R>, params: P): Promise<R | null>;
  one<P, R>(query: Query<P, R>, params: P): Promise<R>;
  /** Runs a statement and answers how many rows it touched. */
  run<P>(command: Command<P>, params: P): Promise<number>;
  /** One transaction; retried from the start on deadlock and serialisation failure, so `work` must be repeatable. */
  tx<T>(work: (tx: Db) => Promise<T>): Promise<T>;
};

export type Database = Db & {
  /** For the few who need a connection of their own: COPY, tests. */
  readonly pool: pg.Pool;
  readonly url: string;
  close(): Promise<void>;
};

const txAttemptsMax = 6;
const retryable = new Set(['40P01', '40001']);

export function openDatabase(url: string, options: { connectionsMax?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.connectionsMax ?? 10,
    types,
    application_name: 'ngoma',
    options:
      '-c timezone=UTC -c statement_timeout=600000 -c idle_in_transaction_session_timeout=60000',
    connectionTimeoutMillis: 15_000,
  });
  outliveBrokenConnections(pool, () => {}); // whoever uses one is told by the next statement
  return {
    ...statements(pool),
    pool,
    url,
    tx: (work) => transact(pool, work),
    close: () => pool.end(),
  };
}

/** A pool with the driver's own types, for a library that brings its own SQL. */
export function openPlainPool(
  url: string,
  connectionsMax: number,
  onError: (error: Error) => void,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    application_name: 'ngoma jobs',
  });
  outliveBrokenConnections(pool, onError);
  return pool;
}

/** Without these handlers one connection that breaks, idle or between two statements, would end the process. */
function outliveBrokenConnections(pool: pg.Pool, onError: (error: Error) => void): void {
  const note = (error: Error & { client?: unknown }): void => {
    delete error.client; // the driver hangs the whole connection on it, and the log would print it
    onError(error);
  };
  pool.on('error', note);
  pool.on('connect', (client) => client.on('error', note));
}

async function transact<T>(pool: pg.Pool, work: (tx: Db) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const tx: Db = { ...statements(client), tx: (inner) => inner(tx) };
      const result = await work(tx);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((e: Error) => (broken = e));
      const code = error instanceof pg.DatabaseError ? error.code : undefined;
      if (code === undefined || !retryable.has(code) || attempt >= txAttemptsMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
    } finally {
      client.release(broken);
    }
  }
}

function statements(client: pg.Pool | pg.PoolClient): Omit<Db, 'tx'> {
  async function send<P>(q: Query<P, unknown>, params: P): Promise<pg.QueryResult> {
    const fragment = q.text(params);
    const text = toText(fragment);
    // Named statements are parsed and planned once a connection; the name covers the text because a query
    // with optional fragments has several texts.
    return client.query({ name: statementName(q.name, text), text, values: [...fragment.values] });
  }
  async function all<P, R>(q: Query<P, R>, params: P): Promise<readonly R[]> {
    const result = await send(q, params);
    return result.rows.map((row) => toRow(row, result.fields)) as readonly R[];
  }
  async function maybe<P, R>(q: Query<P, R>, params: P): Promise<R | null> {
    const rows = await all(q, params);
    if (rows.length > 1)
      throw new Error(`${q.name} answered ${rows.length} rows, at most one expected`);
    return rows[0] ?? null;
  }
  async function one<P, R>(q: Query<P, R>, params: P): Promise<R> {
    const row = await maybe(q, params);
    if (row === null) throw new Error(`${q.name} answered no row, one expected`);
    return row;
  }
  return {
    all,
    maybe,
    one,
    run: async (q, params) => (await send(q, params)).rowCount ?? 0,
  };
}

const statementNames = new Map<string, string>();
const statementNamesMax = 2_000;

/** Stable per text; PostgreSQL cuts names at 63 bytes. */
function statementName(name: string, text: string): string {
  let known = statementNames.get(text);
  if (known === undefined) {
    if (statementNames.size >= statementNamesMax) statementNames.clear();
    known = `${name.slice(0, 40)}#${hashText(text)}`;
    statementNames.set(text, known);
  }
  return known;
}

function hashText(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

function toRow(
  row: Record<string, unknown>,
  fields: readonly pg.FieldDef[],
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of fields) out[camelCase(field.name)] = row[field.name];
  return out;
}

const camelNames = new Map<string, string>();

export function camelCase(name: string): string {
  let camel = camelNames.get(name);
  if (camel === undefined) {
    camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelNames.set(name, camel);
  }
  return camel;
}

/** The SQLSTATE of a database error, or undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** A unique key was hit: for the few places where the insert itself is the check. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    error instanceof pg.DatabaseError &&
    error.code === '23505' &&
    (constraint === undefined || error.constraint === constraint)
  );
}

/** What a query answers, for the test that compares declarations with the database. */
export async function describeQuery(
  client: pg.PoolClient,
  q: Query<never, unknown>,
): Promise<{ readonly text: string; readonly fields: readonly DescribedField[] }> {
  const fragment = (q.text as (p: unknown) => Fragment)(q.sample);
  const text = toText(fragment);
  const { fields } = await client.query({ text, values: [...fragment.values] });
  return { text, fields: fields.map((f) => ({ ...f, name: camelCase(f.name) })) };
}

/** tableID and columnID say which column a plain one is; they are 0 for an expression. */
type DescribedField = Pick<pg.FieldDef, 'name' | 'dataTypeID' | 'tableID' | 'columnID'>;
