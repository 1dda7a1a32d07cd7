import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchRecordings, type SourceRecording } from './match-recordings.ts';

type Row = readonly [string, string, string, string];

function verdictOf([titleA, artistA, titleB, artistB]: Row) {
  return matchRecordings({ title: titleA, artist: artistA }, { title: titleB, artist: artistB });
}

const same: readonly Row[] = [
  ['Nakupenda', 'Imena Band', 'NAKUPENDA', 'IMENA BAND'],
  ['Ọjọ́ Àìkú', 'Adékúnlé Ojo', 'Ojo Aiku', 'Adekunle Ojo'],
  ['Mwiza', 'Uwase Diane', 'Mwiza', 'Diane Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza', 'Uwase Featuring Kamanzi'],
  ['Mwiza (feat. Kamanzi)', 'Uwase', 'Mwiza', 'Uwase & Kamanzi'],
  ['Mwiza', 'Kamanzi X Uwase', 'Mwiza', 'Uwase, Kamanzi'],
  ['Mwiza', 'KAM/Z', 'Mwiza', 'KAM/Z: Uwase, Diane & Keza'],
  ['Mwiza', 'Ba Feauring Keza', 'Mwiza', 'Ba Featuring Keza'],
  ['Lobi Lelo', 'Trésor Mputu', 'Lobi Lelo', 'Tresor Mptuu'],
  ['Shake Am (TWERK)', 'Dlow Man', 'Shake Am (Twerk)', 'DLow Man'],
  ['Losing You', 'Keza', 'Losing You (From The Drawer)', 'Keza'],
  [
    'The Best Of...',
    'Imena And The Kings',
    'The Best Of Imena And The Kings',
    'Imena And The Kings',
  ],
  ['Take Me', 'YK NIECE', 'Take Me', 'YKNIECE'],
  ['Mwiza', 'Uwase', 'Mwiza (Official Video)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza - Remastered 2011', 'Uwase'],
  ['Part II', 'Uwase', 'Part 2', 'Uwase'],
];

const different: readonly Row[] = [
  ['Mwiza', 'Uwase', 'Mwiza', 'Kamanzi'],
  ['Mwiza', 'Uwase', 'Mwiza (Remix)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza Remix', 'Uwase & Kamanzi'],
  ['Mwiza (Keza Remix)', 'Uwase', 'Mwiza (Diane Remix)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza (Live at Amahoro)', 'Uwase'],
  ['Long Live', 'Uwase', 'Long Live (Live)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza - Acoustic', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza (Sped Up)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza - Slowed + Reverb', 'Uwase'],
  ['Mwiza', 'Uwase', "Mwiza (Uwase's Version)", 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza (Instrumental)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza (Cover)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwiza (1999)', 'Uwase'],
  ['Mwiza (Clean)', 'Uwase', 'Mwiza (Explicit)', 'Uwase'],
  ['Mwiza', 'Uwase', 'Mwizaa II', 'Uwase'],
  ['Sorry', 'Keza, The Maker', 'Sorry', 'Keza'],
  ['September', 'Earth, Wind & Fire', 'September', 'Fire'],
];

for (const row of same)
  test(`one recording: ${row[0]} / ${row[1]} and ${row[2]} / ${row[3]}`, () => {
    const verdict = verdictOf(row);
    assert.equal(verdict.verdict, 'same', verdict.reasons.join('; '));
  });

for (const row of different)
  test(`not one recording: ${row[0]} / ${row[1]} and ${row[2]} / ${row[3]}`, () => {
    const verdict = verdictOf(row);
    assert.notEqual(verdict.verdict, 'same', verdict.reasons.join('; '));
  });

const song: SourceRecording = { title: 'Mwiza', artist: 'Uwase', durationMs: 200_000 };

test('lengths that are far apart are shown to a person or kept apart, however alike the texts', () => {
  assert.equal(matchRecordings(song, { ...song, durationMs: 202_000 }).verdict, 'same');
  assert.equal(matchRecordings(song, { ...song, durationMs: 208_000 }).verdict, 'review');
  assert.equal(matchRecordings(song, { ...song, durationMs: 260_000 }).verdict, 'different');
});

test('the same ISRC decides, unless the titles say two versions; a placeholder decides nothing', () => {
  const isrc = 'RWA012600001';
  const a = { ...song, isrc };
  assert.equal(
    matchRecordings(a, { title: 'Mwiza wanjye', artist: 'Uwase', isrc }).verdict,
    'same',
  );
  assert.equal(
    matchRecordings(a, { title: 'Mwiza (Live)', artist: 'Uwase', isrc }).verdict,
    'review',
  );
  assert.equal(matchRecordings(a, { title: 'Other', artist: 'Nobody', isrc }).verdict, 'review');
  const none = { ...song, isrc: 'N/A' };
  assert.equal(
    matchRecordings(none, { title: 'Other', artist: 'Nobody', isrc: 'N/A' }).verdict,
    'different',
  );
});

const text = fc.string({ unit: 'grapheme', maxLength: 30 });

test('whatever two sources write, the answer is the same both ways, and nothing throws', () => {
  fc.assert(
    fc.property(text, text, text, text, (titleA, artistA, titleB, artistB) => {
      const [a, b] = [
        { title: titleA, artist: artistA },
        { title: titleB, artist: artistB },
      ];
      const [there, back] = [matchRecordings(a, b), matchRecordings(b, a)];
      assert.equal(there.verdict, back.verdict);
      assert.ok(Math.abs(there.score - back.score) < 1e-9);
    }),
    { numRuns: 500 },
  );
});
