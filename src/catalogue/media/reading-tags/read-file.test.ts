import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { pathToText } from '../importing/path-text.ts';
import {
  aiff,
  asLatin1,
  flac,
  id3,
  id3v1,
  mp3,
  opus,
  picture,
  wav,
  type Tagged,
} from '../testing.ts';
import { readFile } from './read-file.ts';
import { repairText } from './repair-text.ts';

const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-tags-'));
after(() => rm(folder, { recursive: true }));

let files = 0;
async function read(name: string, bytes: Uint8Array, coverPath: string | null = null) {
  const file = path.join(folder, `${++files}-${name}`);
  await writeFile(file, bytes);
  return readFile({ path: file, sizeBytes: bytes.length, coverPath });
}
async function tagsOf(name: string, bytes: Uint8Array) {
  const outcome = await read(name, bytes);
  if (outcome.kind !== 'read') throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return outcome;
}

const tagged: Tagged = {
  title: 'Ọlọ́run Ti Dá',
  artist: 'Àṣá',
  album: 'Ìfẹ́',
  albumArtist: 'Àṣá',
  track: '3/12',
  disc: '1/2',
  isrc: 'NGAAA2400001',
  genre: 'Highlife',
  year: '2024',
};

for (const [extension, make] of [
  ['mp3', mp3],
  ['wav', wav],
  ['aiff', aiff],
  ['flac', flac],
  ['opus', opus],
] as const) {
  test(`the tags, length and format of ${extension} are read, tone marks included`, async () => {
    const { tags, format } = await tagsOf(`x.${extension}`, make(tagged));
    assert.equal(tags.title, 'Ọlọ́run Ti Dá');
    assert.equal(tags.artist, 'Àṣá');
    assert.equal(tags.album, 'Ìfẹ́');
    assert.equal(tags.track, 3);
    assert.equal(tags.disc, 1);
    assert.equal(tags.isrc, 'NGAAA2400001');
    assert.deepEqual(tags.genres, ['Highlife']);
    assert.equal(tags.year, 2024);
    assert.ok(Math.abs(format.durationMs! - 2_000) < 60, `${format.durationMs} ms`);
    assert.equal(format.format, extension);
  });
}

test('a name that lies about the format does not matter', async () => {
  assert.equal((await tagsOf('x.ogg', mp3(tagged))).format.format, 'mp3');
  assert.equal((await tagsOf('x.mp3', flac(tagged))).format.format, 'flac');
  assert.equal((await tagsOf('noname', opus(tagged))).tags.artist, 'Àṣá');
});

test('a file whose name is not UTF-8 is read', { skip: process.platform !== 'linux' }, async () => {
  const bytes = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from('Béyoncé.mp3', 'latin1')]);
  await writeFile(bytes, mp3(tagged));
  const outcome = await readFile({ path: pathToText(bytes), sizeBytes: 1, coverPath: null });
  assert.equal(outcome.kind, 'read');
});

test('texts in the wrong encoding are read as they were meant', async () => {
  const utf8InLatin1 = id3({ title: 'Chérie Élise' }, (text) =>
    asLatin1(Buffer.from(text, 'utf8')),
  );
  assert.equal((await tagsOf('x.mp3', mp3({}, utf8InLatin1))).tags.title, 'Chérie Élise');
  const cp1252 = id3({ title: 'x' }, () => asLatin1(Buffer.from([0x4c, 0x92, 0xe9, 0x74, 0xe9])));
  assert.equal((await tagsOf('x.mp3', mp3({}, cp1252))).tags.title, 'L’été');
  const v1 = Buffer.concat([
    mp3({}, Buffer.alloc(0)),
    id3v1(Buffer.from('Sénégal', 'latin1'), Buffer.from('Aïcha', 'utf8')),
  ]);
  const { tags } = await tagsOf('x.mp3', v1);
  assert.deepEqual([tags.title, tags.artist], ['Sénégal', 'Aïcha']);
});

