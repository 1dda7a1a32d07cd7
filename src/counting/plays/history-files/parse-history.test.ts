import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { playsMax, type ParsedHistory } from './history.ts';
import { parseHistory } from './parse-history.ts';
import { instantOfWall } from './read-time.ts';
import * as compose from './testing.ts';

// Composed files: they hold what the formats' descriptions say, and no real export was at hand to try.

const startS = Date.UTC(2026, 10, 19, 19, 4, 5) / 1_000;
const set = [
  { title: 'Katerina', artist: 'Bruce Melodie', startS, playedS: 180, lengthS: 222 },
  { title: 'Ye <&> "Bigger"', artist: 'Burna & Boy', startS: startS + 200, lengthS: 231 },
  { title: 'Inyogo y’imana', artist: 'Kizito', startS: startS + 450, lengthS: 265 },
];

function read(file: string | Buffer, name = 'file'): ParsedHistory {
  const parsed = parseHistory(typeof file === 'string' ? Buffer.from(file) : file, name);
  assert.notEqual(parsed.kind, 'unreadable', (parsed as { reason?: string }).reason);
  return parsed as ParsedHistory;
}

function reasonOf(file: string | Buffer, name = 'file'): string {
  const parsed = parseHistory(typeof file === 'string' ? Buffer.from(file) : file, name);
  assert.equal(parsed.kind, 'unreadable');
  return (parsed as { reason: string }).reason;
}

const named = ({ plays }: ParsedHistory) => plays.map((play) => [play.artist, play.title]);
const names = set.map((track) => [track.artist, track.title]);
const instants = set.map((track) => ({ kind: 'instant', at: track.startS * 1_000 }));

test('Serato: title, artist, start and playing time of every entry; a row written again holds once', () => {
  const entries = set.map((track, row) => compose.seratoEntry({ ...track, row }));
  const playing = compose.seratoEntry({ ...set[0]!, row: 0, playedS: 5 });
  const cued = compose.seratoEntry({ ...set[0]!, row: 9, played: 0 });
  const parsed = read(compose.seratoSession([playing, ...entries, cued]));
  assert.equal(parsed.kind, 'serato');
  assert.deepEqual(named(parsed), names);
  assert.deepEqual(
    parsed.plays.map((play) => play.when),
    instants,
  );
  assert.deepEqual([parsed.plays[0]!.playedMs, parsed.plays[1]!.durationMs], [180_000, 231_000]);
  assert.deepEqual(parsed.refused, [{ where: 'entry 5', reason: 'was loaded and not played' }]);
});

test('Serato: a session that breaks off keeps what came before, and lengths that lie cost their entry only', () => {
  const whole = compose.seratoSession(set.map((track) => compose.seratoEntry(track)));
  const cut = read(whole.subarray(0, whole.length - 20));
  assert.deepEqual(named(cut), names.slice(0, 2));
  assert.match(cut.refused[0]!.reason, /breaks off at byte \d+/);
  const lying = Buffer.from(whole);
  const field = lying.indexOf(Buffer.from([0, 0, 0, 6]));
  lying.writeUInt32BE(0xffff_fff0, field + 4);
  const parsed = read(lying);
  assert.deepEqual(named(parsed), names.slice(1));
  assert.deepEqual(parsed.refused[0], {
    where: 'entry 1',
    reason: 'is damaged: a field is longer than its entry',
  });
});

test('Traktor: the day in three numbers, the second on the wall, what was heard in public', () => {
  const day = [2026, 11, 19] as const;
  const entries = set.map((track, i) => ({ ...track, day, second: 75_845 + i * 200 }));
  const cued = { ...entries[0]!, isPublic: false };
  const undated = { ...entries[0]!, day: [0, 0, 0] as const };
  const parsed = read(compose.traktorHistory([...entries, cued, undated]));
  assert.equal(parsed.kind, 'traktor');
  assert.deepEqual(named(parsed), names);
  assert.deepEqual(parsed.plays[0]!.when, {
    kind: 'wall',
    wallMs: Date.UTC(2026, 10, 19, 21, 4, 5),
  });
  assert.deepEqual([parsed.plays[0]!.playedMs, parsed.plays[0]!.durationMs], [180_500, 222_000]);
  assert.deepEqual(
    parsed.refused.map((entry) => entry.reason),
    ['was heard on headphones only', 'has no time of start'],
  );
});

test('the date of a Traktor history that is known from elsewhere: 132710940 is 28 February 2025', () => {
  const text = compose
    .traktorHistory([{ ...set[0]!, day: [2026, 1, 1], second: 52_627 }])
    .replace(/STARTDATE="\d+"/, 'STARTDATE="132710940"');
  assert.deepEqual(read(text).plays[0]!.when, {
    kind: 'wall',
    wallMs: Date.UTC(2025, 1, 28, 14, 37, 7),
  });
});

