import { createHash } from 'node:crypto';
import { globSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CannotStart } from '#foundation/platform/cannot-start.ts';
import { findBinaries } from '#foundation/platform/launcher/binaries.ts';
import { webDist } from '../../serve-pages.ts';
import { fail, fine, warn, type Finding } from './finding.ts';

// The program itself: its Node, its packages, its web app, and what it finds on the machine.

const root = path.resolve(import.meta.dirname, '../../../..');
const nodeMajorMin = 24;
/** Tests and later rooms talk to these when they are there; nothing stops working without them. */
const optionalPrograms = ['ffmpeg', 'icecast2', 'liquidsoap', 'mpd', 'fpcalc', 'chromium'];

export async function lookAtProgram(needsOwnDatabase: boolean): Promise<readonly Finding[]> {
  return [
    lookAtNode(),
    lookAtNpm(),
    await lookAtInstall(),
    ...(needsOwnDatabase ? [await lookAtPostgres()] : []),
    lookAtDecoder(),
    lookAtWebApp(),
    lookAtOptionalPrograms(),
  ];
}

function lookAtNode(): Finding {
  const found = `${process.versions.node} on ${process.platform} ${process.arch}`;
  return Number(process.versions.node.split('.')[0]) >= nodeMajorMin
    ? fine('Node.js', found)
    : fail('Node.js', found, `install Node.js ${nodeMajorMin} or newer`);
}

function lookAtNpm(): Finding {
  const found = findOnPath('npm');
  return found === null
    ? warn('npm', 'not on the PATH', 'updates need it; it comes with Node.js')
    : fine('npm', found);
}

async function lookAtInstall(): Promise<Finding> {
  const [lock, stamp] = await Promise.all([
    readFile(path.join(root, 'package-lock.json')),
    readFile(path.join(root, 'node_modules', '.ngoma-install'), 'utf8').catch(() => null),
  ]);
  return stamp === createHash('sha256').update(lock).digest('hex')
    ? fine('packages', 'as package-lock.json has them')
    : warn('packages', 'not those of package-lock.json', 'npm start installs them');
}

async function lookAtPostgres(): Promise<Finding> {
  const what = 'built-in PostgreSQL';
  try {
    return fine(what, (await findBinaries()).version);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    return fail(what, 'not installed', error.message);
  }
}

/** Packages with a program inside are named after the platform; npm leaves out what there is none for. */
function lookAtDecoder(): Finding {
  const what = 'audio decoder';
  const name = `@seydx/node-av-${process.platform}-${process.arch}`;
  try {
    createRequire(import.meta.url).resolve(name);
    return fine(what, name);
  } catch {
    return fail(
      what,
      `${name} is not installed`,
      'run npm start to install it; without it no music can be imported',
    );
  }
}

function lookAtWebApp(): Finding {
  const stamp = statSync(path.join(webDist, '.source-hash'), { throwIfNoEntry: false });
  if (stamp === undefined) return warn('web app', 'not built', 'npm start builds it');
  const sources = globSync(['web/**/*.{ts,tsx,css,html,json}', 'src/**/contract.ts'], {
    cwd: root,
    exclude: (entry) => entry === path.join('web', 'dist'),
  });
  const builtAt = `built ${stamp.mtime.toISOString()}`;
  // Times decide here, contents at the start: a false alarm costs a sentence, hashing everything would cost a second.
  return sources.some((file) => statSync(path.join(root, file)).mtimeMs > stamp.mtimeMs)
    ? warn('web app', `${builtAt}, its sources are newer`, 'the next npm start builds it again')
    : fine('web app', builtAt);
}

function lookAtOptionalPrograms(): Finding {
  const found = optionalPrograms.filter((name) => findOnPath(name) !== null);
  const missing = optionalPrograms.filter((name) => !found.includes(name));
  return fine(
    'optional programs',
    [found.join(', ') || 'none', missing.length > 0 && `not found: ${missing.join(', ')}`]
      .filter(Boolean)
      .join('; '),
  );
}

function findOnPath(name: string): string | null {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const suffix of suffixes) {
      const file = path.join(folder, name + suffix);
      if (folder !== '' && statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    }
  }
  return null;
}