test('repairing leaves text that is right alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const mojibake = Buffer.from(text, 'utf8').toString('latin1');
      assert.equal(typeof repairText(mojibake), 'string');
    }),
  );
  for (const text of ['Ọlọ́run', 'Chérie', 'naïve café', '한국어', 'AC/DC', '“quoted”', 'Ã'])
    assert.equal(repairText(text), text);
  assert.equal(repairText('A\u0000m\u0000a\u0000'), 'Ama');
});

test('a picture is taken from the file, else from beside it, when it is one', async () => {
  const own = await tagsOf('x.mp3', mp3({ ...tagged, picture: picture('own') }));
  assert.equal(own.cover?.contentType, 'image/jpeg');
  assert.equal(own.cover?.bytes?.length, picture('own').length);
  const beside = path.join(folder, 'cover.jpg');
  await writeFile(beside, picture('beside'));
  const without = await read('x.mp3', mp3({ ...tagged, picture: Buffer.alloc(500, 1) }), beside);
  assert.equal(without.kind === 'read' && without.cover?.bytes?.length, picture('beside').length);
  await writeFile(
    beside,
    'no picture at all, only text that is long enough to be looked at by somebody',
  );
  const neither = await read('y.mp3', mp3(tagged), path.join(folder, 'gone.jpg'));
  assert.equal(neither.kind === 'read' && neither.cover, null);
  const large = await read('z.mp3', mp3({ ...tagged, picture: picture('large', 3 * 1024 * 1024) }));
  assert.equal(large.kind === 'read' && large.cover, null, 'larger than we keep');
});

const random = Buffer.from(
  Array.from({ length: 200_000 }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 0xff),
);
const broken: readonly (readonly [string, string, Uint8Array, RegExp])[] = [
  ['no bytes', 'x.mp3', Buffer.alloc(0), /^empty$/],
  ['one byte', 'x.flac', Buffer.of(0x66), /^not-music$/],
  ['random bytes', 'x.mp3', random, /^not-music$/],
  [
    'text',
    'x.mp3',
    Buffer.from('<html>this is a page about music</html>'.repeat(100)),
    /^not-music$/,
  ],
  ['zeros', 'x.wav', Buffer.alloc(100_000), /^not-music$/],
  ['a header and nothing more', 'x.flac', flac(tagged).subarray(0, 20), /^(broken|not-music)$/],
  [
    'a tag that claims 200 MB',
    'x.mp3',
    Buffer.concat([Buffer.from('ID3\x03\0\0\x64\x7f\x7f\x7f', 'latin1'), random]),
    /^not-music$/,
  ],
  ['a picture', 'x.mp3', picture('p', 70_000), /^not-music$/],
];
for (const [what, name, bytes, reason] of broken) {
  test(`${what} is one line in the report`, async () => {
    const outcome = await read(name, bytes);
    assert.ok(outcome.kind === 'problem');
    assert.match(outcome.reason, reason);
    assert.ok(outcome.detail.length > 5);
  });
}

test('ten megabytes of garbage in the ID3 tag cost nothing but themselves', async () => {
  const garbage = Buffer.alloc(10 * 1024 * 1024, random);
  const tag = Buffer.concat([
    Buffer.from('ID3\x03\0\0', 'latin1'),
    Buffer.of(
      (garbage.length >> 21) & 0x7f,
      (garbage.length >> 14) & 0x7f,
      (garbage.length >> 7) & 0x7f,
      garbage.length & 0x7f,
    ),
    garbage,
  ]);
  const began = performance.now();
  const outcome = await read('garbage.mp3', mp3({}, tag));
  assert.ok(performance.now() - began < 5_000);
  assert.ok(
    outcome.kind === 'read'
      ? outcome.tags.title === null || outcome.tags.title.length < 1_000_000
      : outcome.reason === 'broken',
  );
});

