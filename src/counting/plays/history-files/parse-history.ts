import { decodeText } from './decode-text.ts';
import { historyBytesMax } from './contract.ts';
import { textBytesMax, type ParsedHistory, type Unreadable } from './history.ts';
import { isSqlite, parseMixxxDatabase } from './mixxx-database.ts';
import {
  isVirtualDjTracklist,
  parseM3u,
  parseTable,
  parseVirtualDjTracklist,
} from './playlist-text.ts';
import { parseRekordboxXml } from './rekordbox-xml.ts';
import { parseSerato } from './serato.ts';
import { parseTraktor } from './traktor.ts';

/**
 * What a DJ program's history file says was played. The content decides what it is; the name only tells an M3U without
 * any marks from other text. Entries that are damaged are refused one by one and the rest is kept. Never throws for any
 * bytes; synchronous and unhurried, so a server calls `readHistory` instead, which runs it in a process of its own.
 */
export function parseHistory(given: Uint8Array, name: string): ParsedHistory | Unreadable {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length === 0) return unreadable('The file is empty.');
  const bytesMax = isSqlite(bytes) ? historyBytesMax : textBytesMax;
  if (bytes.length > bytesMax)
    return unreadable(`The file is larger than ${bytesMax / 1024 / 1024} MiB.`);
  if (isSqlite(bytes)) return parseMixxxDatabase(bytes);
  if (bytes.toString('latin1', 0, 4) === 'vrsn') return parseSerato(bytes);
  const text = decodeText(bytes);
  const start = text.slice(0, 4_096);
  if (start.trimStart().startsWith('<')) {
    if (/<NML[\s>]/.test(start)) return parseTraktor(text);
    if (/<DJ_PLAYLISTS[\s>]/.test(start)) return parseRekordboxXml(text);
    return unreadable('This XML is neither of Traktor (NML) nor of rekordbox (DJ_PLAYLISTS).');
  }
  if (isVirtualDjTracklist(text)) return parseVirtualDjTracklist(text.trimStart());
  if (/^#EXT/m.test(start) || /\.m3u8?$/i.test(name)) return parseM3u(text);
  return (
    parseTable(text) ??
    unreadable(
      'This is no history of Mixxx, Traktor, Serato, rekordbox or VirtualDJ that is known here; a table needs a first line that names Title and Artist.',
    )
  );
}

function unreadable(reason: string): Unreadable {
  return { kind: 'unreadable', reason };
}
