import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Public files the first screen needs; hashed assets are found in the bundle. */
const shellFiles = [
  '/',
  '/before-paint.js',
  '/manifest.webmanifest',
  '/icon.svg',
  '/fonts/NotoSans-Regular.woff2',
  '/fonts/NotoSans-SemiBold.woff2',
  '/fonts/NotoSans-SemiCondensed.woff2',
  '/fonts/NotoSans-SemiCondensedSemiBold.woff2',
  '/fonts/NotoSans-ExtraCondensedExtraBold.woff2',
];
const shellChunks = ['listen', 'player-bar', 'settings', 'sign-in', 'first-en', 'account-en'];

/**
 * Writes `sw.js`: the worker with the list of what the first screen is made of, and a version that is
 * the hash of that list. Rooms that were never opened are not fetched ahead: data is dear.
 */
export function shellWorker(workerPath: string): Plugin {
  return {
    name: 'ngoma-shell-worker',
    apply: 'build',
    generateBundle(_options, bundle) {
      const shell = Object.values(bundle).filter(
        (file): file is Chunk =>
          file.type === 'chunk' && (isShell(file) || isImportedByShell(file.fileName, bundle)),
      );
      const files = shell.flatMap((chunk) => [
        chunk.fileName,
        ...(chunk.viteMetadata?.importedCss ?? []),
      ]);
      const assets = [...new Set(files)].map((fileName) => `/${fileName}`).sort();
      const precache = [...shellFiles, ...assets];
      const version = createHash('sha256')
        .update(JSON.stringify(precache))
        .digest('hex')
        .slice(0, 12);
      const source = readFileSync(workerPath, 'utf8')
        .replace('/* precache */ []', JSON.stringify(precache))
        .replace('/* version */ ""', JSON.stringify(version));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}

type Bundle = Parameters<Extract<Plugin['generateBundle'], (...a: never[]) => unknown>>[1];
type Chunk = Extract<Bundle[string], { type: 'chunk' }>;

function isShell(chunk: Chunk): boolean {
  return chunk.isEntry || shellChunks.includes(chunk.name);
}

function isImportedByShell(fileName: string, bundle: Bundle): boolean {
  return Object.values(bundle).some(
    (file) => file.type === 'chunk' && isShell(file) && file.imports.includes(fileName),
  );
}
