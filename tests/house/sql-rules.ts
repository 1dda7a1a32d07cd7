import { lexSql, type Token } from './lex-sql.ts';
import {
  foldsIn,
  inPieces,
  isStatement,
  namesInSql,
  putsInATable,
  type Known,
  type Naming,
} from './names-in-sql.ts';
import { isTest, roomOf, type House, type Plan, type Rule } from './rules.ts';

// A room changes its own schema only, and reads another through the views that it publishes as public_*.

export const sqlStaysInItsSchema: Rule = (house) => {
  const known = knownNames(house);
  // The web has no driver, and its words are named like tables.
  const server = house.sources.filter(({ file }) => !isTest(file) && !file.startsWith('web/'));
  return server.flatMap(({ file, texts }) => {
    const room = roomOf(house.plan, file);
    const own = schemasOf(house.plan, room);
    return texts.flatMap(({ text, isTagged, line }) => {
      if (!isTagged && isTopic.test(text)) return [];
      const isAlone = !isTagged && isStatement(text);
      const wrong = wrongIn(namesInSql(text, known, isTagged || isAlone), own);
      const pieces = isAlone && room !== null && putsInATable(text) ? [aTableIsPutIn] : [];
      return [...wrong, ...pieces].map(
        ({ why, at }) => `${file}:${line + linesTo(text, at)} ${why}`,
      );
    });
  });
};

const aTableIsPutIn = { why: 'puts a table in as text', at: 0 };

/** Events, jobs and permissions are named like tables. Such a text reaches a statement only by being put in. */
const isTopic = /^[a-z]\w*\.\w+$/;

function schemasOf(plan: Plan, room: string | null): readonly string[] {
  if (room === null) return [];
  const borrowed = Object.entries(plan.librarySchemas).filter(([, owner]) => owner === room);
  return [plan.schemaOf[room] ?? '', ...borrowed.map(([schema]) => schema)];
}

function wrongIn(
  { names, hidden }: Naming,
  own: readonly string[],
): readonly { why: string; at: number }[] {
  const wrong = names.flatMap(({ schema, thing, written, at }) => {
    if (own.includes(schema)) return [];
    const name = `${schema}${thing === null ? '' : `.${thing}`}`;
    if (!(thing ?? '').startsWith('public_')) return [{ why: `names ${name}`, at }];
    return written ? [{ why: `changes ${name}`, at }] : [];
  });
  return [...wrong, ...hidden];
}

const linesTo = (text: string, at: number): number => text.slice(0, at).split('\n').length - 1;

/** A line of a migration that says why it is of several schemas. */
const reason = /^-- several schemas: \S.{20,}$/m;

export const migrationsAreOfOneSchema: Rule = (house) => {
  const { plan } = house;
  const known = knownNames(house);
  const owned = new Set(Object.values(plan.schemaOf).filter((schema) => schema !== null));
  const wrong: string[] = [];
  for (const [name, text] of house.migrations) {
    const { names, hidden } = namesInSql(text, known, true);
    const schemas = new Set(names.filter((n) => !isOnlyRead(n)).map(({ schema }) => schema));
    for (const schema of schemas)
      if (!owned.has(schema)) wrong.push(`${name}: no room owns ${schema}`);
    const isTold = reason.test(text) || Object.hasOwn(plan.mixedMigrations, name);
    if (schemas.size > 1 && !isTold)
      wrong.push(
        `${name} is of ${[...schemas].sort().join(' and ')} and does not say why ("-- several schemas: ...")`,
      );
    if (schemas.size <= 1 && isTold)
      wrong.push(`${name} is of one schema and says it is of several`);
    if (names.length === 0) wrong.push(`${name} names no schema`);
    // A function that makes tables by format() puts names together; their schema is seen all the same.
    for (const { why } of hidden) if (why !== inPieces) wrong.push(`${name}: ${why}`);
  }
  const gone = Object.keys(plan.mixedMigrations).filter((name) => !house.migrations.has(name));
  return [...wrong, ...gone.map((name) => `mixedMigrations names ${name}, which is not there`)];
};

/** A view of another room in the middle of a statement is read; after `create view` it is made. */
function isOnlyRead({ thing, written }: Naming['names'][number]): boolean {
  return (thing ?? '').startsWith('public_') && !written;
}

/** Letters are folded by kernel/fold-letters.ts, and the folded key is kept: lower() of a C or Turkish database differs. */
export const sqlFoldsNoLetters: Rule = ({ plan, sources, migrations }) => [
  ...sources.flatMap(({ file, texts }) =>
    texts
      .filter(({ text, isTagged }) => isTagged || isStatement(text))
      .flatMap(({ text, line }) =>
        isTest(file) ? [] : foldsIn(text).map((word) => `${file}:${line} folds by ${word}`),
      ),
  ),
  ...[...migrations].flatMap(([name, text]) =>
    Object.hasOwn(plan.foldingMigrations, name)
      ? []
      : foldsIn(text).map((word) => `${name} folds by ${word}`),
  ),
];

/** Every schema, and what the migrations make in it. */
function knownNames({ plan, migrations }: House): Known {
  const schemas = new Set(Object.keys(plan.librarySchemas));
  for (const schema of Object.values(plan.schemaOf)) if (schema !== null) schemas.add(schema);
  const things = new Set<string>();
  for (const text of migrations.values()) {
    const tokens = lexSql(text);
    tokens.forEach((token, i) => {
      if (token.text === 'schema' && tokens[i - 1]?.text === 'create')
        schemas.add(made(tokens, i + 1));
      if (token.text !== '.') return;
      const [schema, , thing, verb, noun, to] = tokens.slice(i - 1, i + 5).map(({ text: t }) => t);
      things.add(`${schema}.${thing}`);
      if (verb === 'set' && noun === 'schema') things.add(`${to}.${thing}`);
      if (verb === 'rename' && noun === 'to') things.add(`${schema}.${to}`);
    });
  }
  return { schemas, things };
}

/** `create schema if not exists x`. */
function made(tokens: readonly Token[], from: number): string {
  let i = from;
  while (['if', 'not', 'exists'].includes(tokens[i]?.text ?? '')) i += 1;
  return tokens[i]?.text ?? '';
}
