import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import { openWords, type WordFiles } from './words.ts';

/**
 * A part of the app that is fetched when it is first shown, together with its texts:
 * `part(() => import('./x.tsx').then((m) => m.X), import.meta.glob('./words/*.json'))`. Show it below a `Suspense`.
 */
export function part<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  words: WordFiles,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    const [component] = await Promise.all([load(), openWords(words)]);
    return { default: component };
  });
}
