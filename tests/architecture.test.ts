import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { parseSync } from 'oxc-parser';
import { clients, engineDoors, floors, schemaOf, uses } from './house.ts';

// The house is what this test says it is. It reads imports and SQL as they are written, and fails when it sees none.

const root = path.resolve(import.meta.dirname, '..');
type Import = { readonly from: string; readonly to: string };

const files = await sourceFiles();
const imports = await readImports(files);

async function sourceFiles(): Promise<readonly string[]> {
  const all = await Promise.all(
    ['src', 'web'].map(async (dir) =>
      (await readdir(path.join(root, dir), { recursive: true }))
        .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('dist'))
        .map((file) => path.join(dir, file)),
    ),
  );
  return all.flat().sort();
}

async function readImports(from: readonly string[]): Promise<readonly Import[]> {
  const found: Import[] = [];
  for (const file of from) {
    const { module } = parseSync(file, await readFile(path.join(root, file), 'utf8'));
    const targets = [
      ...module.staticImports.map((i) => i.moduleRequest.value),
      ...module.staticExports.flatMap((e) =>
        e.entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
      ),
    ];
    for (const target of targets) {
      if (target.startsWith('#')) found.push({ from: file, to: `src/${target.slice(1)}` });
      else if (target.startsWith('.'))
        found.push({ from: file, to: path.join(path.dirname(file), target) });
      else found.push({ from: file, to: `package:${target}` });
    }
  }
  return found;
}

const floorOf = new Map<string, number>(
  floors.flatMap((floor, i) => floor.rooms.map((room) => [room, i] as const)),
);

/** The room a file lives in, or null for what is not on a floor. */
function roomOf(file: string): string | null {
  const [src, floor, room] = file.split('/');
  const known = floors.find((f) => f.name === floor);
  if (src !== 'src' || known === undefined) return null;
  return (known.rooms as readonly string[]).includes(room!) ? room! : null;
}

const isTest = (file: string): boolean => /\.test\.tsx?$|\/testing\.ts$/.test(file);

test('the test looked at the house: files, imports and every room that exists', () => {
  assert.ok(files.length > 80, `${files.length} files`);
  assert.ok(imports.length > 300, `${imports.length} imports`);
  for (const file of files) {
    const [src, top] = file.split('/');
    if (src !== 'src') continue;
    const known = floors.some((f) => f.name === top)
      ? roomOf(file) !== null
      : ['main', ...clients].includes(top!);
    assert.ok(known, `${file} is in no room of the house`);
  }
});

test('a room imports only floors below it, and on its own floor only what the map lists', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (room === null || other === null || room === other) return false;
    const [here, there] = [floorOf.get(room)!, floorOf.get(other)!];
    return there > here || (there === here && !(uses[room] ?? []).includes(other));
  });
  assert.deepEqual(wrong, []);
});

test('no room reaches for main, the clients or the web', () => {
  const wrong = imports.filter(
    ({ from, to }) =>
      roomOf(from) !== null &&
      !isTest(from) &&
      (/^src\/(main|client|cli|agent)\//.test(to) || to.startsWith('web/')),
  );
  assert.deepEqual(wrong, []);
});

test('rooms enter each other by index.ts, or by the door of an engine', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    if (other === null || room === other || floorOf.get(other) === 0 || isTest(from)) return false;
    if (room === null && !from.startsWith('src/main/')) return false; // clients: next test
    const door = path.basename(to);
    return door !== 'index.ts' && door !== 'contract.ts' && door !== engineDoors[other];
  });
  assert.deepEqual(wrong, []);
});

test('web, command line and agent see rooms only by their contracts', () => {
  const allowed = /^src\/(foundation\/(kernel|dsp)|client)\/|\/contract\.ts$/;
  const wrong = imports.filter(({ from, to }) => {
    if (isTest(from) || !to.startsWith('src/')) return false;
    const client = from.startsWith('web/')
      ? 'web'
      : clients.find((c) => from.startsWith(`src/${c}/`));
    if (client === undefined || to.startsWith(`src/${client}/`)) return false;
    return !allowed.test(to);
  });
  assert.deepEqual(wrong, []);
});

