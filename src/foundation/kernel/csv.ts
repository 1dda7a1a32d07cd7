// CSV as RFC 4180 has it: CRLF after every record, cells with commas, quotes or line breaks in quotes, quotes
// doubled. UTF-8 with a byte order mark, without which Excel reads Yoruba names as Latin-1.

export type CsvCell = string | number | bigint | null;

export const csvContentType = 'text/csv; charset=utf-8';
const byteOrderMark = '\uFEFF';

/** The start of a file: the byte order mark and the names of the columns. */
export function csvHead(columns: readonly string[]): string {
  return byteOrderMark + csvRow(columns);
}

/** One record. A missing value is an empty cell, never 0. */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

function toCell(value: CsvCell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return value.toString();
  const text = defuse(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// A spreadsheet runs a text cell that begins so as a formula (CWE-1236, OWASP "CSV injection"). An apostrophe in
// front makes it text (the full-width signs too); it is also put before an apostrophe, so that a reader can take exactly one off again.
// Numbers are not touched: a negative amount stays a number.
function defuse(text: string): string {
  return /^[=+\-@＝＋－＠\t\r\n']/.test(text) ? `'${text}` : text;
}
