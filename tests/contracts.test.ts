import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import type { Endpoint } from '#foundation/kernel/endpoint.ts';

// What strangers may send, read off the contracts: every text in a request has the shape of kernel/text.ts or a narrower one.

const src = path.resolve(import.meta.dirname, '../src');
type Contract = Endpoint<unknown, unknown, unknown, unknown>;
type Schema = Readonly<Record<string, unknown>>;
type Found = { readonly where: string; readonly schema: Schema };

const contracts = await collectContracts();

async function collectContracts(): Promise<readonly Contract[]> {
  const found = new Map<string, Contract>();
  for (const file of await readdir(src, { recursive: true })) {
    if (!/(^|[/\\])contract\.ts$/.test(file)) continue;
    const exports = (await import(path.join(src, file))) as Record<string, unknown>;
    for (const value of Object.values(exports))
      if (isContract(value)) found.set(`${value.method} ${value.path}`, value);
  }
  return [...found.values()];
}

function isContract(value: unknown): value is Contract {
  return typeof value === 'object' && value !== null && 'schemas' in value && 'path' in value;
}

/** Every schema in a request that a value, and not a list or an object of values, is held to. */
function leaves(schema: Schema, where: string): readonly Found[] {
  const nested = (name: string, of: unknown): readonly Found[] =>
    leaves(of as Schema, `${where}${name}`);
  for (const several of ['anyOf', 'oneOf', 'allOf'] as const)
    if (Array.isArray(schema[several])) return schema[several].flatMap((one) => nested('', one));
  if (schema['type'] === 'array') return nested('[]', schema['items'] ?? {});
  if (schema['type'] === 'object') {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, unknown>);
    const patterns = Object.entries((schema['patternProperties'] ?? {}) as Record<string, unknown>);
    return [
      ...properties.flatMap(([name, one]) => nested(`.${name}`, one)),
      ...patterns.flatMap(([pattern, one]) => [
        { where: `${where} (names)`, schema: { type: 'string', pattern } },
        ...nested('.*', one),
      ]),
    ];
  }
  return [{ where, schema }];
}

function requestLeaves(): readonly Found[] {
  return contracts.flatMap(({ method, path: url, schemas }) =>
    (['params', 'query', 'body'] as const).flatMap((part) =>
      schemas[part] === undefined
        ? []
        : leaves(schemas[part] as Schema, `${method} ${url} ${part}`),
    ),
  );
}

/** Read piece by piece by code of their own, which has tests for the same. */
const readByHand = new Set(['POST /api/v1/plays body', 'POST /api/v1/batch/plays body.plays[]']);

const ajv = new Ajv({ strict: false });

/** What the text of some field may begin with. */
const begins = ['a', 'A', '0', 'a@b', 'https://a', ' '];

function accepts(schema: Schema, value: unknown): boolean {
  return ajv.validate(schema, value);
}

test('no text of a request takes control characters, halves of characters or direction overrides', () => {
  const found = requestLeaves().filter(({ where }) => !readByHand.has(where));
  assert.ok(contracts.length > 80, `${contracts.length} contracts`);
  assert.ok(found.length > 200, `${found.length} fields`);
  const bad = [
    '\0',
    '\u0007',
    '\u001b',
    '\u007f',
    '\u0085',
    '\ud800',
    '\udfff',
    '\u202e',
    '\u2066',
  ];
  const wrong = found.flatMap(({ where, schema }) => {
    const least = Number(schema['minLength'] ?? 0);
    const taken = bad.filter((char) =>
      begins.some((fill) => accepts(schema, `${fill.padEnd(least, 'a')}${char}b`)),
    );
    const names = taken.map((char) => `U+${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return names.length === 0 ? [] : [`${where}: takes ${names.join(' ')}`];
  });
  assert.deepEqual(wrong, []);
});

test('every text of a request is bounded', () => {
  const long = 100_000;
  const wrong = requestLeaves()
    .filter(({ where }) => !readByHand.has(where))
    .filter(({ schema }) =>
      ['a', 'A', '0', '-', ' '].some((fill) => accepts(schema, fill.repeat(long))),
    );
  assert.deepEqual(
    wrong.map(({ where }) => where),
    [],
  );
});
