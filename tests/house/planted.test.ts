import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ruleOf } from './list-rules.ts';
import { namesInSql } from './names-in-sql.ts';
import { composeHouse } from './read-house.ts';
import type { House, Plan } from './rules.ts';

// A small house that keeps every rule, and what somebody might add to it that breaks one. A rule that lets its plant
// through would let the same through in the checkout.

const plan: Plan = {
  floors: [
    { name: 'foundation', rooms: ['kernel', 'platform'] },
    { name: 'catalogue', rooms: ['covers'] },
    { name: 'counting', rooms: ['plays', 'recognition'] },
    { name: 'money', rooms: ['ledger', 'royalties'] },
  ],
  uses: { platform: ['kernel'], royalties: ['ledger'] },
  schemaOf: {
    kernel: null,
    platform: 'platform',
    covers: null,
    plays: 'plays',
    recognition: null,
    ledger: 'ledger',
    royalties: 'royalties',
  },
  engineDoors: { recognition: 'engine.ts' },
  clients: ['client', 'cli'],
  browserRooms: ['kernel', 'covers'],
  handsOverTo: { cli: ['src/main/commands/'] },
  computes: {},
  librarySchemas: { queue: 'platform' },
  mixedMigrations: {},
  foldingMigrations: {},
  roomMax: { lines: 100, useCases: 2 },
  largeRooms: {},
};

const code = {
  'src/foundation/kernel/money.ts': `export const wholes = 1;`,
  'src/foundation/platform/postgres.ts': `import pg from 'pg'; export const sql = String.raw; export const pool = new pg.Pool();`,
  'src/foundation/platform/jobs.ts': `import { sql } from './postgres.ts'; export const add = sql\`select queue.add_job(1)\`;`,
  'src/catalogue/covers/index.ts': `export { board } from './board.ts';`,
  'src/catalogue/covers/board.ts': `import { wholes } from '#foundation/kernel/money.ts'; export const board = wholes;`,
  'src/counting/plays/index.ts': `export { record } from './record-plays.ts';`,
  'src/counting/plays/contract.ts': `import { wholes } from '#foundation/kernel/money.ts'; export const path = wholes;`,
  'src/counting/plays/record-plays.ts': `import { sql } from '#foundation/platform/postgres.ts';
export const record = sql\`insert into plays.play select 1 -- ledger.entry stays out of it\`;
export const topic = 'plays.counted';`,
  'src/counting/plays/record-plays.test.ts': `import { record } from './record-plays.ts'; await record('delete from ledger.entry');`,
  'src/counting/recognition/index.ts': `export const hear = 1;`,
  'src/counting/recognition/engine.ts': `export const think = 1;`,
  'src/money/ledger/index.ts': `export const post = 1;`,
  'src/money/ledger/queries.ts': `import { sql } from '#foundation/platform/postgres.ts';
export const read = sql\`select l.id, 'plays.counted' as kind from ledger.entry as l, plays.public_counted c\`;`,
  'src/money/royalties/index.ts': `import { post } from '#money/ledger/index.ts'; export const run = post;`,
  'src/main/start.ts': `import { run } from '#money/royalties/index.ts'; run;`,
  'src/main/commands/audit.ts': `export const audit = 1;`,
  'src/client/call.ts': `import { path } from '#counting/plays/contract.ts'; export const call = path;`,
  'src/cli/main.ts': `await import('#main/commands/audit.ts');`,
  'web/ui/cover.ts': `import { board } from '../../src/catalogue/covers/index.ts'; export const cover = board;`,
  'web/rooms/plays.tsx': `import { path } from '../../src/counting/plays/contract.ts'; export const Plays = path;`,
} as const;

const migrations = {
  'migrations/0001_plays.sql': `create schema plays; create table plays.play (id int); create view plays.public_counted as select id from plays.play;`,
  'migrations/0002_ledger.sql': `create table ledger.entry (id int); create table royalties.run (id int);
-- several schemas: the run and its entries are made in one transaction
create view ledger.public_entry as select id from ledger.entry, plays.public_counted;`,
};

type Plant = {
  readonly files?: Readonly<Record<string, string>>;
  readonly migrations?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  readonly plan?: Partial<Plan>;
};

function build(plant: Plant): House {
  return composeHouse(
    new Map(Object.entries({ ...code, ...plant.files })),
    new Map(Object.entries({ ...migrations, ...plant.migrations })),
    plant.paths ?? [],
    { ...plan, ...plant.plan },
  );
}

