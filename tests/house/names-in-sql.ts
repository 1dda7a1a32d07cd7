import { lexSql, type Token } from './lex-sql.ts';

// Which schemas a piece of SQL names, whatever the statement: after `from` as after a comma, in `using`, `truncate`,
// `lock` or `alter`, quoted, in a string that is cast or executed.

export type Name = {
  readonly schema: string;
  /** What is named in it; null for the schema itself. */
  readonly thing: string | null;
  /** The statement changes it. */
  readonly written: boolean;
  readonly at: number;
};

export type Naming = {
  readonly names: readonly Name[];
  /** Ways of naming that nobody could follow: search_path, names put together from pieces. */
  readonly hidden: readonly Hidden[];
};

type Hidden = { readonly why: string; readonly at: number };

export const inPieces = 'a name is put together from pieces';

export type Known = {
  readonly schemas: ReadonlySet<string>;
  /** `schema.thing` of all that the migrations make. */
  readonly things: ReadonlySet<string>;
};

const verbs = new Set(
  `select insert update delete merge with truncate lock alter create drop copy grant revoke comment refresh
   call do vacuum analyze cluster reindex set table values explain declare prepare execute`.split(
    /\s+/,
  ),
);

/** A text that begins like a statement, as `client.query('truncate ...')` is handed one; "Set X to ..." is prose. */
export function isStatement(text: string): boolean {
  const first = lexSql(text).find((token) => token.text !== '(');
  if (first?.kind !== 'word' || !verbs.has(first.text)) return false;
  const written = text.slice(first.at, first.at + first.text.length);
  return written === first.text || written === first.text.toUpperCase();
}

const foldingFunctions = new Set(['lower', 'upper', 'initcap', 'unaccent', 'casefold']);

/** Where SQL folds letters or asks after them without regard to case, which its locale decides. */
export function foldsIn(sql: string): readonly string[] {
  return lexSql(sql).flatMap(({ kind, text, at }, i, tokens) => {
    const next = tokens[i + 1];
    if (kind === 'body') return foldsIn(text);
    if (foldingFunctions.has(text) && next?.text === '(') return [text];
    if (kind === 'word' && (text === 'ilike' || text === 'citext')) return [text];
    return text === '~' && next?.text === '*' && next.at === at + 1 ? ['~*'] : [];
  });
}

const beforeTables = new Set('from join into update truncate table using only lock'.split(' '));

/** Whether text is put in where a table is named, as `delete from ${table}`. */
export function putsInATable(sql: string): boolean {
  return lexSql(sql).some(
    ({ kind }, i, tokens) => kind === 'hole' && beforeTables.has(tokens[i - 1]?.text ?? ''),
  );
}

/** All that `sql` names. `sure`: it is SQL; otherwise only what the migrations do make is taken for a name. */
export function namesInSql(sql: string, known: Known, sure: boolean): Naming {
  const tokens = lexSql(sql);
  const names: Name[] = [];
  const hidden: { why: string; at: number }[] = [];
  tokens.forEach((token, i) => {
    const { text, at } = token;
    const after = tokens[i + 1];
    const isSchema = isName(token) && known.schemas.has(text);
    if (isSchema && after?.text === '.' && after.kind === 'mark') {
      const thing = thingAfter(tokens[i + 2]);
      const isThere = thing !== null && known.things.has(`${text}.${thing}`);
      if (isThere || (sure && thing !== null) || isPieced(tokens[i + 2], sure))
        names.push({ schema: text, thing, written: isWritten(tokens, i), at });
    } else if (sure && isSchema && isAfterSchema(tokens, i)) {
      names.push({ schema: text, thing: null, written: isWritten(tokens, i), at });
    }
    if (text === 'search_path' || (token.kind === 'string' && /\bsearch_path\b/i.test(text)))
      hidden.push({ why: 'search_path makes names mean something else', at });
    if (sure && text === '&' && tokens[i - 1]?.text === 'u' && after?.at === at + 1)
      if (after.kind === 'string' || after.kind === 'quoted')
        hidden.push({ why: 'U& hides letters', at });
    if (sure && text === '.' && token.kind === 'mark' && !isWhole(tokens, i))
      hidden.push({ why: inPieces, at });
    if (token.kind === 'body' || token.kind === 'string') {
      const inner = namesInSql(text, known, token.kind === 'body' ? sure : isStatement(text));
      for (const name of inner.names) names.push({ ...name, at });
      for (const { why } of inner.hidden) hidden.push({ why, at });
    }
  });
  return { names, hidden: oncePerPlace(hidden) };
}

/** One sentence a place. */
function oncePerPlace(hidden: Naming['hidden']): Naming['hidden'] {
  return hidden.filter(
    (one, i) => hidden.findIndex((other) => other.at === one.at && other.why === one.why) === i,
  );
}

const isName = (token: Token | undefined): boolean =>
  token?.kind === 'word' || token?.kind === 'quoted';

function thingAfter(token: Token | undefined): string | null {
  if (token === undefined) return null;
  return isName(token) || token.text === '*' ? token.text : null;
}

/** `plays.${table}`, and `plays.%I` of format(). */
function isPieced(token: Token | undefined, sure: boolean): boolean {
  return sure && (token?.kind === 'hole' || token?.text === '%');
}

/** A point has a name on both sides, or a composite value before it. */
function isWhole(tokens: readonly Token[], i: number): boolean {
  const [before, after] = [tokens[i - 1], tokens[i + 1]];
  const left = isName(before) || before?.text === ')' || before?.text === ']';
  return left && (isName(after) || after?.text === '*');
}

/** `schema plays`, `schema if exists plays`. */
function isAfterSchema(tokens: readonly Token[], i: number): boolean {
  const words = tokens.slice(Math.max(0, i - 4), i).map(({ text }) => text);
  const at = words.lastIndexOf('schema');
  return at >= 0 && words.slice(at + 1).every((text) => ['if', 'not', 'exists'].includes(text));
}

const passedOver = new Set(
  `only table view materialized if not exists concurrently schema index sequence
  function trigger type on all tables in temp temporary unique or replace`.split(/\s+/),
);
const changes = new Set(
  'into update truncate lock alter drop create grant revoke comment refresh copy'.split(' '),
);

/** Whether the word before the name, nouns passed over, changes what is named. */
function isWritten(tokens: readonly Token[], i: number): boolean {
  let j = i - 1;
  while (j >= 0 && passedOver.has(tokens[j]!.text)) j -= 1;
  const verb = tokens[j]?.text ?? '';
  return changes.has(verb) || (verb === 'from' && tokens[j - 1]?.text === 'delete');
}
