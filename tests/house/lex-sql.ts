// The words of PostgreSQL, as its own lexer cuts them: strings, quoted names, comments and dollar quotes are what hides
// a name from a regular expression. A whole parser would refuse the fragments that our statements are composed of.

export type Token = {
  readonly kind: 'word' | 'quoted' | 'string' | 'body' | 'hole' | 'mark';
  /** Words in lower case as PostgreSQL folds them, strings and quoted names without quotes and escapes. */
  readonly text: string;
  /** Where it begins in the SQL. */
  readonly at: number;
};

/** Stands in a text where a value or another fragment is put in. */
export const hole = '\u0000';

const dollarQuote = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /(?:\d[\w]*(?:\.\d[\w]*)?|\.\d[\w]*)/y;
const lineComment = /--[^\n]*/y;
const space = /\s+/y;

/** Never throws: what is not closed ends with the text, so that prose can be looked at too. */
export function lexSql(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let gap = ''; // what stood between the last token and here
  for (let at = 0; at < sql.length;) {
    const skipped = blank(sql, at);
    if (skipped > 0) {
      gap += sql.slice(at, at + skipped);
      at += skipped;
      continue;
    }
    const { token, length } = next(sql, at, tokens.at(-1));
    // E'...' and its like: the letter belongs to the string.
    if (token.kind === 'string' && gap === '' && /^[ebxn]$/.test(tokens.at(-1)?.text ?? ''))
      tokens.pop();
    const before = tokens.at(-1);
    // Strings on two lines, or around ||, are one string.
    if (token.kind === 'string' && before?.kind === 'string' && gap.includes('\n'))
      tokens[tokens.length - 1] = { ...before, text: before.text + token.text };
    else if (token.kind === 'string' && isJoin(tokens))
      tokens.splice(-3, 3, { ...tokens.at(-3)!, text: tokens.at(-3)!.text + token.text });
    else tokens.push(token);
    gap = '';
    at += length;
  }
  return tokens;
}

function isJoin(tokens: readonly Token[]): boolean {
  const [left, bar, other] = tokens.slice(-3);
  return left?.kind === 'string' && bar?.text === '|' && other?.text === '|';
}

/** Length of the space or comment that begins here. */
function blank(sql: string, at: number): number {
  const found = match(space, sql, at) ?? match(lineComment, sql, at);
  if (found !== null) return found.length;
  if (!sql.startsWith('/*', at)) return 0;
  let depth = 0; // PostgreSQL's block comments nest
  for (let i = at; i < sql.length; i++) {
    if (sql.startsWith('/*', i)) {
      depth += 1;
      i += 1;
    } else if (sql.startsWith('*/', i)) {
      depth -= 1;
      i += 1;
      if (depth === 0) return i + 1 - at;
    }
  }
  return sql.length - at;
}

function next(
  sql: string,
  at: number,
  before: Token | undefined,
): { token: Token; length: number } {
  const here = sql[at]!;
  const one = (kind: Token['kind'], text: string, length: number) => ({
    token: { kind, text, at },
    length,
  });
  if (here === hole) return one('hole', here, 1);
  const dollar = match(dollarQuote, sql, at);
  if (dollar !== null) {
    const end = sql.indexOf(dollar, at + dollar.length);
    const close = end < 0 ? sql.length : end;
    return one('body', sql.slice(at + dollar.length, close), close + dollar.length - at);
  }
  if (here === "'" || here === '"') {
    const escapes = here === "'" && before?.text === 'e' && before.at === at - 1;
    const { text, length } = quoted(sql, at, here, escapes);
    return one(here === '"' ? 'quoted' : 'string', text, length);
  }
  const name = match(word, sql, at);
  if (name !== null) return one('word', name.toLowerCase(), name.length);
  const digits = match(number, sql, at);
  return one('mark', digits ?? here, digits?.length ?? 1);
}

function quoted(
  sql: string,
  at: number,
  quote: string,
  escapes: boolean,
): { text: string; length: number } {
  let text = '';
  let i = at + 1;
  for (; i < sql.length; i++) {
    if (escapes && sql[i] === '\\') {
      const { char, length } = unescape(sql.slice(i + 1, i + 10));
      text += char;
      i += length;
    } else if (sql[i] !== quote) text += sql[i];
    else if (sql[i + 1] === quote) {
      text += quote;
      i += 1;
    } else break;
  }
  return { text, length: i + 1 - at };
}

/** What follows a backslash in E'...'. */
function unescape(rest: string): { char: string; length: number } {
  const code = /^(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3}))/.exec(rest);
  if (code === null) return { char: rest[0] ?? '', length: 1 };
  const [whole, x, u, long, octal] = code;
  const point =
    octal === undefined ? Number.parseInt((x ?? u ?? long)!, 16) : Number.parseInt(octal, 8);
  return { char: point <= 0x10ffff ? String.fromCodePoint(point) : '', length: whole.length };
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}