/** Statements of a room that owns the schema royalties. */
function statement(text: string): Plant {
  return { files: { 'src/money/royalties/queries.ts': `export const q = sql\`${text}\`;` } };
}

/** Code of a room of the floor counting. */
function inPlays(text: string): Plant {
  return { files: { 'src/counting/plays/read.ts': text } };
}

const importsDownwards =
  'a room imports only floors below it, and on its own floor only what the map lists';
const byTheDoors = 'rooms enter each other by index.ts, or by the door of an engine';
const ownSchema = 'SQL names only its own schema, or reads what another room publishes as public_*';
const oneSchema = 'a migration is of one schema, or says why it is of several';
const everything = 'everything that is there was read, and is in a room, main or a client';
const says = 'every room that has a folder says which schema it owns, or that it has none';
const writtenOut = 'what a room or the web imports is written out, so that it can be read';
const small = 'a room above 6,000 lines or 15 use cases is two rooms, or says why it is one';
const settings =
  'settings are rows of config.ts: below main nothing reads the environment but what a child process is handed';

const endpoints = (times: number): string => "endpoint('GET', '/');".repeat(times);

const planted: Readonly<Record<string, Readonly<Record<string, Plant>>>> = {
  [everything]: {
    'a file that does not parse': inPlays('export const = 1;'),
    'a file in no room': { files: { 'src/counting/helpers.ts': '' } },
    'a folder that is no room': { files: { 'src/counting/trust/index.ts': '' } },
    'a folder beside the floors': { files: { 'src/util/index.ts': '' } },
    'a file that nobody read': { paths: ['src/counting/plays/hidden.mjs'] },
  },
  [says]: {
    'a room without a line': {
      files: { 'src/trust/fraud/index.ts': '' },
      plan: { floors: [...plan.floors, { name: 'trust', rooms: ['fraud'] }] },
    },
    'a schema of two rooms': { plan: { schemaOf: { ...plan.schemaOf, recognition: 'plays' } } },
    'a line for a room that is not': { plan: { schemaOf: { ...plan.schemaOf, fraud: null } } },
  },
  [importsDownwards]: {
    'an import upwards': inPlays(`import { post } from '#money/ledger/index.ts';`),
    'a type of it': inPlays(`import type { Post } from '#money/ledger/index.ts';`),
    'an import type': inPlays(`export type P = import('#money/ledger/index.ts').Post;`),
    'an import when it is asked for': inPlays(
      `export const p = await import('#money/ledger/index.ts');`,
    ),
    'the same in backticks': inPlays('export const p = await import(`#money/ledger/index.ts`);'),
    'an export from it': inPlays(`export { post } from '#money/ledger/index.ts';`),
    'an export of all of it': inPlays(`export * from '#money/ledger/index.ts';`),
    'a bare import': inPlays(`import '#money/ledger/index.ts';`),
    require: inPlays(`const p = require('../../money/ledger/index.ts');`),
    'a way around': inPlays(`import { post } from '#foundation/../money/ledger/index.ts';`),
    'a thread of it': inPlays(
      `new Worker(new URL('../../money/ledger/index.ts', import.meta.url));`,
    ),
    'a program of it': inPlays(
      `fork(path.join(import.meta.dirname, '../../money', 'ledger/index.ts'));`,
    ),
    'a neighbour that is not listed': inPlays(
      `import { hear } from '#counting/recognition/index.ts';`,
    ),
    'types added to it': inPlays(`declare module '#money/ledger/index.ts' {}`),
  },
  'no room reaches for main, the clients or the web': {
    main: inPlays(`import '#main/start.ts';`),
    'main, when it is asked for': inPlays(`await import('../../main/start.ts');`),
    'a client': inPlays(`export type C = import('#client/call.ts').Call;`),
    'the web': inPlays(`import { Plays } from '../../../web/rooms/plays.tsx';`),
  },
  [byTheDoors]: {
    'past the door': {
      files: { 'src/money/royalties/a.ts': `import '#counting/plays/record-plays.ts';` },
    },
    'past it, for a type': {
      files: {
        'src/money/royalties/a.ts': `type R = import('#counting/plays/record-plays.ts').R;`,
      },
    },
    'main past it': {
      files: { 'src/main/a.ts': `await import('#counting/plays/record-plays.ts');` },
    },
    'the engine of a room that has none': {
      files: {
        'src/money/royalties/a.ts': `import '#counting/plays/engine.ts';`,
        'src/counting/plays/engine.ts': '',
      },
    },
  },
  'web, command line and agent see rooms only by their contracts': {
    'the web enters a room': { files: { 'web/a.tsx': `import '../src/counting/plays/index.ts';` } },
    'the web enters it later': {
      files: { 'web/a.tsx': `export const a = () => import('../src/counting/plays/index.ts');` },
    },
    'the web takes a type of main': {
      files: { 'web/a.ts': `type A = import('#main/start.ts').A;` },
    },
    'the web passes the door of a room for browsers': {
      files: { 'web/a.ts': `import '../src/catalogue/covers/board.ts';` },
    },
    'the command line enters a room': {
      files: { 'src/cli/a.ts': `await import('#money/ledger/index.ts');` },
    },
  },
  'contracts and the rooms for browsers run in one: no Node, no other room, no package but typebox':
    {
      Node: { files: { 'src/counting/plays/contract.ts': `import { join } from 'node:path';` } },
      'Node, for a type': {
        files: {
          'src/foundation/kernel/money.ts': `export type B = import('node:buffer').Buffer;`,
        },
      },
      'Node, above the foundation': {
        files: { 'src/catalogue/covers/board.ts': `import { deflateSync } from 'node:zlib';` },
      },
      'a room': { files: { 'src/money/ledger/contract.ts': `import '#counting/plays/index.ts';` } },
    },
  [writtenOut]: {
    'a computed import': inPlays(
      `const room = 'ledger'; await import('#money/' + room + '/index.ts');`,
    ),
    'a computed thread': inPlays('new Worker(new URL(`../${room}.ts`, import.meta.url));'),
    'a path from the root': inPlays(`import '/srv/ngoma/src/money/ledger/index.ts';`),
    'an address': { files: { 'web/a.ts': `import 'https://cdn.example/react.js';` } },
  },
  'what is imported exists': {
    'a file that is gone': inPlays(`import './gone.ts';`),
    'a stylesheet that is gone': { files: { 'web/a.tsx': `import './gone.css';` } },
  },
  'what runs does not import what only tests it': {
    'a test': inPlays(`import './record-plays.test.ts';`),
    'the tools of tests': {
      files: {
        'src/counting/plays/read.ts': `import './testing.ts';`,
        'src/counting/plays/testing.ts': '',
      },
    },
  },
  'only the web knows react, and only platform/postgres.ts and what needs the wire know the driver':
    {
      'react in a room': inPlays(`import { useState } from 'react';`),
      'the driver in a room': inPlays(`await import('pg');`),
      'a type of the driver': inPlays(`export type Pool = import('pg').Pool;`),
      'the driver in the web': { files: { 'web/a.ts': `import pg from 'pg';` } },
    },
  [settings]: {
    'a variable': inPlays(`export const port = process.env.PORT;`),
    'a variable in brackets': inPlays(`export const port = process['env']['PORT'];`),
    'a name that is computed': inPlays(
      `const PATH = 'PORT'; export const port = process.env[PATH];`,
    ),
    'the environment taken apart': inPlays(`const { env } = process;`),
    'the environment imported': inPlays(`import { env } from 'node:process';`),
    'the environment of the global object': inPlays(`export const e = globalThis.process.env;`),
  },
  [ownSchema]: {
    'after from': statement('select 1 from ledger.entry'),
    'after a comma': statement('select 1 from royalties.run r, ledger.entry e'),
    'in using': statement('delete from royalties.run r using ledger.entry e where e.id = r.id'),
    'after a nested sql': statement('select ${sql`1`} from ledger.entry'),
    'inside a nested sql': statement(
      'select ${id === null ? sql`1` : sql`(select 1 from ledger.entry)`}',
    ),
    truncate: statement('truncate royalties.run, ledger.entry'),
    lock: statement('lock table ledger.entry in exclusive mode'),
    alter: statement('alter table ledger.entry add column x int'),
    quoted: statement('select 1 from "ledger"."entry"'),
    'quoted by half': statement('select 1 from ledger."entry"'),
    'in capitals': statement('SELECT 1 FROM LEDGER.ENTRY'),
    'with room around the point': statement('select 1 from ledger /* far */ .\n -- away\n entry'),
    'with the database before it': statement('select 1 from ngoma.ledger.entry'),
    'a function': statement('select ledger.close_books()'),
    'a type': statement('select 1::ledger.amount'),
    'in a string that is cast': statement(`select 'ledger.entry'::regclass`),
    'in an escaped string': statement(String.raw`select E'\\x6cedger.entry'::regclass`),
    'in a string on two lines': statement(`select 'ledger.'\n'entry'::regclass`),
    'in strings put together': statement(`select ('led' || 'ger.entry')::regclass`),
    'in a body': statement('do $do$ begin delete from ledger.entry; end $do$'),
    'executed in a body': statement(`do $$ begin execute 'drop table ledger.entry'; end $$`),
    'by format()': statement(`do $$ begin execute format('drop table ledger.%I', 'entry'); end $$`),
    'the schema itself': statement('drop schema if exists ledger cascade'),
    'by search_path': statement('set local search_path = ledger'),
    'by set_config': statement(`select set_config('search_path', 'ledger', true)`),
    'with U&': statement(String.raw`select 1 from U&"\\006cedger".entry`),
    'a table that is put in': statement('select 1 from ledger.${table}'),
    'a schema that is put in': statement('select 1 from ${schema}.entry'),
    'a change of a published view': statement('update ledger.public_entry set id = 1'),
    'a deletion through one': statement('delete from only ledger.public_entry'),
    'the schema of a library': statement('delete from queue.jobs'),
    'in a plain string': inPlays(`pool.query('truncate ledger.entry');`),
    'in a plain string that is no statement': inPlays(`const joined = 'join ledger.entry e';`),
    'a table that was renamed': {
      files: { 'src/counting/plays/read.ts': `const joined = 'join ledger.line l';` },
      migrations: { 'migrations/0003.sql': 'alter table ledger.entry rename to line;' },
    },
    'a table that is put into text': inPlays('pool.query(`delete from ${table}`);'),
    'in pieces of strings': inPlays(`const joined = 'join led' + 'ger.' + 'entry e';`),
    'in a template without a tag': inPlays('pool.query(`select ${1} from ledger.${table}`);'),
    'by the options of a connection': inPlays(`open({ options: '-c search_path=ledger' });`),
    'under another tag': inPlays('const q = raw`select 1 from ledger.entry`;'),
    'in a room without tables': {
      files: { 'src/counting/recognition/q.ts': 'sql`select 1 from plays.play`;' },
    },
    'in platform': { files: { 'src/foundation/platform/q.ts': 'sql`select 1 from plays.play`;' } },
    'in main': { files: { 'src/main/q.ts': 'sql`select 1 from plays.play`;' } },
    'in the command line': { files: { 'src/cli/q.ts': `'select 1 from plays.play';` } },
  },
  [oneSchema]: {
    'two schemas': {
      migrations: { 'migrations/0003.sql': 'drop table plays.play, ledger.entry;' },
    },
    'a key into another': {
      migrations: {
        'migrations/0003.sql': 'create table plays.x (id int references ledger.entry);',
      },
    },
    'a view on the tables of another': {
      migrations: {
        'migrations/0003.sql': 'create view ledger.public_x as select 1 from plays.play;',
      },
    },
    'a view published for another': {
      migrations: {
        'migrations/0003.sql':
          'create table plays.x (id int); create view ledger.public_x as select 1;',
      },
    },
    'a function that reads another': {
      migrations: {
        'migrations/0003.sql':
          'create function plays.f() returns int language sql as $$ select id from ledger.entry $$;',
      },
    },
    'a reason that says nothing': {
      migrations: {
        'migrations/0003.sql': '-- several schemas: yes\ndrop table plays.play, ledger.entry;',
      },
    },
    'a reason without a need': {
      migrations: {
        'migrations/0003.sql':
          '-- several schemas: they were moved together\ndrop table plays.play;',
      },
    },
    'a schema of nobody': {
      migrations: { 'migrations/0003.sql': 'create table trust.score (id int);' },
    },
    'no schema at all': { migrations: { 'migrations/0003.sql': 'create table score (id int);' } },
    'another search_path': {
      migrations: { 'migrations/0003.sql': 'set search_path = plays; drop table plays.play;' },
    },
  },
  'SQL folds no letters: what that does is up to the locale of the database': {
    lower: statement('select 1 from royalties.run where lower(name) = $1'),
    'upper, in capitals': statement('select UPPER(name) from royalties.run'),
    'pg_catalog.lower': statement('select pg_catalog . "lower"(name) from royalties.run'),
    ilike: statement('select 1 from royalties.run where name ilike $1'),
    '~*': statement('select 1 from royalties.run where name ~* $1'),
    '!~*': statement('select 1 from royalties.run where name !~* $1'),
    'in a plain string': inPlays(`pool.query('select lower(name) from plays.play');`),
    'in an index': {
      migrations: { 'migrations/0003.sql': 'create index x on plays.play (lower(name));' },
    },
    'in a body': {
      migrations: {
        'migrations/0003.sql':
          'create function plays.f(n text) returns text language sql as $$ select lower(n) $$;',
      },
    },
  },
  'no two files import each other, however far around': {
    'two files': {
      files: {
        'src/counting/plays/a.ts': `import './b.ts';`,
        'src/counting/plays/b.ts': `export * from './a.ts';`,
      },
    },
    'by a type': {
      files: {
        'src/counting/plays/a.ts': `import './b.ts';`,
        'src/counting/plays/b.ts': `export type A = import('./a.ts').A;`,
      },
    },
  },
  [small]: {
    'an endpoint too many': inPlays(endpoints(3)),
    'a task too many': inPlays(
      `${endpoints(2)} const task = { name: 'plays.count', attemptsMax: 3 };`,
    ),
    'a line too many': inPlays('\n'.repeat(100)),
    'an exception that it outgrew': {
      ...inPlays(endpoints(4)),
      plan: { largeRooms: { plays: { useCases: 3, why: '' } } },
    },
    'an exception that nobody needs': { plan: { largeRooms: { plays: { lines: 200, why: '' } } } },
  },
};

