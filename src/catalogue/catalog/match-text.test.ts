import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchTextMax, normaliseArtist, normaliseName, normaliseTitle } from './match-text.ts';

const folds = [normaliseTitle, normaliseArtist, normaliseName];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({
    unit: fc.constantFrom(
      '(',
      ')',
      '[',
      ' ',
      'feat',
      '.',
      '-',
      'ọ́',
      'İ',
      'ß',
      'live',
      'remastered',
      '2011',
      '&',
      "'",
    ),
    maxLength: 30,
  }),
);

test('matching text is idempotent', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const fold of folds) {
        const once = fold(text);
        if (once !== null) assert.equal(fold(once), once);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('composed and decomposed letters match', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const short = text.slice(0, 100); // beyond the cut the two forms differ in length
      for (const fold of folds)
        assert.equal(fold(short.normalize('NFC')), fold(short.normalize('NFD')));
    }),
    { numRuns: 2_000 },
  );
});

test('every string is accepted, lone surrogates and endless brackets included, and the result is bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 2_000 }), (units) => {
      for (const fold of folds) {
        const folded = fold(String.fromCharCode(...units));
        assert.ok(folded === null || ([...folded].length <= matchTextMax && folded.isWellFormed()));
      }
    }),
  );
  assert.equal(normaliseTitle('('.repeat(1e6)), null);
});

for (const [given, expected] of [
  ['Ọlọ́run Ti Dá', 'olorun ti da'],
  ["Let's Go Fishin'", 'lets go fishin'],
  ['Let’s Go Fishin’', 'lets go fishin'],
  ['Essence (feat. Tems)', 'essence'],
  ['Essence ft. Tems', 'essence'],
  ['Calm Down featuring Selena Gomez', 'calm down'],
  ['Fall [Official Video]', 'fall'],
  ['Fall (Remastered 2011)', 'fall'],
  ['Fall - 2011 Remaster', 'fall'],
  ['Fall (Live)', 'fall live'],
  ['Fall - Live', 'fall live'],
  ['Fall (Acoustic Version)', 'fall acoustic version'],
  ['(Remastered)', 'remastered'],
  ['Featuring Nobody', 'featuring nobody'],
  ['ＦＵＬＬ　ＷＩＤＴＨ', 'full width'],
  ['Ɗan Ƙwarai', 'dan kwarai'],
  ['STRASSE', 'strasse'],
  ['straße', 'strasse'],
  ['हिन्दी', 'हिन्दी'],
  ['한국어', '한국어'],
  ['???', null],
  ['', null],
] as const) {
  test(`the title ${JSON.stringify(given)} matches as ${JSON.stringify(expected)}`, () => {
    assert.equal(normaliseTitle(given), expected);
  });
}

for (const [given, expected] of [
  ['Fally Ipupa feat. Koffi', 'fally ipupa'],
  ['P-Square', 'p square'],
  ['Sauti Sol & Nyashinski', 'sauti sol and nyashinski'],
  ['Beyoncé', 'beyonce'],
  ['!!!', null],
] as const) {
  test(`the artist ${JSON.stringify(given)} matches as ${JSON.stringify(expected)}`, () => {
    assert.equal(normaliseArtist(given), expected);
  });
}
