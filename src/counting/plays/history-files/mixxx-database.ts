import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { collect, playsMax, type ParsedHistory, type Unreadable } from './history.ts';
import { readWhen } from './read-time.ts';

// Mixxx's mixxxdb.sqlite: history is playlists with hidden = 2, whose rows have the time a track was played, in UTC
// (SQLite's CURRENT_TIMESTAMP). A database somebody sends may hold anything, so it is read by a process of its own, and
// only from plain tables: a view, or a column that is computed, could hold work without end.

const signature = 'SQLite format 3\0';
const tables = ['Playlists', 'PlaylistTracks', 'library'];

export function isSqlite(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, signature.length) === signature;
}

export function parseMixxxDatabase(bytes: Buffer): ParsedHistory | Unreadable {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'ngoma-mixxx-'));
  try {
    const copy = Buffer.from(bytes);
    // Bytes 18 and 19 say that a write-ahead log belongs to the file; it was not sent, and without it they are a lie.
    copy.fill(1, 18, 20);
    const file = path.join(dir, 'mixxxdb.sqlite');
    writeFileSync(file, copy, { mode: 0o600 });
    return readDatabase(file);
  } catch (error) {
    return { kind: 'unreadable', reason: `The database is damaged: ${(error as Error).message}.` };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readDatabase(file: string): ParsedHistory | Unreadable {
  const db = new DatabaseSync(file, { readOnly: true, allowExtension: false });
  try {
    db.exec('pragma trusted_schema = off; pragma cell_size_check = on;');
    const plain = db
      .prepare(
        `select s.name
        from sqlite_schema s
        where s.type = 'table' and s.name in (?, ?, ?) and s.sql like 'create table%'
          and not exists (select 1 from pragma_table_xinfo(s.name) as c where c.hidden <> 0)`,
      )
      .all(...tables);
    if (plain.length !== tables.length)
      return { kind: 'unreadable', reason: 'This SQLite file is no library of Mixxx.' };
    const rows = db
      .prepare(
        `select l.title, l.artist, l.duration, t.pl_datetime_added as played
        from PlaylistTracks t
        join Playlists p on p.id = t.playlist_id
        join library l on l.id = t.track_id
        where p.hidden = 2
        order by t.pl_datetime_added, t.position
        limit ${playsMax + 1}`,
      )
      .iterate();
    const out = collect();
    let entries = 0;
    for (const { title, artist, duration, played } of rows) {
      const where = `entry ${++entries}`;
      const when = readWhen(asUtc(textOf(played)));
      if (when.kind === 'unknown') out.refuse(where, 'has no time of start');
      else
        out.add({
          where,
          when,
          title: textOf(title),
          artist: textOf(artist),
          durationMs: Number(duration) * 1_000 || null,
        });
    }
    return out.finish('mixxx database');
  } finally {
    db.close();
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asUtc(text: string): string {
  return /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?$/.test(text) ? `${text}Z` : text;
}