test('contracts and the kernel run in a browser: no Node, no room, no package but typebox', () => {
  const wrong = imports.filter(({ from, to }) => {
    const bare = from.startsWith('src/foundation/kernel/') || from.endsWith('/contract.ts');
    if (!bare || isTest(from)) return false;
    return !(
      to.startsWith('src/foundation/kernel/') ||
      to === 'package:typebox' ||
      (roomOf(to) !== null && roomOf(to) === roomOf(from)) ||
      to.endsWith('/contract.ts')
    );
  });
  assert.deepEqual(wrong, []);
});

test('settings are rows of config.ts: below main nothing reads the environment but what a child process is handed', async () => {
  const handedOn = /process\.env\['(PATH|TMPDIR|TMP)'\]/g;
  let handed = 0;
  const wrong: string[] = [];
  for (const file of files) {
    if (/^src\/(main|agent)\//.test(file) || isTest(file)) continue;
    // Comments may speak of it.
    const text = (await readFile(path.join(root, file), 'utf8')).replaceAll(/^\s*\/\/.*$/gm, '');
    handed += text.match(handedOn)?.length ?? 0;
    if (text.replaceAll(handedOn, '').includes('process.env')) wrong.push(file);
  }
  assert.ok(handed > 5, `${handed} handed on`);
  assert.deepEqual(wrong, []);
});

test('what is imported exists', () => {
  const wrong = imports.filter(
    ({ to }) => /\.(ts|tsx)$/.test(to) && !existsSync(path.join(root, to)),
  );
  assert.deepEqual(wrong, []);
});

test('only the web knows react, and only platform/postgres.ts and what needs the wire know the driver', () => {
  const driver = new Set([
    'src/foundation/platform/postgres.ts',
    'src/foundation/platform/migrate.ts',
    'src/foundation/platform/launcher.ts',
    'src/foundation/platform/testing.ts',
  ]);
  const wrong = imports.filter(
    ({ from, to }) =>
      (from.startsWith('src/') && /^package:(react|react-dom|wouter|@tanstack)/.test(to)) ||
      (to === 'package:pg' &&
        !isTest(from) &&
        !driver.has(from) &&
        !from.startsWith('src/foundation/platform/launcher/')),
  );
  assert.deepEqual(wrong, []);
});

test('SQL names only its own schema, or what another room publishes as public_*', async () => {
  let statements = 0;
  const wrong: string[] = [];
  const names = new Set(Object.values(schemaOf));
  for (const file of files) {
    const room = roomOf(file);
    if (room === null || floorOf.get(room) === 0 || isTest(file)) continue;
    const text = await readFile(path.join(root, file), 'utf8');
    for (const [, body] of text.matchAll(/sql`((?:[^`\\]|\\.)*)`/g)) {
      statements += 1;
      for (const [, schema, table] of body!.matchAll(
        /\b(?:from|join|into|update|delete from)\s+(?:only\s+)?([a-z_]+)\.("?[a-z_]+"?)/g,
      )) {
        if (names.has(schema!) && schema !== schemaOf[room] && !table!.startsWith('public_'))
          wrong.push(`${file}: ${schema}.${table}`);
      }
    }
  }
  assert.ok(statements > 60, `${statements} statements were read`);
  assert.deepEqual(wrong, []);
});

test('no two files import each other, however far around', () => {
  const graph = new Map<string, string[]>();
  for (const { from, to } of imports) {
    if (!/\.tsx?$/.test(to)) continue;
    graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  function visit(file: string, trail: readonly string[]): void {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  }
  for (const file of graph.keys()) visit(file, []);
  assert.deepEqual(cycles, []);
});