test('XML: a file cut short keeps what came before; a document type or an entity of its own ends it', () => {
  const day = [2026, 11, 19] as const;
  const text = compose.traktorHistory(set.map((track, i) => ({ ...track, day, second: i })));
  const cut = read(text.slice(0, text.lastIndexOf('<EXTENDEDDATA')));
  assert.deepEqual(named(cut), names.slice(0, 2));
  assert.match(cut.refused[0]!.reason, /^is damaged: /);
  const bomb = text.replace(
    '<NML',
    '<!DOCTYPE NML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><NML',
  );
  assert.match(read(bomb).refused[0]!.reason, /document type/);
  const entity = read(text.replace('TITLE="Katerina"', 'TITLE="&x;"'));
  assert.deepEqual([entity.plays.length, entity.refusedCount], [0, 1]);
  const deep = read(`<NML>${'<a>'.repeat(100_000)}`);
  assert.match(deep.refused[0]!.reason, /nested deeper/);
});

test('VirtualDJ: times, artists and titles of #EXTVDJ lines; a remix stays in the title', () => {
  const parsed = read(compose.virtualDjM3u(set));
  assert.equal(parsed.kind, 'virtualdj m3u');
  assert.deepEqual(named(parsed), names);
  assert.deepEqual(
    parsed.plays.map((play) => play.when),
    instants,
  );
  const remix = read(
    '#EXTVDJ:<lastplaytime>1674884385</lastplaytime><artist>J. Period</artist><title>Buddy</title><remix>Night Mix</remix>\nx.mp3\n#EXTVDJ:<artist>a</artist><title>b</title>\ny.mp3',
  );
  assert.equal(remix.plays[0]!.title, 'Buddy (Night Mix)');
  assert.equal(remix.refused[0]!.reason, 'has no time of start');
});

test('VirtualDJ’s tracklist: an hour before the one above is after midnight', () => {
  const parsed = read(
    'VirtualDJ History 2026/11/19\r\n------------------\r\n23:58 : Kizito - One\r\n00:03 : Kizito - Two\r\nnonsense\r\n25:99 : Kizito - Three\r\n',
  );
  assert.deepEqual(
    parsed.plays.map((play) => play.when),
    [
      { kind: 'wall', wallMs: Date.UTC(2026, 10, 19, 23, 58) },
      { kind: 'wall', wallMs: Date.UTC(2026, 10, 20, 0, 3) },
    ],
  );
  assert.deepEqual(
    parsed.refused.map((entry) => entry.where),
    ['line 5', 'line 6'],
  );
});

test('rekordbox: text in UTF-16, and XML playlists named HISTORY; neither has times', () => {
  const table = read(compose.rekordboxTable(set), 'HISTORY 2026-11-19.txt');
  assert.deepEqual([table.kind, named(table)], ['table', names]);
  assert.deepEqual(table.plays[0]!.when, { kind: 'unknown' });
  assert.equal(table.plays[0]!.durationMs, 222_000);
  const parsed = read(compose.rekordboxXml(set));
  assert.deepEqual([parsed.kind, named(parsed)], ['rekordbox xml', names]);
  const other = read(compose.rekordboxXml(set).replace('HISTORY 2026', 'Saturday'));
  assert.match(other.refused[0]!.reason, /HISTORY/);
});

test('M3U of Mixxx and others: artist and title of #EXTINF, else of the file’s name', () => {
  const parsed = read(
    '#EXTM3U\n#EXTINF:222,Bruce Melodie - Katerina\n/music/1.mp3\n/music/Kizito - Inyogo.flac\n/music/noise.wav\n',
    'set.m3u8',
  );
  assert.deepEqual(named(parsed), [
    ['Bruce Melodie', 'Katerina'],
    ['Kizito', 'Inyogo'],
  ]);
  assert.equal(parsed.plays[0]!.durationMs, 222_000);
  assert.deepEqual(parsed.refused, [{ where: 'entry 3', reason: 'has no title' }]);
});

test('CSV of Mixxx: quotes, doubled quotes and line ends within them; a time that cannot be read is refused', () => {
  const parsed = read(
    '"Title","Artist","Duration","Timestamp"\r\n"Say ""Ye"", again","Burna\nBoy","3:51","2026-11-19 21:04:05"\r\n"x","y","","yesterday"\r\n',
  );
  assert.deepEqual(named(parsed), [['Burna Boy', 'Say "Ye", again']]);
  assert.deepEqual(parsed.plays[0]!.when, {
    kind: 'wall',
    wallMs: Date.UTC(2026, 10, 19, 21, 4, 5),
  });
  assert.equal(parsed.refusedCount, 1);
});