test('a room is as large as it may be, and larger where the plan says how much', () => {
  const rule = ruleOf[small]!;
  assert.deepEqual(rule(build(inPlays(endpoints(2)))), []);
  assert.deepEqual(
    rule(
      build({
        ...inPlays(endpoints(3)),
        plan: { largeRooms: { plays: { useCases: 3, why: '' } } },
      }),
    ),
    [],
  );
  const long = { files: { 'src/counting/plays/long.test.ts': '\n'.repeat(101) } };
  assert.deepEqual(rule(build(long)), [], 'tests are not counted');
});

test('a house that keeps the rules is refused nothing', () => {
  for (const [title, rule] of Object.entries(ruleOf)) assert.deepEqual(rule(build({})), [], title);
});

test('every rule has something planted against it', () => {
  assert.deepEqual(Object.keys(planted).sort(), Object.keys(ruleOf).sort());
});

for (const [title, plants] of Object.entries(planted)) {
  test(`planted and refused: ${title}`, () => {
    for (const [what, plant] of Object.entries(plants))
      assert.notDeepEqual(ruleOf[title]!(build(plant)), [], `${what} passed`);
  });
}

const known = {
  schemas: new Set(['plays', 'ledger']),
  things: new Set(['plays.play', 'ledger.entry']),
};
const blank = fc
  .array(
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '/* a */',
      '/* /* b */ plays.play */',
      '-- plays.play\n',
      `--'\n`,
    ),
    {
      maxLength: 3,
    },
  )
  .map((parts) => parts.join(''));
const around = fc
  .array(
    fc.constantFrom(
      `'it''s'`,
      `'--'`,
      '$$ it $$',
      "$a$ ' $a$",
      '"a""b"',
      `E'\\''`,
      '(',
      ')',
      ',',
      '1.5',
      'x.y',
      '/* */',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(' '));

test('whatever stands before, behind and between, a name in SQL is found once and a comment names nothing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ledger', '"ledger"', 'LEDGER'),
      fc.constantFrom('entry', '"entry"', 'Entry'),
      blank,
      blank,
      around,
      around,
      (schema, table, left, right, before, behind) => {
        const text = `${before} from ${schema}${left}.${right}${table} ${behind}`;
        const { names } = namesInSql(text, known, true);
        assert.deepEqual(
          names.map((name) => `${name.schema}.${name.thing}`),
          ['ledger.entry'],
          text,
        );
      },
    ),
    { numRuns: 500 },
  );
});
