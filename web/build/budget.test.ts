import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

// What the first screen of Listen weighs, from the build itself. The browser journeys measure the same on the wire.
const scriptBytesMax = 150_000;
/** All but the answers of the API and covers, for which 35 kB of the 300 kB are kept; bench/first-load.ts measured 13. */
const allBytesMax = 265_000;

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