test('a header that claims more sound than there is is not believed', async () => {
  const { format } = await tagsOf('x.wav', wav(tagged, 2, 100_000));
  assert.ok(format.durationMs! < 2_500, `${format.durationMs} ms`);
});

test('cut anywhere, a file is read or is one line, and never takes long', async () => {
  for (const [name, whole] of [
    ['a.mp3', mp3(tagged)],
    ['a.flac', flac(tagged)],
    ['a.opus', opus(tagged)],
    ['a.aiff', aiff(tagged)],
  ] as const) {
    const file = path.join(folder, name);
    for (let cut = 1; cut < Math.min(whole.length, 1_200); cut += 97) {
      await writeFile(file, whole);
      await truncate(file, cut);
      const began = performance.now();
      const outcome = await readFile({ path: file, sizeBytes: cut, coverPath: null });
      assert.ok(outcome.kind === 'read' || outcome.reason !== '');
      assert.ok(performance.now() - began < 2_000, `${name} cut at ${cut}`);
    }
  }
});

test('any bytes after a right beginning are read or are one line', async () => {
  const starts = [
    flac(tagged).subarray(0, 120),
    opus(tagged).subarray(0, 90),
    id3(tagged),
    wav(tagged).subarray(0, 60),
    Buffer.from('\0\0\0\x20ftypM4A ', 'latin1'),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...starts),
      fc.uint8Array({ maxLength: 3_000 }),
      async (start, rest) => {
        const outcome = await read('fuzz.bin', Buffer.concat([start, rest]));
        assert.ok(outcome.kind === 'read' || outcome.detail !== '');
      },
    ),
    { numRuns: 150 },
  );
});

const library = path.resolve(import.meta.dirname, '../../../../../shared/data/audio');
test(
  'the real recordings are read where they lie',
  {
    skip: existsSync(library)
      ? false
      : `no folder ${path.basename(path.dirname(library))}/audio beside the checkout`,
  },
  async () => {
    const lengths: Record<string, number> = {
      'code-monkey.ogg': 189,
      'vibe-ace.ogg': 61,
      'better.mp3': 194,
      'monkey-shines.mp3': 51,
      'total-breakdown.mp3': 139,
      'sweet-waltz.ogg': 49,
    };
    let checked = 0;
    for (const name of await readdir(library)) {
      if (!/\.(mp3|ogg)$/.test(name)) continue;
      const outcome = await readFile({
        path: path.join(library, name),
        sizeBytes: 1,
        coverPath: null,
      });
      assert.ok(outcome.kind === 'read', name);
      const expected = lengths[name.split('--')[1]!];
      if (expected === undefined) continue;
      assert.ok(
        Math.abs(outcome.format.durationMs! / 1000 - expected) < 1.5,
        `${name} ${outcome.format.durationMs}`,
      );
      checked += 1;
    }
    assert.equal(checked, Object.keys(lengths).length);
  },
);

const hasFfmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
test(
  'm4a and Vorbis as another program writes them are read',
  { skip: hasFfmpeg ? false : 'no ffmpeg on this machine' },
  async () => {
    for (const name of ['made.m4a', 'made.ogg']) {
      const file = path.join(folder, name);
      execFileSync('ffmpeg', [
        '-v',
        'error',
        '-f',
        'lavfi',
        '-i',
        'sine=d=3',
        '-metadata',
        'title=Ọ̀rọ̀',
        '-metadata',
        'artist=Àṣá',
        '-metadata',
        'track=4',
        file,
      ]);
      const outcome = await readFile({ path: file, sizeBytes: 1, coverPath: null });
      assert.ok(outcome.kind === 'read');
      assert.deepEqual(
        [outcome.tags.title, outcome.tags.artist, outcome.tags.track],
        ['Ọ̀rọ̀'.normalize('NFC'), 'Àṣá', 4].map((t) => t),
      );
      assert.ok(
        Math.abs(outcome.format.durationMs! - 3_000) < 120,
        `${name} ${outcome.format.durationMs}`,
      );
    }
  },
);
