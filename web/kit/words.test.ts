import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { type Catalogue, placeholders, translator } from '../ui/translate.ts';
import { isLanguage, languages } from './languages.ts';
import { catalogueOf, openWords, speak } from './words.ts';

// Every folder called `words`: what it says in English it says in French, and no other folder says it again.

const web = path.resolve(import.meta.dirname, '..');
const files = readdirSync(web, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => /(^|\/)words\/[^/]+$/.test(file) && !file.startsWith('dist/'));
const folders = [...new Set(files.map((file) => path.dirname(file)))].sort();

const read = (folder: string, code: string): Catalogue =>
  files.includes(`${folder}/${code}.json`)
    ? JSON.parse(readFileSync(path.join(web, folder, `${code}.json`), 'utf8'))
    : {};

test('the texts were found: of the parts, of the frame and of every room', () => {
  const rooms = readdirSync(path.join(web, 'rooms'));
  assert.ok(rooms.length >= 6, `${rooms.length} rooms`);
  for (const expected of ['ui', 'frame', ...rooms.map((room) => `rooms/${room}`)])
    assert.ok(Object.keys(read(`${expected}/words`, 'en')).length > 5, expected);
});

test('every file of texts is of a language that is offered', () => {
  const unknown = files.filter((file) => !isLanguage(path.basename(file, '.json')));
  assert.deepEqual(unknown, []);
});

test('no text is said in two folders, so that no room can change the words of another', () => {
  const said = new Map<string, string>();
  for (const folder of folders) {
    for (const key of Object.keys(read(folder, 'en'))) {
      assert.equal(said.get(key), undefined, `${key} of ${folder}`);
      said.set(key, folder);
    }
  }
});

for (const { code, complete } of languages) {
  test(`${code}: ${complete ? 'everything is said' : 'what is said is known in English'}, with the same placeholders`, () => {
    for (const folder of folders) {
      const english = read(folder, 'en');
      const words = read(folder, code);
      if (complete)
        assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort(), folder);
      for (const [key, entry] of Object.entries(words)) {
        const original = english[key];
        assert.ok(original !== undefined, `${key} is not a key of ${folder}/en.json`);
        const extra = [...placeholders(entry)].filter((name) => !placeholders(original).has(name));
        assert.deepEqual(extra, [], `${key} fills what English does not`);
        // A plural form may leave its count out ("one recording"); everything else must be said.
        const missing = [...placeholders(original)].filter(
          (name) => !placeholders(entry).has(name),
        );
        assert.deepEqual(missing, [], `${key} leaves out`);
        assert.equal(
          typeof entry === 'string' ? 'text' : 'forms',
          typeof original === 'string' ? 'text' : 'forms',
          key,
        );
      }
    }
  });

  test(`${code}: plural entries have every form the language uses`, () => {
    const categories = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    // "many" in French and Portuguese is for a million and more, where "other" reads as well.
    const needed = categories.filter((category) => category !== 'many');
    for (const folder of folders) {
      for (const [key, entry] of Object.entries(read(folder, code))) {
        if (typeof entry === 'string') continue;
        for (const category of needed)
          assert.ok(entry[category] !== undefined, `${key} has no form ${category}`);
      }
    }
  });
}

test('every room says its name and who it is for', () => {
  for (const room of readdirSync(path.join(web, 'rooms')).filter((name) => name !== 'account')) {
    const english = read(`rooms/${room}/words`, 'en');
    for (const key of [`room.${room}`, `room.${room}For`])
      assert.ok(english[key] !== undefined, `${key} is in rooms/${room}/words/en.json`);
  }
});

test('a missing text is said in English, with the plural rules of English', () => {
  const t = translator('fr', {}, { a: { one: '{count} play', other: '{count} plays' } }, 'en');
  assert.equal(t('a', { count: 0 }), '0 plays');
});

test('zero is singular in French and numbers are grouped the French way', () => {
  const t = translator('fr', { a: { one: '{count} écoute', other: '{count} écoutes' } }, {}, 'en');
  assert.equal(t('a', { count: 0 }), '0 écoute');
  assert.match(t('a', { count: 12_345 }), /^12\s345 écoutes$/u);
});

test('what is opened is read in the language that is spoken, and with English where that is not complete', async () => {
  const asked: string[] = [];
  const file = (code: string) => async () => {
    asked.push(code);
    return { default: { greeting: `said in ${code}` } };
  };
  const greetings = {
    './words/en.json': file('en'),
    './words/fr.json': file('fr'),
    '../other/words/fr.json': async () => ({ default: { farewell: 'adieu' } }),
    './words/rw.json': file('rw'),
  };
  await speak('fr');
  await openWords(greetings);
  assert.deepEqual(asked, ['fr']);
  assert.equal(catalogueOf('fr')['greeting'], 'said in fr');
  assert.equal(catalogueOf('fr')['farewell'], 'adieu', 'of several folders at once');
  await speak('rw');
  assert.deepEqual(asked.slice(1).sort(), ['en', 'rw']);
});

test('a language that cannot be fetched leaves the one that is spoken', async () => {
  let broken = true;
  const greetings = {
    './words/en.json': async () => ({ default: { greeting: 'hello' } }),
    './words/pt.json': async () => {
      if (broken) throw new TypeError('Failed to fetch dynamically imported module');
      return { default: { greeting: 'olá' } };
    },
  };
  await speak('en');
  await openWords(greetings);
  await assert.rejects(speak('pt'), TypeError);
  broken = false;
  await openWords(greetings);
  assert.equal(catalogueOf('pt')['greeting'], undefined, 'only English is asked for');
});
