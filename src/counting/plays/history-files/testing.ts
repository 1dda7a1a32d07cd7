import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

// History files composed from the descriptions of their formats, for tests. None is an export of a real program.

export type Track = {
  readonly title: string;
  readonly artist: string;
  readonly startS: number;
  readonly playedS?: number;
  readonly lengthS?: number;
};

function chunk(tag: string | number, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  if (typeof tag === 'string') head.write(tag, 0, 'latin1');
  else head.writeUInt32BE(tag, 0);
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

function utf16(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function seratoEntry(track: Track & { readonly row?: number; readonly played?: 0 | 1 }) {
  const { title, artist, startS, playedS, lengthS, row, played = 1 } = track;
  const minutes = Math.floor((lengthS ?? 0) / 60);
  return chunk(
    'oent',
    chunk(
      'adat',
      Buffer.concat([
        ...(row === undefined ? [] : [chunk(1, int32(row))]),
        chunk(2, utf16(`/Music/${title}.mp3`)),
        chunk(6, utf16(title)),
        chunk(7, utf16(artist)),
        ...(lengthS === undefined ? [] : [chunk(10, utf16(`0${minutes}:${lengthS % 60}.00`))]),
        chunk(28, int32(startS)),
        ...(playedS === undefined ? [] : [chunk(45, int32(playedS))]),
        chunk(50, Buffer.of(played)),
        chunk(999, Buffer.alloc(3)), // fields nobody knows are passed over
      ]),
    ),
  );
}

export function seratoSession(entries: readonly Buffer[]): Buffer {
  return Buffer.concat([chunk('vrsn', utf16('1.0/Serato Scratch LIVE Review')), ...entries]);
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

export function traktorHistory(
  entries: readonly (Omit<Track, 'startS'> & {
    readonly day: readonly [number, number, number];
    readonly second: number;
    readonly isPublic?: boolean;
  })[],
): string {
  const collection = entries
    .map(
      ({ title, artist, lengthS }, i) =>
        `<ENTRY TITLE="${xml(title)}" ARTIST="${xml(artist)}"><LOCATION DIR="/:Music/:" FILE="${i}.mp3" VOLUME="C:"></LOCATION><INFO PLAYTIME="${lengthS ?? 200}"></INFO></ENTRY>`,
    )
    .join('\n');
  const list = entries
    .map(({ day: [year, month, day], second, playedS = 100, isPublic = true }, i) => {
      const date = (year << 16) | (month << 8) | day;
      return `<ENTRY><PRIMARYKEY TYPE="TRACK" KEY="C:/:Music/:${i}.mp3"></PRIMARYKEY><EXTENDEDDATA DECK="0" DURATION="${playedS}.5" EXTENDEDTYPE="HistoryData" PLAYEDPUBLIC="${Number(isPublic)}" STARTDATE="${date}" STARTTIME="${second}"></EXTENDEDDATA></ENTRY>`;
    })
    .join('\n');
  return `<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<NML VERSION="19"><HEAD COMPANY="www.native-instruments.com" PROGRAM="Traktor"></HEAD>
<COLLECTION ENTRIES="${entries.length}">${collection}</COLLECTION>
<PLAYLISTS><NODE TYPE="FOLDER" NAME="$ROOT"><SUBNODES COUNT="1"><NODE TYPE="PLAYLIST" NAME="HISTORY"><PLAYLIST ENTRIES="${entries.length}" TYPE="PROTOCOL">
${list}
</PLAYLIST></NODE></SUBNODES></NODE></PLAYLISTS></NML>`;
}

export function virtualDjM3u(tracks: readonly Track[]): string {
  return [
    '#EXTM3U',
    ...tracks.flatMap(({ title, artist, startS, lengthS }) => [
      `#EXTVDJ:<time>21:04</time><lastplaytime>${startS}</lastplaytime><filesize>1</filesize><artist>${xml(artist)}</artist><title>${xml(title)}</title>${lengthS === undefined ? '' : `<songlength>${lengthS}.0</songlength>`}`,
      `C:\\Music\\${title}.mp3`,
    ]),
  ].join('\r\n');
}

export function rekordboxTable(tracks: readonly Omit<Track, 'startS'>[]): Buffer {
  const rows = tracks.map(
    ({ title, artist, lengthS = 200 }, i) =>
      `${i + 1}\t\t${title}\t${artist}\tAlbum\t\t124.00\t\t0${Math.floor(lengthS / 60)}:${String(lengthS % 60).padStart(2, '0')}\t12A\t2026-11-01\t`,
  );
  const head =
    '#\tArtwork\tTrack Title\tArtist\tAlbum\tGenre\tBPM\tRating\tTime\tKey\tDate Added\t';
  return Buffer.from(`\uFEFF${[head, ...rows].join('\r\n')}\r\n`, 'utf16le');
}

export function rekordboxXml(tracks: readonly Omit<Track, 'startS'>[]): string {
  const collection = tracks.map(
    ({ title, artist, lengthS = 200 }, i) =>
      `<TRACK TrackID="${i + 1}" Name="${xml(title)}" Artist="${xml(artist)}" TotalTime="${lengthS}" Location="file://localhost/${i}.mp3"/>`,
  );
  const keys = tracks.map((_, i) => `<TRACK Key="${i + 1}"/>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<DJ_PLAYLISTS Version="1.0.0"><PRODUCT Name="rekordbox" Version="6.0.0" Company="Pioneer DJ"/>
<COLLECTION Entries="${tracks.length}">${collection.join('')}</COLLECTION>
<PLAYLISTS><NODE Type="0" Name="ROOT" Count="2">
<NODE Name="HISTORY 2026-11-19" Type="1" KeyType="0" Entries="${tracks.length}">${keys}</NODE>
<NODE Name="Favourites" Type="1" KeyType="0" Entries="1"><TRACK Key="1"/></NODE>
</NODE></PLAYLISTS></DJ_PLAYLISTS>`;
}

export function mixxxDatabase(tracks: readonly Track[], change = ''): Buffer {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'ngoma-compose-'));
  const file = path.join(dir, 'mixxxdb.sqlite');
  const db = new DatabaseSync(file);
  db.exec(`
    create table library (id integer primary key, artist text, title text, duration float, location integer);
    create table Playlists (id integer primary key, name text, position integer, hidden integer, date_created datetime, date_modified datetime);
    create table PlaylistTracks (id integer primary key, playlist_id integer, track_id integer, position integer, pl_datetime_added);
    insert into Playlists values (1, '2026-11-19', 0, 2, null, null), (2, 'Favourites', 1, 0, null, null);`);
  tracks.forEach(({ title, artist, startS, lengthS }, i) => {
    const at = new Date(startS * 1_000).toISOString().slice(0, 19).replace('T', ' ');
    db.prepare('insert into library values (?, ?, ?, ?, 1)').run(i, artist, title, lengthS ?? null);
    db.prepare('insert into PlaylistTracks values (null, 1, ?, ?, ?)').run(i, i, at);
    db.prepare('insert into PlaylistTracks values (null, 2, ?, ?, ?)').run(i, i, at);
  });
  if (change !== '') db.exec(change);
  db.close();
  const bytes = readFileSync(file);
  rmSync(dir, { recursive: true });
  return bytes;
}
