import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { diskBlobs } from '#foundation/platform/blobs.ts';
import { createLog } from '#foundation/platform/log.ts';
import { testDatabase } from '#foundation/platform/testing.ts';
import type { LibraryContext } from '../context.ts';
import { flac, mp3, opus, picture, wav, type Tagged } from '../testing.ts';
import { importFolder, type ImportOptions, type ImportReport } from './import-folder.ts';
import { listSkippedFiles } from './list-skipped.ts';

const home = await mkdtemp(path.join(os.tmpdir(), 'ngoma-import-'));
after(() => rm(home, { recursive: true, force: true }));
const { db } = await testDatabase({ after });
const ctx: LibraryContext = {
  db,
  blobs: diskBlobs(path.join(home, 'blobs')),
  log: createLog('silent'),
};

let libraries = 0;
async function library(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const root = path.join(home, `library-${++libraries}`);
  await mkdir(root);
  await add(root, files);
  return root;
}
async function add(
  root: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), bytes);
  }
}
async function run(root: string, options: ImportOptions = {}): Promise<ImportReport> {
  const report = await importFolder(ctx, root, options);
  assert.ok('id' in report, JSON.stringify(report));
  return report;
}
const counts = ({ seen, added, updated, unchanged, skipped, missing }: ImportReport) => ({
  seen,
  added,
  updated,
  unchanged,
  skipped,
  missing,
});
const rows = async <T>(text: string, ...values: unknown[]): Promise<T[]> =>
  (await db.pool.query(text, values)).rows as T[];
const filesUnder = (root: string) =>
  rows<{
    path: string;
    recording_id: string;
    sound_id: string;
    title: string;
    artist_name: string;
    missing: boolean;
  }>(
    `select substr(f.path, length($1) + 2) as path, f.recording_id, f.sound_id, r.title, r.artist_name, f.missing_since is not null as missing
     from media.file f join catalog.recording r on r.id = f.recording_id where starts_with(f.path, $1 || '/') order by f.path`,
    root,
  );
const soundsTold = async () =>
  (
    await rows<{ payload: { recordingIds: string[] } }>(
      `select payload from platform.outbox where topic = 'media.soundsChanged' order by id`,
    )
  ).map(({ payload }) => payload.recordingIds.toSorted());
const reasons = async (root: string) =>
  Object.fromEntries(
    (await listSkippedFiles(db, root, 100)).map((s) => [path.relative(root, s.path), s.reason]),
  );
const song = (n: number, over: Tagged = {}): Tagged => ({
  title: `Song ${n}`,
  artist: 'Nyota',
  album: 'Anga',
  track: String(n),
  ...over,
});

test('a folder becomes recordings, releases and files; a second look reads nothing again', async () => {
  const root = await library({
    'a/01.mp3': mp3(song(1)),
    'a/02.flac': flac(song(2)),
    'b.opus': opus({ title: 'Alone', artist: 'Mwezi' }),
  });
  assert.deepEqual(counts(await run(root)), {
    seen: 3,
    added: 3,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    missing: 0,
  });
  assert.deepEqual(
    (await filesUnder(root)).map((f) => [f.path, f.title, f.artist_name]),
    [
      ['a/01.mp3', 'Song 1', 'Nyota'],
      ['a/02.flac', 'Song 2', 'Nyota'],
      ['b.opus', 'Alone', 'Mwezi'],
    ],
  );
  const noReader = { readers: { worker: path.join(home, 'no such program.ts') } };
  assert.deepEqual(counts(await run(root, noReader)), {
    seen: 3,
    added: 0,
    updated: 0,
    unchanged: 3,
    skipped: 0,
    missing: 0,
  });
});

test('another encoding of a recording is another file of it, never a second recording', async () => {
  const root = await library({
    'mp3/1.mp3': mp3(song(1, { album: 'Twice' })),
    'flac/1.flac': flac(song(1, { album: 'Twice' })),
    'x.mp3': mp3({ title: 'Isolated', artist: 'Nyota', isrc: 'RWAAA2400321' }),
    'y.flac': flac({ title: 'Isolated (Remaster)', artist: 'Nyota', isrc: 'RW-AAA-24-00321' }),
    'untagged.mp3': mp3({}),
    'untagged.wav': wav({}),
  });
  await run(root);
  const ids = Map.groupBy(await filesUnder(root), (f) => f.recording_id);
  assert.deepEqual([...ids.values()].map((files) => files.map((f) => f.path).join()).sort(), [
    'flac/1.flac,mp3/1.mp3',
    'untagged.mp3,untagged.wav',
    'x.mp3,y.flac',
  ]);
});

