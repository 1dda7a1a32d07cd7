import type pg from 'pg';
import { lexSql } from './lex-sql.ts';

// Whether a plain column of an answer may be null, from what the database knows: its table's constraint, through views
// down to it, and whether the statement reaches the table by an outer join. Of an expression nothing is known.

type Field = Pick<pg.FieldDef, 'tableID' | 'columnID'>;

export type Nullability = {
  /** null where the database cannot tell. */
  mayBeNull(text: string, field: Field): boolean | null;
};

type Relation = { readonly name: string; readonly columns: ReadonlyMap<number, boolean | null> };

export async function openNullability(pool: pg.Pool): Promise<Nullability> {
  const { rows } = await pool.query<{
    oid: number;
    name: string;
    view: string | null;
    columns: { number: number; required: boolean }[];
  }>(`
    select c.oid::int, n.nspname || '.' || c.relname as name,
      case when c.relkind = 'v' then pg_get_viewdef(c.oid) end as view,
      json_agg(json_build_object('number', a.attnum, 'required', a.attnotnull) order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'v') and n.nspname !~ '^(pg_|information_schema)'
    group by c.oid, n.nspname
    order by c.oid`);
  const relations = new Map<number, Relation>();
  function mayBeNull(text: string, { tableID, columnID }: Field): boolean | null {
    const relation = relations.get(tableID);
    if (relation === undefined) return null;
    const joined = outerJoined(text);
    if (joined.has('*') || joined.has(relation.name)) return true;
    return relation.columns.get(columnID) ?? null;
  }
  for (const { oid, name, view, columns } of rows) {
    // By age: a view is younger than what it reads.
    const fields =
      view === null ? null : (await pool.query(`${view.replace(/;$/, '')} limit 0`)).fields;
    const known = columns.map(({ number, required }, i) => {
      if (fields === null) return [number, !required] as const;
      return [number, mayBeNull(view!, fields[i]!)] as const;
    });
    relations.set(oid, { name, columns: new Map(known) });
  }
  return { mayBeNull };
}

/** Tables that the statement names only behind `left join`; `*` where a right or full join makes any row optional. */
function outerJoined(text: string): ReadonlySet<string> {
  const tokens = lexSql(text).map((token) => token.text);
  const optional = new Set<string>();
  const sure = new Set<string>();
  let depth = 0;
  const optionalDepths: number[] = []; // of the parentheses behind a left join
  tokens.forEach((token, i) => {
    if (token === '(') depth += 1;
    if (token === ')') {
      if (optionalDepths.at(-1) === depth) optionalDepths.pop();
      depth -= 1;
    }
    if (token !== 'from' && token !== 'join' && token !== ',') return;
    const before = tokens[i - 1] === 'outer' ? tokens[i - 2] : tokens[i - 1];
    if (token === 'join' && (before === 'right' || before === 'full')) optional.add('*');
    const isLeft = token === 'join' && before === 'left';
    const at = ['only', 'lateral'].includes(tokens[i + 1] ?? '') ? i + 2 : i + 1;
    if (isLeft && tokens[at] === '(') optionalDepths.push(depth + 1);
    if (tokens[at + 1] !== '.') return;
    const isOptional = isLeft || optionalDepths.length > 0;
    (isOptional ? optional : sure).add(`${tokens[at]}.${tokens[at + 2]}`);
  });
  return new Set([...optional].filter((name) => !sure.has(name)));
}
