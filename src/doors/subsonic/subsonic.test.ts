import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  app,
  call,
  type Answer,
  db,
  makeSizes,
  me,
  other,
  person,
  signed,
  songs,
} from './testing.ts';

test('a player signs in by token and salt, by password, by hexadecimal password, and by none of them wrongly', async () => {
  assert.equal((await call('ping.view')).status, 'ok');
  const u = `u=${me.username}`;
  const hex = Buffer.from(me.password).toString('hex');
  for (const [query, code] of [
    [`${u}&p=${me.password}`, null],
    [`${u}&p=enc:${hex}`, null],
    [`${u}&p=wrong`, 40],
    [`${u}&t=00&s=salt`, 40],
    [u, 10],
    ['', 10],
    [`${u}&apiKey=x`, 43],
    ['apiKey=x', 44],
    [`u=nobody@example.org&p=${me.password}`, 40],
  ] as const) {
    const reply = await app.inject({ url: `/rest/ping?f=json&v=1.16.1&c=t&${query}` });
    const body = reply.json()['subsonic-response'];
    assert.equal(reply.statusCode, 200);
    assert.equal(body.error?.code ?? null, code, query);
  }
});

test('extensions are told without signing in, as JSON, JSONP and XML, by GET and by form', async () => {
  const json = await app.inject({ url: '/rest/getOpenSubsonicExtensions?f=json' });
  assert.equal(json.json()['subsonic-response'].openSubsonic, true);
  const jsonp = await app.inject({
    url: '/rest/getOpenSubsonicExtensions.view?f=jsonp&callback=done',
  });
  assert.match(jsonp.body, /^done\(\{"subsonic-response"/);
  const xml = await app.inject({
    method: 'POST',
    url: '/rest/getAlbumList2',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `${signed(me)}&type=newest`,
  });
  assert.match(xml.headers['content-type'] as string, /^application\/xml/);
  assert.match(
    xml.body,
    /<subsonic-response xmlns="http:\/\/subsonic\.org\/restapi" status="ok" version="1\.16\.1"/,
  );
  assert.match(xml.body, /<album [^>]*name="Inzira &lt;1&gt;"/);
});

test('a song comes in the sizes that a player asks for: a playlist with those, or one file', async () => {
  const id = songs[2]!;
  const playlist = (query: string) =>
    app.inject(`/rest/hls.m3u8?${signed(me)}&f=json&id=${id}&${query}`);
  assert.equal(
    (await playlist('')).json()['subsonic-response'].error.code,
    70,
    'none are made yet',
  );
  await makeSizes(id);
  const named = async (query: string) =>
    [...(await playlist(query)).body.matchAll(/\/(aac-\d+)\.m3u8$/gm)].map(([, name]) => name);
  assert.deepEqual(await named(''), ['aac-64', 'aac-128', 'aac-256']);
  assert.deepEqual(await named('bitRate=64&bitRate=200@0x0'), ['aac-64', 'aac-128']);
  assert.deepEqual(await named('bitRate=8'), ['aac-64']);
  assert.match((await playlist('')).body, /^\/media\/hls\/[\w.-]+\/[\w-]+\/aac-64\.m3u8$/m);

  const stream = (query: string) => app.inject(`/rest/stream?${signed(me)}&id=${id}&${query}`);
  const original = await stream('');
  assert.equal(original.headers['content-type'], 'audio/wav');
  const small = await stream('maxBitRate=64');
  assert.equal(small.headers['content-type'], 'audio/mp4');
  assert.equal(small.rawPayload.subarray(4, 8).toString(), 'ftyp');
  assert.equal(small.rawPayload.length, Number(small.headers['content-length']));
  const opus = await stream('format=opus&maxBitRate=32');
  assert.ok(opus.rawPayload.length < small.rawPayload.length);
  assert.equal((await stream('maxBitRate=64&format=raw')).headers['content-type'], 'audio/wav');
  assert.equal((await stream('maxBitRate=2000')).headers['content-type'], 'audio/wav');
});

test('a song streams whole and in ranges with its type, and only to who has signed in', async () => {
  const address = `/rest/stream?${signed(me)}&id=${songs[0]}`;
  const whole = await app.inject({ url: address });
  assert.deepEqual(
    [whole.statusCode, whole.headers['content-type'], whole.rawPayload.length],
    [200, 'audio/mpeg', 4_096],
  );
  const part = await app.inject({ url: address, headers: { range: 'bytes=0-99' } });
  assert.deepEqual([part.statusCode, part.headers['content-range']], [206, 'bytes 0-99/4096']);
  const stranger = await app.inject({ url: `/rest/stream?id=${songs[0]}&f=json` });
  assert.equal(stranger.json()['subsonic-response'].error.code, 10);
});

test('four range requests are no play; a submission told three times is one play of that song', async () => {
  for (let i = 0; i < 4; i++)
    await app.inject({
      url: `/rest/stream?${signed(me)}&id=${songs[1]}`,
      headers: { range: `bytes=${i * 10}-${i * 10 + 9}` },
    });
  const counted = async (): Promise<number> =>
    (
      await db.pool.query(
        'select count(*)::int as n from plays.play where recording_id = $1 and state = 0',
        [songs[1]],
      )
    ).rows[0].n;
  assert.equal(await counted(), 0);
  const time = Date.now() - 60_000;
  for (let i = 0; i < 3; i++) await call('scrobble', `id=${songs[1]}&submission=true&time=${time}`);
  assert.equal(await counted(), 1);
  await call('scrobble', `id=${songs[2]}&submission=false`);
  assert.equal((await call('getNowPlaying')).nowPlaying.entry[0].id, songs[2]);
  assert.equal((await call('getAlbumList2', 'type=recent')).albumList2.album.length, 1);
});

test("a playlist is made, changed by position and read; another's private one does not exist", async () => {
  const made = await call('createPlaylist', `name=Bus&songId=${songs[0]}&songId=${songs[1]}`);
  const { id } = made.playlist;
  await call(
    'updatePlaylist',
    `playlistId=${id}&songIndexToRemove=0&songIdToAdd=${songs[2]}&comment=for%20the%20bus`,
  );
  const read = await call('getPlaylist', `id=${id}`);
  assert.deepEqual(
    read.playlist.entry.map((e: { id: string }) => e.id),
    [songs[1], songs[2]],
  );
  assert.equal(read.playlist.comment, 'for the bus');
  assert.equal((await call('getPlaylist', `id=${id}`, other)).error.code, 70);
  assert.equal((await call('updatePlaylist', `playlistId=${id}&name=mine`, other)).error.code, 70);
  await call('updatePlaylist', `playlistId=${id}&public=true`);
  assert.equal((await call('getPlaylist', `id=${id}`, other)).playlist.readonly, true);
  assert.equal((await call('updatePlaylist', `playlistId=${id}&name=mine`, other)).error.code, 50);
  assert.equal((await call('deletePlaylist', `id=${id}`, other)).error.code, 70);
  assert.equal((await call('deletePlaylist', `id=${id}`)).status, 'ok');
});

test('stars, ratings, queues and bookmarks are kept for the one who set them', async () => {
  const { album } = (await call('getAlbumList2', 'type=newest')).albumList2;
  await call('star', `id=${songs[0]}&albumId=${album[0].id}&artistId=${album[0].artistId}`);
  await call('setRating', `id=${songs[0]}&rating=4`);
  const { starred2 } = await call('getStarred2');
  assert.deepEqual(
    [starred2.song.length, starred2.album.length, starred2.artist.length],
    [1, 1, 1],
  );
  assert.equal((await call('getSong', `id=${songs[0]}`)).song.userRating, 4);
  assert.equal((await call('getStarred2', '', other)).starred2.song.length, 0);
  await call('savePlayQueue', `id=${songs[0]}&id=${songs[1]}&current=${songs[1]}&position=500`);
  const queue = (await call('getPlayQueueByIndex')).playQueueByIndex;
  assert.deepEqual([queue.currentIndex, queue.position, queue.entry.length], [1, 500, 2]);
  await call('createBookmark', `id=${songs[0]}&position=900`);
  assert.equal((await call('getBookmarks')).bookmarks.bookmark[0].position, 900);
});

test('a revoked password and a disabled account are refused at once', async () => {
  const gone = await person('gone@example.org');
  await db.pool.query('update accounts."user" set disabled_at = now() where id = $1', [gone.id]);
  assert.equal((await call('ping', '', gone)).error.code, 40);
});

test('ids that are none, wrong types and hostile text are answered, never 500', async () => {
  for (const [name, query] of [
    ['getAlbum', 'id=%00'],
    ['getSong', "id=';drop table"],
    ['search3', `query=${encodeURIComponent('%_\\"*')}`],
    ['getAlbumList2', 'type=nothing'],
    ['getAlbumList2', 'type=byYear&fromYear=2030&toYear=2000'],
    ['getCoverArt', 'id=al-x'],
    ['setRating', `id=${songs[0]}&rating=9`],
    ['getMusicDirectory', 'id=x'],
    ['createPlaylist', 'name=%F0%9F%A5%81&songId=x'],
  ] as const) {
    const reply = await app.inject({ url: `/rest/${name}?${signed(me)}&f=json&${query}` });
    assert.equal(reply.statusCode, 200, name);
    assert.ok(reply.json()['subsonic-response'].status, name);
  }
});

test('a search forgives typing errors, pages on without repeating, and two quotes alone ask for everything', async () => {
  const titles = async (query: string): Promise<readonly string[]> => {
    const { searchResult3 } = await call('search3', `query=${encodeURIComponent(query)}`);
    return (searchResult3.song ?? []).map((song: Answer) => song.title);
  };
  assert.deepEqual((await titles('amaharo')).toSorted(), ['Amahoro 1', 'Amahoro 2', 'Amahoro 3']);
  assert.deepEqual((await titles('""')).toSorted(), ['Amahoro 1', 'Amahoro 2', 'Amahoro 3']);
  assert.deepEqual((await titles('3 amahoro*')).slice(0, 1), ['Amahoro 3']);
  const first = await call('search3', 'query=amahoro&songCount=2');
  const rest = await call('search3', 'query=amahoro&songCount=2&songOffset=2');
  const ids = [first, rest].flatMap(({ searchResult3 }) =>
    searchResult3.song.map((song: Answer) => song.id),
  );
  assert.equal(new Set(ids).size, 3);
});