const pipeMaker = 'mkfifo';
test('broken files, other files, pipes and links out of the library are one line each with a reason', async () => {
  const outside = await library({ 'secret.mp3': mp3(song(1)) });
  const root = await library({
    'good.mp3': mp3(song(1, { album: 'Good' })),
    'empty.mp3': '',
    'noise.mp3': 'no music '.repeat(1_000),
    'notes.txt': 'hello',
    'cut.flac': flac(song(2)).subarray(0, 30),
    '.hidden/x.mp3': mp3(song(3)),
    '.hidden.mp3': mp3(song(4)),
  });
  await symlink(outside, path.join(root, 'outside'));
  await symlink(path.join(outside, 'secret.mp3'), path.join(root, 'link.mp3'));
  await symlink(path.join(root, 'nowhere'), path.join(root, 'dangling.mp3'));
  if (process.platform !== 'win32') execFileSync(pipeMaker, [path.join(root, 'pipe.mp3')]);
  const report = await run(root);
  assert.deepEqual(await reasons(root), {
    'cut.flac': 'broken',
    'dangling.mp3': 'vanished',
    'empty.mp3': 'empty',
    'link.mp3': 'outside-library',
    'noise.mp3': 'not-music',
    'notes.txt': 'not-music',
    outside: 'outside-library',
    'pipe.mp3': 'not-a-file',
  });
  assert.deepEqual(counts(report), {
    seen: 9,
    added: 1,
    updated: 0,
    unchanged: 0,
    skipped: 8,
    missing: 0,
  });
  assert.deepEqual(
    counts(await run(root)),
    { seen: 9, added: 0, updated: 0, unchanged: 1, skipped: 8, missing: 0 },
    'and the same the next time',
  );
});

test('links that lead in a circle end', async () => {
  const root = await library({ 'a/b/1.mp3': mp3(song(1, { album: 'Circle' })) });
  await symlink(root, path.join(root, 'a/b/again'));
  await symlink('self', path.join(root, 'self'));
  await symlink(path.join(root, 'a'), path.join(root, 'twin'));
  const report = await run(root);
  assert.deepEqual([report.added, (await filesUnder(root)).map((f) => f.path)], [1, ['a/b/1.mp3']]);
});

test('a file that links lead to is met once: at its own place, or where only links reach it', async () => {
  const root = await library({
    'album/1.mp3': mp3(song(1, { album: 'Linked' })),
    'notes.txt': 'no music',
    '.annex/objects/2.mp3': mp3(song(2, { album: 'Linked' })),
  });
  for (const [link, target] of [
    ['a.mp3', 'album/1.mp3'],
    ['album/again.mp3', 'album/1.mp3'],
    ['z.txt', 'notes.txt'],
    ['album/2.mp3', '.annex/objects/2.mp3'],
    ['favourite.mp3', '.annex/objects/2.mp3'],
  ] as const)
    await symlink(path.join(root, target), path.join(root, link));
  const { added, skipped } = await run(root);
  assert.deepEqual([added, skipped], [2, 1]);
  const again = await run(root);
  assert.deepEqual([again.added, again.unchanged, again.missing], [0, 2, 0]);
});

test(
  'names that are not UTF-8 are imported and found again',
  { skip: process.platform !== 'linux' },
  async () => {
    const root = await library({});
    await writeFile(
      Buffer.concat([Buffer.from(`${root}/`), Buffer.from('Aïcha - Été.mp3', 'latin1')]),
      mp3({}),
    );
    assert.equal((await run(root)).added, 1);
    assert.equal((await run(root)).unchanged, 1);
    const [file] = await filesUnder(root);
    assert.deepEqual([file!.title, file!.artist_name], ['Été', 'Aïcha']);
  },
);

test('an artist who is only guessed from a name is shown but not paid', async () => {
  const root = await library({
    'Zuri - Alfajiri.mp3': mp3({}),
    'Jua - Usiku.mp3': mp3({ title: 'Usiku', artist: 'Jua' }),
  });
  await run(root);
  const paid = await rows<{ title: string; party_name: string }>(
    `select r.title, s.party_name from media.file f join catalog.recording r on r.id = f.recording_id
     left join catalog.public_split s on s.recording_id = r.id where starts_with(f.path, $1 || '/') order by r.title`,
    root,
  );
  assert.deepEqual(paid, [
    { title: 'Alfajiri', party_name: null },
    { title: 'Usiku', party_name: 'Jua' },
  ]);
});

test('new tags in a file describe its recording anew; other music in its place is other music', async () => {
  const root = await library({ '1.mp3': mp3({ title: 'Tpyo', artist: 'Nyota' }) });
  await run(root);
  const [before] = await filesUnder(root);
  await add(root, { '1.mp3': mp3({ title: 'Typo', artist: 'Nyota', year: '2020' }) });
  assert.equal((await run(root)).updated, 1);
  const [retagged] = await filesUnder(root);
  assert.deepEqual([retagged!.recording_id, retagged!.title], [before!.recording_id, 'Typo']);
  assert.notEqual(retagged!.sound_id, before!.sound_id, 'other bytes');
  await add(root, { '1.mp3': mp3({ title: 'Other', artist: 'Others' }, undefined, 60) });
  await run(root);
  const [replaced] = await filesUnder(root);
  assert.notEqual(replaced!.recording_id, before!.recording_id);
  assert.equal(
    (await rows('select 1 from catalog.recording where id = $1', before!.recording_id)).length,
    1,
    'nothing is deleted',
  );
});

