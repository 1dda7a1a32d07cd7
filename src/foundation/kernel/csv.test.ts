import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvHead, csvRow } from './csv.ts';

/** A reader written from RFC 4180 alone: records of cells, quotes undone. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i]!;
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      record.push(cell);
      cell = '';
    } else if (char === '\r' && text[i + 1] === '\n') {
      i++;
      record.push(cell);
      records.push(record);
      record = [];
      cell = '';
    } else cell += char;
  }
  assert.equal(cell, '', 'the file ends with a line break');
  return records;
}

const undefuse = (text: string) => (text.startsWith("'") ? text.slice(1) : text);

test('a file begins with the byte order mark and the names of the columns', () => {
  assert.equal(csvHead(['partyId', 'amountMinor']), '\uFEFFpartyId,amountMinor\r\n');
});

test('cells with commas, quotes or line breaks are quoted, and quotes doubled', () => {
  assert.equal(
    csvRow(['a,b', 'say "hi"', 'two\nlines', 'plain']),
    '"a,b","say ""hi""","two\nlines",plain\r\n',
  );
});

test('a missing value is an empty cell; numbers stay numbers, negative ones too', () => {
  assert.equal(csvRow([null, -12, 34n, 0, '']), ',-12,34,0,\r\n');
});

test('text that a spreadsheet would run as a formula is defused', () => {
  for (const start of ['=', '+', '-', '@', '＝', '\t', '\r', '\n']) {
    const [[cell]] = readCsv(csvRow([`${start}cmd|' /C calc'!A0`])) as [[string]];
    assert.equal(cell, `'${start}cmd|' /C calc'!A0`);
  }
  assert.equal(csvRow(["'Round Midnight"]), "''Round Midnight\r\n");
});

test('whatever is written is read back exactly', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'",=+-@\'\r\n\ta') }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      (rows) => {
        const read = readCsv(rows.map((row) => csvRow(row)).join(''));
        assert.deepEqual(
          read.map((row) => row.map(undefuse)),
          rows,
        );
        assert.ok(read.flat().every((text) => !/^[=+\-@\t\r]/.test(text)));
      },
    ),
  );
});
