import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { composedHouse } from './composed-house.ts';
import { withMap } from './docs/draw-house.ts';
import { configPage } from './docs/list-config.ts';
import { limitsPage } from './docs/list-limits.ts';
import { metricsPage } from './docs/list-metrics.ts';
import { permissionsPage } from './docs/list-permissions.ts';
import { problemsPage } from './docs/list-problems.ts';
import { howToRegenerate } from './docs/markdown.ts';
import { root } from './docs/source-files.ts';

// Tables that the code can write are written by it; here they are held against the code.

const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

function isCurrent(t: TestContext, file: string, text: string): void {
  try {
    t.assert.fileSnapshot(text, path.join(root, file), { serializers: [(value: string) => value] });
  } catch (error) {
    throw new Error(
      `${file} is not what the code says now; write it anew with ${howToRegenerate}`,
      {
        cause: error,
      },
    );
  }
}

/** A generator that finds nothing would agree with an empty page. */
function hasRows(text: string, min: number): void {
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  assert.ok(rows.length >= min, `only ${rows.length} rows`);
}

const house = await composedHouse({ after });

test('docs/problems.md names every code any room may answer with', async (t) => {
  const text = await problemsPage();
  hasRows(text, 20);
  isCurrent(t, 'docs/problems.md', text);
});

test('docs/config.md names every setting and flag', (t) => {
  const text = configPage();
  hasRows(text, 12);
  isCurrent(t, 'docs/config.md', text);
});

test('docs/limits.md names every rate, size and bound', async (t) => {
  const text = await limitsPage(house.rooms);
  hasRows(text, 60);
  isCurrent(t, 'docs/limits.md', text);
});

test('docs/metrics.md names every metric of ours', async (t) => {
  const text = await metricsPage(house.metrics.registry);
  hasRows(text, 4);
  isCurrent(t, 'docs/metrics.md', text);
});

test('docs/permissions.md is what all rooms declare', (t) => {
  const text = permissionsPage(house.permissions);
  hasRows(text, 15);
  isCurrent(t, 'docs/permissions.md', text);
});

test('docs/openapi.json is what the composed house serves', (t) => {
  const api = house.app.swagger() as { paths: Readonly<Record<string, unknown>> };
  assert.ok(Object.keys(api.paths).length >= 40, `only ${Object.keys(api.paths).length} paths`);
  isCurrent(t, 'docs/openapi.json', `${JSON.stringify(api, null, 1)}\n`);
});

test('ARCHITECTURE.md has the map of tests/house.ts and stays at 150 lines', (t) => {
  const text = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  isCurrent(t, 'ARCHITECTURE.md', withMap(text));
  assert.ok(text.trimEnd().split('\n').length <= 150);
});

/** docs/new-room.md names files that its reader writes. */
const toBeWritten = /^`[^`\n]+`:\n\n```\w+ file$/gm;

test('every file that a document names exists, and every command', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'src/**/README.md'], { cwd: root });
  const missing: string[] = [];
  let looked = 0;
  for (const document of documents) {
    const text = readFileSync(path.join(root, document), 'utf8').replaceAll(toBeWritten, '');
    for (const [, named] of text.matchAll(
      /`((?:src|tests|docs|bench|web|migrations|bin|changes)\/[\w./-]*\w)`/g,
    )) {
      looked += 1;
      // `queries.ts` is named by its kind elsewhere; a path from the top is a promise.
      if (!existsSync(path.join(root, named!))) missing.push(`${document}: ${named}`);
    }
    for (const [, script] of text.matchAll(/npm run ([a-z:]+)/g)) {
      looked += 1;
      if (!Object.hasOwn(scripts, script!)) missing.push(`${document}: npm run ${script}`);
    }
  }
  assert.ok(looked > 30, `only ${looked} names were looked up`);
  assert.deepEqual(missing, []);
});