test('a file that vanished is missing, not deleted; one that was moved is the same recording; one that returns is found', async () => {
  const root = await library({
    'old/1.mp3': mp3(song(1, { album: 'Moving' })),
    '2.mp3': mp3(song(2, { album: 'Moving' })),
  });
  await run(root);
  const before = await filesUnder(root);
  const told = await soundsTold();
  await rename(path.join(root, 'old'), path.join(root, 'new'));
  await rename(path.join(root, '2.mp3'), path.join(home, 'away.mp3'));
  const report = await run(root);
  assert.deepEqual([report.added, report.missing], [1, 2]);
  const files = await filesUnder(root);
  assert.deepEqual(
    files.map((f) => [f.path, f.missing]),
    [
      ['2.mp3', true],
      ['new/1.mp3', false],
      ['old/1.mp3', true],
    ],
  );
  const [lost, moved] = before;
  assert.deepEqual(
    [files[1]!.recording_id, files[1]!.sound_id],
    [moved!.recording_id, moved!.sound_id],
  );
  await rename(path.join(home, 'away.mp3'), path.join(root, '2.mp3'));
  const back = await run(root);
  assert.deepEqual([back.added, back.unchanged, back.missing], [0, 2, 1]);
  const gone = [lost!.recording_id, moved!.recording_id].sort();
  assert.deepEqual(
    (await soundsTold()).slice(told.length),
    [[moved!.recording_id], gone, [lost!.recording_id]],
    'who keeps what was read of a sound is told that it has another file, or none',
  );
});

test('a library that is not there, or not a folder, is refused in words and changes nothing', async () => {
  const root = await library({ '1.mp3': mp3(song(1, { album: 'Disk' })) });
  await run(root);
  await rename(root, `${root}-unmounted`);
  for (const folder of [root, path.join(`${root}-unmounted`, '1.mp3')]) {
    const refused = await importFolder(ctx, folder);
    assert.ok('kind' in refused && refused.code === 'FOLDER_UNREADABLE');
  }
  assert.deepEqual(
    (await filesUnder(root)).map((f) => f.missing),
    [false],
  );
});

test(
  'what lies in a folder that cannot be read is not called missing',
  { skip: process.getuid?.() === 0 ? 'root reads everything' : false },
  async () => {
    const root = await library({ 'locked/1.mp3': mp3(song(1, { album: 'Locked' })) });
    await run(root);
    await chmod(path.join(root, 'locked'), 0);
    const report = await run(root);
    await chmod(path.join(root, 'locked'), 0o755);
    assert.deepEqual([report.missing, report.skipped], [0, 1]);
  },
);

test('a file that crashes, hangs or bloats its reader costs one line, and the others are read', async () => {
  const root = await library({
    '1.mp3': mp3(song(1, { album: 'Hard' })),
    'crash.mp3': mp3({}),
    '2.mp3': mp3(song(2, { album: 'Hard' })),
    'hang.mp3': mp3({}),
    'bloat.mp3': mp3({}),
    '3.mp3': mp3(song(3, { album: 'Hard' })),
  });
  const worker = path.join(home, 'misbehaving-worker.ts');
  const here = path.resolve(import.meta.dirname, '..');
  const platform = path.resolve(here, '../../foundation/platform');
  await writeFile(
    worker,
    `import { answerQuestions } from '${platform}/worker-process.ts';
     import { readFile } from '${here}/reading-tags/read-file.ts';
     const kept: Buffer[] = [];
     answerQuestions(async (request: Parameters<typeof readFile>[0]) => {
       if (request.path.endsWith('crash.mp3')) process.abort();
       if (request.path.endsWith('hang.mp3')) for (;;);
       if (request.path.endsWith('bloat.mp3')) for (let i = 0; i < 4_000; i++) { kept.push(Buffer.alloc(1024 * 1024, 1)); }
       return readFile(request);
     });`,
  );
  const report = await run(root, {
    readers: { worker, timeoutMs: 5_000, rssBytesMax: 400 * 1024 * 1024 },
  });
  assert.deepEqual([report.added, report.skipped], [3, 3]);
  const found = await reasons(root);
  assert.equal(found['crash.mp3'], 'crashed');
  assert.equal(found['hang.mp3'], 'timed-out');
  assert.equal(
    found['bloat.mp3'],
    process.platform === 'linux' ? 'too-much-memory' : found['bloat.mp3'],
  );
});

