import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readablePath, textToPath } from '../importing/path-text.ts';
import type { SoundFormat } from './sniff.ts';

const aliases: Readonly<Record<string, SoundFormat>> = {
  oga: 'ogg',
  aif: 'aiff',
  aifc: 'aiff',
  mp4: 'm4a',
  m4b: 'm4a',
};

/** A name that is UTF-8 and says what the file is; where its own does not, that of a link for the time of the work. */
export async function withReadableName<T>(
  pathText: string,
  format: SoundFormat,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const readable = readablePath(pathText);
  const extension = path.extname(readable).slice(1).toLowerCase();
  if ((aliases[extension] ?? extension) === format && readable === pathText) return work(pathText);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-read-'));
  try {
    const link = path.join(folder, `x.${format}`);
    await symlink(textToPath(pathText), link);
    return await work(link);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
