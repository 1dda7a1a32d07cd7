import { sql, type Fragment } from '#foundation/platform/postgres.ts';

// Searching by trigrams forgives typing, but what they take for a letter is up to the locale of the database: under C, ours
// too, that is A to Z. Names in Amharic, Arabic or Cyrillic are found by their own letters as they stand.

/** Whether folded text holds the folded words, or nearly. */
export function isAlike(text: Fragment, words: string): Fragment {
  const nearly = sql`${text} %> ${words}`;
  return isPlain(words) ? nearly : sql`(${nearly} or ${holds(text, words)})`;
}

/** How much so, from 0 to 1. */
export function likeness(text: Fragment, words: string): Fragment {
  const nearly = sql`word_similarity(${words}, ${text})::float8`;
  return isPlain(words) ? nearly : sql`case when ${holds(text, words)} then 1 else ${nearly} end`;
}

function holds(text: Fragment, words: string): Fragment {
  return sql`${text} like ${`%${words.replaceAll(/[\\%_]/g, '\\$&')}%`}`;
}

const isPlain = (words: string): boolean => !/[^\0-\x7f]/.test(words);
