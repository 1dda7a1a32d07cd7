import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import type { Endpoint } from '#foundation/kernel/endpoint.ts';

// What the first screen of Listen weighs, from the build itself. The browser journeys measure the same on the wire.
// The product allows 150 kB of scripts and 300 kB in all (with the answers of the API and covers, 13 kB as
// bench/first-load.ts measured). The limits here are close to what it is, so that another room cannot creep in.
const scriptBytesMax = 116_000;
const allBytesMax = 240_000;

let dist: string;
before(async () => {
  dist = mkdtempSync(path.join(tmpdir(), 'ngoma-budget-'));
  await build({
    configFile: path.resolve(import.meta.dirname, '../vite.config.ts'),
    logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true, manifest: true },
  });
});
after(() => rmSync(dist, { recursive: true, force: true }));

type Entry = {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
};

/** The files of a module and of everything it imports without waiting. */
function filesOf(
  manifest: Readonly<Record<string, Entry>>,
  name: string,
  found = new Set<string>(),
): ReadonlySet<string> {
  const entry = manifest[name];
  assert.ok(entry !== undefined, `${name} is in the build`);
  if (found.has(entry.file)) return found;
  found.add(entry.file);
  for (const css of entry.css ?? []) found.add(css);
  for (const imported of entry.imports ?? []) filesOf(manifest, imported, found);
  return found;
}

test('the first screen of Listen keeps its budget and brings no chart library', () => {
  const manifest = JSON.parse(
    readFileSync(path.join(dist, '.vite/manifest.json'), 'utf8'),
  ) as Readonly<Record<string, Entry>>;
  const files = new Set([
    ...filesOf(manifest, 'index.html'),
    ...filesOf(manifest, 'rooms/listen/listen.tsx'),
    // The longer of the two languages that are complete.
    ...filesOf(
      manifest,
      Object.keys(manifest).find((key) => key.startsWith('_first-fr-')) ?? 'first-fr',
    ),
  ]);
  const weigh = (file: string) => gzipSync(readFileSync(path.join(dist, file))).length;
  const scripts = [...files]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + weigh(file), 0);
  const styles = [...files]
    .filter((file) => file.endsWith('.css'))
    .reduce((sum, file) => sum + weigh(file), 0);
  const fonts = readdirSync(path.join(dist, 'fonts'))
    .filter((name) => name.endsWith('.woff2'))
    .map((name) => statSync(path.join(dist, 'fonts', name)).size);
  assert.ok(files.size >= 4 && fonts.length === 5, 'it was looked at something');
  assert.ok(
    ![...files].some((file) => file.includes('echarts')),
    'echarts is fetched only where a chart is',
  );
  assert.ok(scripts <= scriptBytesMax, `${scripts} bytes of script, at most ${scriptBytesMax}`);
  const all = scripts + styles + weigh('index.html') + fonts.reduce((a, b) => a + b, 0);
  assert.ok(all <= allBytesMax, `${all} bytes in all, at most ${allBytesMax}`);
});

test('contracts bring a method and a path to the browser, and none of their descriptions', async () => {
  const scripts = readdirSync(path.join(dist, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(path.join(dist, 'assets', name), 'utf8'))
    .join('\n');
  const src = path.resolve(import.meta.dirname, '../../src');
  const contracts = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(^|[\\/])contract\.ts$/.test(file),
  );
  const endpoints = (
    await Promise.all(contracts.map((file) => import(pathToFileURL(path.join(src, file)).href)))
  ).flatMap((module: object) => Object.values(module).filter(isEndpoint));
  assert.ok(contracts.length > 10 && endpoints.length > 60, `${endpoints.length} endpoints`);
  assert.ok(
    endpoints.filter((one) => scripts.includes(`\`${one.path}\``)).length > 40,
    'the web calls endpoints',
  );
  // Short ones, such as “Sign in”, are said on a screen as well.
  const long = endpoints.filter((one) => one.options.summary.length > 24);
  assert.ok(long.length > 40);
  const told = long.filter((one) => scripts.includes(one.options.summary));
  assert.deepEqual(
    told.map((one) => one.path),
    [],
  );
});

function isEndpoint(value: unknown): value is Endpoint<unknown, unknown, unknown, unknown> {
  return typeof value === 'object' && value !== null && 'schemas' in value && 'options' in value;
}

test('the worker keeps exactly what the first screen needs, and every file it names is there', () => {
  const worker = readFileSync(path.join(dist, 'sw.js'), 'utf8');
  const named = JSON.parse(/const precache = (\[.*?\]);/s.exec(worker)?.[1] ?? '[]') as string[];
  assert.ok(named.includes('/') && named.length > 10);
  for (const file of named)
    assert.ok(file === '/' || statSync(path.join(dist, file)).isFile(), file);
  assert.ok(
    !named.some((file) => /echarts|admin|money|studio|track/.test(file)),
    'rooms that were never opened are not fetched ahead',
  );
  assert.doesNotMatch(worker, /const version = "";/);
});

test('the page holds no inline script or style, so the content policy needs no exception', () => {
  const page = readFileSync(path.join(dist, 'index.html'), 'utf8');
  assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)[^>]*>/);
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=/);
  assert.doesNotMatch(page, /https?:\/\/(?!www\.w3\.org)/, 'nothing is asked of anybody else');
});