test('readers that cannot start are said so, and the files are tried again the next time', async () => {
  const root = await library({ '1.mp3': mp3(song(1, { album: 'Again' })) });
  assert.equal(
    (await run(root, { readers: { worker: path.join(home, 'missing-worker.ts') } })).skipped,
    1,
  );
  assert.deepEqual(await reasons(root), { '1.mp3': 'no-worker' });
  assert.equal((await run(root)).added, 1);
  assert.deepEqual(await reasons(root), {});
});

test('stopped in the middle, the same run goes on where it was', async () => {
  const root = await library(
    Object.fromEntries(
      Array.from({ length: 450 }, (_, i) => [`${i}.mp3`, mp3(song(i, { album: 'Long' }))]),
    ),
  );
  const stop = new AbortController();
  let id: ImportReport['id'] | undefined;
  await assert.rejects(
    importFolder(ctx, root, {
      signal: stop.signal,
      progress: (done) => {
        if (done >= 200) stop.abort(new Error('enough'));
      },
    }),
  );
  const [halted] = await rows<{ id: ImportReport['id']; status: string }>(
    'select id, status from media.import_run where folder = $1',
    root,
  );
  assert.equal(halted!.status, 'cancelled');
  const half = (await filesUnder(root)).length;
  assert.ok(half >= 200 && half < 450, `${half} files`);
  id = halted!.id;
  const seen: [number, number | null][] = [];
  const report = await run(root, {
    runId: id,
    progress: (done, total) => seen.push([done, total]),
  });
  assert.deepEqual(counts(report), {
    seen: 450,
    added: 450,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    missing: 0,
  });
  assert.deepEqual(seen.at(-1), [450 - half, 450 - half], 'progress says n of m');
  assert.equal((await filesUnder(root)).length, 450);
  assert.equal(
    (await rows('select 1 from media.import_run where folder = $1 and status = $2', root, 'done'))
      .length,
    1,
  );
});

test('two imports of one folder at once leave one recording and one file each', async () => {
  const root = await library(
    Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`${i}.mp3`, mp3(song(i, { album: 'Race' }))]),
    ),
  );
  await Promise.all([run(root), run(root)]);
  const files = await filesUnder(root);
  assert.equal(files.length, 60);
  assert.equal(new Set(files.map((f) => f.recording_id)).size, 60);
});

test('the picture of a file or of its folder becomes the cover, kept once', async () => {
  const root = await library({
    'own/1.mp3': mp3(song(1, { album: 'Own', picture: picture('own cover') })),
    'own/2.mp3': mp3(song(2, { album: 'Own', picture: picture('own cover') })),
    'beside/1.mp3': mp3(song(1, { album: 'Beside' })),
    'beside/cover.jpg': picture('beside cover'),
    'beside/folder.jpg': picture('another'),
  });
  await run(root);
  const covers = await rows<{ title: string; cover_key: string }>(
    `select title, cover_key from catalog.release where title in ('Own', 'Beside') order by title`,
  );
  assert.equal(covers.length, 2);
  for (const { cover_key } of covers)
    assert.equal(await ctx.blobs.size(cover_key), picture('own cover').length);
  assert.notEqual(covers[0]!.cover_key, covers[1]!.cover_key);
});

test('a file touched but not changed is read again and nothing is said twice', async () => {
  const root = await library({ '1.mp3': mp3(song(1, { album: 'Touched' })) });
  await run(root);
  await utimes(path.join(root, '1.mp3'), new Date(), new Date('2020-01-01'));
  await rows('delete from platform.outbox');
  assert.equal((await run(root)).updated, 1);
  // Nobody has compared the bytes: whoever keeps what they sound like looks.
  assert.deepEqual(await rows('select topic from platform.outbox'), [
    { topic: 'media.soundsChanged' },
  ]);
});

const real = path.resolve(import.meta.dirname, '../../../../../shared/data/audio');
test(
  'the real recordings are imported as their source says they are called',
  { skip: existsSync(real) ? false : 'no shared/data/audio beside the checkout' },
  async () => {
    const report = await run(real);
    const music = (await readdir(real, { recursive: true })).filter((f) => /\.(mp3|ogg)$/.test(f));
    assert.deepEqual(
      [report.added, report.skipped],
      [music.length, 1],
      'one is the list of sources',
    );
    const names = (await filesUnder(await realpath(real))).map(
      (f) => `${f.artist_name} - ${f.title}`,
    );
    for (const name of [
      'Brad Sucks - Total Breakdown',
      'Jonathan Coulton - Code Monkey',
      "Karissa Hobbs - Let's Go Fishin'",
      'Steven Dunston - northern star',
      'setuniman - sweet waltz',
    ])
      assert.ok(names.includes(name), `${name} in ${names.join(', ')}`);
  },
);