test('Mixxx’s database: the history playlists only, in UTC, write-ahead log or not', () => {
  const bytes = compose.mixxxDatabase(set);
  for (const mode of [1, 2]) {
    bytes.fill(mode, 18, 20);
    const parsed = read(bytes, 'mixxxdb.sqlite');
    assert.deepEqual([parsed.kind, named(parsed)], ['mixxx database', names]);
    assert.deepEqual(
      parsed.plays.map((play) => play.when),
      instants,
    );
  }
});

test('Mixxx’s database: views instead of tables, other databases and damage are refused in a sentence', () => {
  const endless = `drop table Playlists;
    create view Playlists as with recursive n(id) as (select 1 union all select id + 1 from n) select id, 2 as hidden from n;`;
  assert.match(reasonOf(compose.mixxxDatabase(set, endless)), /no library of Mixxx/);
  assert.match(reasonOf(compose.mixxxDatabase(set, 'drop table library')), /no library of Mixxx/);
  const computed = `drop table library; create table library (id integer, artist text, duration float, title text as (hex(zeroblob(400000000))))`;
  assert.match(reasonOf(compose.mixxxDatabase(set, computed)), /no library of Mixxx/);
  const damaged = compose.mixxxDatabase(set);
  damaged.fill(0xff, 100, 4_000);
  assert.match(reasonOf(damaged), /damaged/);
  assert.match(reasonOf(Buffer.from('SQLite format 3\0')), /damaged|no library/);
});

test('what is no history says what it would have to be', () => {
  assert.match(reasonOf(''), /empty/);
  assert.match(reasonOf('<html></html>'), /neither of Traktor/);
  assert.match(reasonOf('just some words\nand more'), /names Title and Artist/);
  assert.match(reasonOf(Buffer.alloc(16 * 1024 * 1024 + 1)), /larger than 16 MiB/);
});

test('a file of more plays than one may have is cut, and says so', () => {
  const line = '#EXTINF:222,Kizito - Song\nx.mp3\n';
  const parsed = read(`#EXTM3U\n${line.repeat(playsMax + 5)}`);
  assert.equal(parsed.plays.length, playsMax);
  assert.match(parsed.refused.at(-1)!.reason, /beyond 50000 plays/);
});

test('no bytes make a parser throw, and whatever it finds is bounded text', () => {
  const day = [2026, 11, 19] as const;
  const files = [
    compose.seratoSession(set.map((track) => compose.seratoEntry(track))),
    Buffer.from(compose.traktorHistory(set.map((track) => ({ ...track, day, second: 5 })))),
    Buffer.from(compose.virtualDjM3u(set)),
    compose.rekordboxTable(set),
    Buffer.from(compose.rekordboxXml(set)),
    compose.mixxxDatabase(set),
    Buffer.from('Title,Artist\n"a,b'),
  ];
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      damage,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (file, changes, keep) => {
        const bytes = Buffer.from(file.subarray(0, Math.ceil(file.length * keep)));
        for (const [at, value] of changes) bytes[at % Math.max(1, bytes.length)] = value;
        const parsed = parseHistory(bytes, 'x.m3u');
        if (parsed.kind === 'unreadable') return assert.ok((parsed as { reason: string }).reason);
        for (const play of (parsed as ParsedHistory).plays) {
          assert.ok(play.title !== '' && play.title.length <= 1_000 && play.title.isWellFormed());
          assert.ok(play.artist !== '' && !play.artist.includes('\0'));
        }
      },
    ),
    { numRuns: 600 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseHistory(bytes, 'x.m3u')),
    { numRuns: 300 },
  );
});

test('the clock on the wall of a zone, in summer, in winter and in an hour that comes twice', () => {
  const at = (wall: string, zone: string) =>
    new Date(instantOfWall(Date.parse(`${wall}Z`), zone)).toISOString();
  assert.equal(at('2026-11-19T21:04:05', 'Africa/Kigali'), '2026-11-19T19:04:05.000Z');
  assert.equal(at('2026-11-19T21:04:05', 'Africa/Lagos'), '2026-11-19T20:04:05.000Z');
  assert.equal(at('2026-07-01T12:00:00', 'Europe/Brussels'), '2026-07-01T10:00:00.000Z');
  assert.equal(at('2026-12-01T12:00:00', 'Europe/Brussels'), '2026-12-01T11:00:00.000Z');
  assert.equal(at('2026-10-25T02:30:00', 'Europe/Brussels'), '2026-10-25T00:30:00.000Z');
});
