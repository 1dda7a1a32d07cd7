import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as identifiers from './identifiers.ts';

const {
  parseIsrc,
  parseIswc,
  parseIpiName,
  parseIpiBase,
  parseIsni,
  parseGtin,
  parseGrid,
  parseDpid,
} = identifiers;

const oracles = [
  [
    'ISRC',
    parseIsrc,
    ['USSM19803037', 'GBAHT0900445', 'ISRC US-SM1-98-03037', 'us-sm1-98-03037'],
    ['USTEST0000001', '', 'US'],
  ],
  [
    'ISWC',
    parseIswc,
    ['T0345246801', 'T-034.524.680-1', 'T9109247316', 'T0702472794'],
    ['T0345246802', 'T034524680'],
  ],
  [
    'IPI name number',
    parseIpiName,
    ['00014107338', '14107338'.padStart(9, '0'), '00000000297', '00854632521', '00856545896'],
    ['00854632549', '00856545879'],
  ],
  ['IPI base number', parseIpiBase, ['I-001068130-6'], ['I-001068130-5']],
  [
    'ISNI',
    parseIsni,
    ['0000000109201181', '0000 0001 2103 2683'],
    ['0000000109201182', '000000010920118'],
  ],
  [
    'GTIN',
    parseGtin,
    ['825646846917', '696998776920', '00094631432057'],
    ['731453000000', '82564684691', ''],
  ],
  [
    'GRid',
    parseGrid,
    ['A12425GABC1234002M', 'A1-2425G-ABC1234002-M'],
    ['A1-TEST-GRID-0001', 'A12425GABC1234002N'],
  ],
  [
    'DPID',
    parseDpid,
    ['PADPIDA2013020802I', 'PADPIDA2013042401U', 'PADPIDA2014111801Y'],
    ['PADPIDA2015999999X', 'PADPIDA2014999999Z'],
  ],
] as const;

for (const [name, parse, good, bad] of oracles) {
  for (const text of good)
    test(`${name} ${text} passes its check`, () => assert.equal(parse(text).valid, true));
  for (const text of bad)
    test(`${name} "${text}" is flagged`, () => assert.equal(parse(text).valid, false));
}

test('one wrong digit of an ISWC, ISNI, GTIN or IPI is always noticed', () => {
  const valid = [
    [parseIswc, 'T0345246801'],
    [parseIsni, '0000000109201181'],
    [parseGtin, '825646846917'],
    [parseIpiBase, 'I0010681306'],
    [parseIpiName, '00014107338'],
  ] as const;
  for (const [parse, text] of valid) {
    for (let i = text.length - 1; /\d/.test(text[i] ?? ''); i--) {
      for (const digit of '0123456789') {
        if (digit === text[i]) continue;
        // An ISWC and an IPI base weigh by position modulo 10, so some single errors cannot be noticed.
        if ((parse === parseIswc || parse === parseIpiBase) && [2, 4, 5, 6, 8].includes(i))
          continue;
        assert.equal(parse(text.slice(0, i) + digit + text.slice(i + 1)).valid, false, text);
      }
    }
  }
});

test('any text is kept or flagged, never corrected and never thrown over', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const [, parse] of oracles) {
        const { value } = parse(text);
        assert.ok(value.length <= 40);
        assert.deepEqual(parse(value).valid, parse(text).valid);
      }
    }),
  );
});
