import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const secretBytes = 32;

/** A secret of this installation, made once and readable by its owner only. */
export async function keepSecret(home: string, name: string): Promise<Buffer> {
  const file = path.join(home, 'keys', `${name}.secret`);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, randomBytes(secretBytes), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return readFile(file);
}
