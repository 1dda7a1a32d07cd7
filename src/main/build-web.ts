import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CannotStart, explainSystemError } from '#foundation/platform/cannot-start.ts';
import { holdLock } from '#foundation/platform/hold-lock.ts';
import { webDist } from './serve-pages.ts';

// The web app is built when what it is made of changed, in a child process: the bundler's memory goes with it.

const root = path.resolve(import.meta.dirname, '../..');
const web = path.join(root, 'web');
const waitMsMax = 5 * 60_000;
const outputMax = 20_000;

const ingredients = [
  'web/**/*.{ts,tsx,js,css,html,json,svg,png,woff2,webmanifest}',
  'src/**/contract.ts',
  'src/foundation/kernel/**/*.ts',
  'src/foundation/dsp/**/*.ts',
  'src/client/**/*.ts',
  'package-lock.json',
] as const;

/** Builds web/dist unless it is of these sources already. */
export async function buildWeb(say: (line: string) => void): Promise<void> {
  if (!existsSync(path.join(web, 'index.html'))) return;
  const hash = await hashIngredients();
  if (await isBuilt(hash)) return;
  try {
    const cache = path.join(root, 'node_modules', '.cache');
    await mkdir(cache, { recursive: true });
    const lock = await holdLock(path.join(cache, 'web-build.lock'), waitMsMax);
    if (lock === null)
      throw new CannotStart(
        'Another build of the web app has been running for too long: stop it first.',
      );
    try {
      if (await isBuilt(hash)) return; // the start we waited for built it
      say('Building the web app (once after every update) ...');
      await build(hash);
    } finally {
      lock.release();
    }
  } catch (error) {
    const sentence = explainSystemError(error, webDist, 'copy Ngoma to a folder of your own');
    throw sentence === null ? error : new CannotStart(sentence, { cause: error });
  }
}

/** Built beside and moved into place, so that a killed build never leaves half an app to be served. */
async function build(hash: string): Promise<void> {
  const half = path.join(root, 'node_modules', '.cache', 'web-build');
  await rm(half, { recursive: true, force: true });
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', 'web', '--outDir', half, '--emptyOutDir', '--logLevel', 'warn'];
  const { code, output } = await run(args);
  if (code !== 0) {
    throw new CannotStart(
      output.includes('ENOSPC')
        ? `The disk is full: no space left for ${webDist}.`
        : `The web app could not be built; the bundler said:\n${output.trim()}`,
    );
  }
  await writeFile(path.join(half, '.source-hash'), hash);
  await rm(webDist, { recursive: true, force: true });
  await rename(half, webDist);
}

async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-outputMax);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  return { code, output };
}

async function isBuilt(hash: string): Promise<boolean> {
  return readFile(path.join(webDist, '.source-hash'), 'utf8').then(
    (stored) => stored === hash,
    () => false,
  );
}

async function hashIngredients(): Promise<string> {
  const files = globSync([...ingredients], { cwd: root })
    .filter((file) => !file.startsWith(path.join('web', 'dist')) && !/\.test\.tsx?$/.test(file))
    .sort();
  const hash = createHash('sha256');
  const contents = await Promise.all(files.map((file) => readFile(path.join(root, file))));
  files.forEach((file, i) => hash.update(`${file}\0`).update(contents[i]!).update('\0'));
  return hash.digest('hex');
}
