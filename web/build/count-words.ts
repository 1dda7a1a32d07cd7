import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** How many texts each language has, over all folders called `words`: the settings show it without fetching them. */
export function countWords(web: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const file of readdirSync(web, { recursive: true, encoding: 'utf8' })) {
    if (!/(^|\/)words\/\w+\.json$/.test(file.replaceAll(path.sep, '/')) || file.startsWith('dist'))
      continue;
    const language = path.basename(file, '.json');
    const words = JSON.parse(readFileSync(path.join(web, file), 'utf8')) as object;
    counts[language] = (counts[language] ?? 0) + Object.keys(words).length;
  }
  return counts;
}
