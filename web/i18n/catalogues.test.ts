import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { type Catalogue, type Entry, type Key, languages } from './languages.ts';
import { placeholders, translator } from './translate.ts';

const read = (code: string): Record<string, Entry> =>
  JSON.parse(readFileSync(new URL(`./${code}.json`, import.meta.url), 'utf8'));
const english = read('en');
test('French says everything English says', () => {
  assert.ok(Object.keys(english).length > 100);
  assert.deepEqual(Object.keys(read('fr')).sort(), Object.keys(english).sort());
});

for (const { code } of languages) {
  test(`${code}: every key is one of English's, with the same placeholders`, () => {
    for (const [key, entry] of Object.entries(read(code))) {
      const original = english[key];
      assert.ok(original !== undefined, `${key} is not a key of en.json`);
      const extra = [...placeholders(entry)].filter((name) => !placeholders(original).has(name));
      assert.deepEqual(extra, [], `${key} fills what English does not`);
      // A plural form may leave its count out ("one recording"); everything else must be said.
      const missing = [...placeholders(original)].filter((name) => !placeholders(entry).has(name));
      assert.deepEqual(missing, [], `${key} leaves out`);
      assert.equal(
        typeof entry === 'string' ? 'text' : 'forms',
        typeof original === 'string' ? 'text' : 'forms',
        key,
      );
    }
  });

  test(`${code}: plural entries have every form the language uses`, () => {
    const categories = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(read(code))) {
      if (typeof entry === 'string') continue;
      // "many" in French and Portuguese is for a million and more, where "other" reads as well.
      const needed = categories.filter((category) => category !== 'many');
      for (const category of needed)
        assert.ok(entry[category] !== undefined, `${key} has no form ${category}`);
    }
  });
}

test('every catalogue file is offered', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.json'));
  assert.deepEqual(files.sort(), languages.map(({ code }) => `${code}.json`).sort());
});

test('a missing text is said in English, with the plural rules of English', () => {
  const key = 'a' as Key;
  const t = translator(
    'fr',
    {},
    { [key]: { one: '{count} play', other: '{count} plays' } } as Catalogue,
    'en',
  );
  assert.equal(t(key, { count: 0 }), '0 plays');
});

test('zero is singular in French and numbers are grouped the French way', () => {
  const key = 'a' as Key;
  const t = translator(
    'fr',
    { [key]: { one: '{count} écoute', other: '{count} écoutes' } } as Catalogue,
    {},
    'en',
  );
  assert.equal(t(key, { count: 0 }), '0 écoute');
  assert.match(t(key, { count: 12_345 }), /^12\s345 écoutes$/u);
});
