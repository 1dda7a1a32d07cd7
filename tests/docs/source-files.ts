import { globSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');

/** TypeScript under src by pattern, without tests, sorted, with forward slashes. */
export function sourceFiles(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: root })
    .filter((file) => !/\.test\.ts$|(^|[\\/])testing\.ts$/.test(file))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

/** `src/counting/plays/x.ts` is of the room plays; what is on no floor goes by its folder. */
export function roomOf(file: string): string {
  const [, top = '', second = ''] = file.split('/');
  return ['main', 'client', 'cli', 'agent'].includes(top) ? top : second;
}

export async function importFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(path.join(root, file))) as Record<string, unknown>;
}
