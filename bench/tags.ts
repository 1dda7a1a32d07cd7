import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { importFolder } from '#catalogue/media/index.ts';
import { flac, mp3, opus, picture, wav } from '#catalogue/media/testing.ts';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import { startDatabase } from '#foundation/platform/launcher.ts';
import { createLog } from '#foundation/platform/log.ts';
import { migrate } from '#foundation/platform/migrate.ts';
import { openDatabase } from '#foundation/platform/postgres.ts';
import { machine, median } from './house.ts';

// Importing a library: tags read in two processes, catalogue and files committed durably, database and readers on the same
// cores. The files are composed here: four formats, albums of twelve, a 30 kB picture in every fourth album.

const rounds = 3;
const files = 2_000;
const knownFiles = 100_000;
const newFiles = 1_000;
const perFolder = 100;

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-bench-tags-'));
const database = await startDatabase({ home, say: () => {} });
await migrate(database.url);
const db = openDatabase(database.url);
const ctx = { db, blobs: diskBlobs(path.join(home, 'blobs')), log: createLog('silent') };

const formats = [
  ['mp3', mp3],
  ['flac', flac],
  ['opus', opus],
  ['wav', wav],
] as const;

async function writeLibrary(root: string, count: number, name: string): Promise<void> {
  for (let i = 0; i < count; i++) {
    const album = Math.floor(i / 12);
    const [extension, make] = formats[album % formats.length]!;
    const folder = path.join(root, `Artist ${album % 80}`, `${name} ${album}`);
    if (i % 12 === 0) await mkdir(folder, { recursive: true });
    const tags = {
      title: `${name} song ${i}`,
      artist: `Artist ${album % 80}`,
      album: `${name} ${album}`,
      albumArtist: `Artist ${album % 80}`,
      track: `${(i % 12) + 1}/12`,
      genre: 'Afrobeat',
      year: '2024',
      ...(album % 4 === 0 && { picture: picture(String(album), 30_000) }),
    };
    await writeFile(
      path.join(folder, `${String((i % 12) + 1).padStart(2, '0')}.${extension}`),
      make(tags),
    );
  }
}

async function timed(root: string): Promise<{ seconds: number; added: number; unchanged: number }> {
  const began = performance.now();
  const report = await importFolder(ctx, root);
  if (!('id' in report)) throw new Error(JSON.stringify(report));
  return {
    seconds: (performance.now() - began) / 1000,
    added: report.added,
    unchanged: report.unchanged,
  };
}

/** A library that was imported before: files on disk, and the rows that importing them leaves. */
async function writeKnown(root: string): Promise<void> {
  const bytes = mp3({ title: 'Known' }, undefined, 0.1);
  const rows: [string, number][] = [];
  for (let i = 0; i < knownFiles; i++) {
    const folder = path.join(root, `folder ${Math.floor(i / perFolder)}`);
    if (i % perFolder === 0) await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${i}.mp3`);
    await writeFile(file, bytes);
    rows.push([file, Math.trunc((await stat(file)).mtimeMs)]);
  }
  await db.pool.query(
    `insert into catalog.recording (id, title, artist_name, match_title, match_artist, provenance)
     select md5(n::text)::uuid, 'Known ' || n, 'Known', 'known ' || n, 'known', 'import' from generate_series(1, $1) n`,
    [knownFiles],
  );
  await db.pool.query(
    `insert into media.file (id, recording_id, path, sound_id, size_bytes, modified_ms, content_type, imported_at)
     select gen_random_uuid(), md5(n::text)::uuid, path, gen_random_uuid(), $3, modified_ms, 'audio/mpeg', now() - interval '1 day'
     from unnest($1::text[], $2::bigint[]) with ordinality as f (path, modified_ms, n)`,
    [rows.map(([file]) => file), rows.map(([, ms]) => ms), bytes.length],
  );
  await db.pool.query('analyze');
}

console.log(`Tags. ${machine()}`);
try {
  const perSecond: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const root = path.join(home, `round-${round}`);
    await writeLibrary(root, files, `Round ${round}`);
    const { seconds, added } = await timed(root);
    if (added !== files) throw new Error(`${added} of ${files} files were imported`);
    perSecond.push(files / seconds);
  }
  const known = path.join(home, 'known');
  await writeKnown(known);
  const nothingNew = await timed(known);
  await writeLibrary(known, newFiles, 'New');
  const someNew = await timed(known);
  if (someNew.added !== newFiles || someNew.unchanged !== knownFiles)
    throw new Error(JSON.stringify(someNew));
  console.log('| case | figure |');
  console.log('| --- | --- |');
  console.log(
    `| ${files} new files, read and committed (median of ${rounds}) | ${Math.round(median(perSecond))} files/s (asked: 300) |`,
  );
  console.log(`| ${knownFiles} known files, nothing new | ${nothingNew.seconds.toFixed(1)} s |`);
  console.log(`| ${newFiles} new among ${knownFiles} known | ${someNew.seconds.toFixed(1)} s |`);
} finally {
  await db.close();
  await database.stop();
  await rm(home, { recursive: true, force: true });
}
