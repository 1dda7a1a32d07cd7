import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import { app, call, me, signed, songs, type Answer } from './testing.ts';

// Every call of the published description against a live door: the answer is valid against its schema, and says nothing that the
// schema does not know (the schemas themselves let strangers pass).

type Schema = {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
};
type Located = { readonly schema: Schema; readonly file: string };

const openapi = path.resolve(import.meta.dirname, '../../../../shared/data/opensubsonic/openapi');
const absent =
  !existsSync(openapi) && 'the published schemas (../shared/data/opensubsonic) are not here';

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The schema of a call's JSON answer; null where the answer is sound or a picture. */
function answerOf(name: string): Located | null {
  const file = path.join(openapi, 'endpoints', `${name}.json`);
  const described = readJson(file) as Record<string, { responses?: Record<string, unknown> }>;
  let answer = (described['get'] ?? described['post'])!.responses!['200'] as {
    $ref?: string;
    content?: Record<string, { schema: Schema }>;
  };
  let from = file;
  if (answer.$ref !== undefined) {
    from = path.resolve(path.dirname(file), answer.$ref);
    answer = readJson(from) as typeof answer;
  }
  const schema = answer.content?.['application/json']?.schema;
  return schema === undefined ? null : { schema, file: from };
}

async function validatorOf({ schema, file }: Located): Promise<ValidateFunction> {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    loadSchema: async (uri) => readJson(new URL(uri).pathname) as object,
  });
  return ajv.compileAsync({
    ...schema,
    $id: `${pathToFileURL(file).href}#answer`.replace('#answer', ''),
  });
}

/** A schema with everything it is made of. */
function partsOf({ schema, file }: Located): readonly Located[] {
  if (schema.$ref !== undefined) {
    const next = path.resolve(path.dirname(file), schema.$ref);
    return partsOf({ schema: readJson(next) as Schema, file: next });
  }
  const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  return [{ schema, file }, ...parts.flatMap((part) => partsOf({ schema: part, file }))];
}

function pick(body: Answer, field: string): Answer {
  return { [field]: body['subsonic-response'][field] };
}

/** Fields of an answer that no schema on their way knows. */
function strangersIn(value: unknown, located: Located, at: string): readonly string[] {
  const parts = partsOf(located);
  if (Array.isArray(value)) {
    const list = parts.find(({ schema }) => schema.items !== undefined);
    if (list === undefined) return [];
    const item = { schema: list.schema.items!, file: list.file };
    return value.flatMap((one) => strangersIn(one, item, at));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const known = parts.flatMap(({ schema, file }) => {
      const of = schema.properties?.[key];
      return of === undefined ? [] : [strangersIn(field, { schema: of, file }, `${at}.${key}`)];
    });
    if (known.length === 0) return [`${at}.${key}`];
    return known.toSorted((a, b) => a.length - b.length)[0]!;
  });
}

test(
  'every JSON answer is valid against its published schema, and has no field the schema does not know',
  { skip: absent },
  async () => {
    const { album } = (await call('getAlbumList2', 'type=newest')).albumList2;
    const playlist = (await call('createPlaylist', `name=All&songId=${songs[0]}`)).playlist;
    const share = (await call('createShare', `id=${songs[0]}`)).shares.share[0];
    await call('createBookmark', `id=${songs[0]}&position=1`);
    const queries: Readonly<Record<string, string>> = {
      getAlbum: `id=${album[0].id}`,
      getAlbumInfo: `id=${album[0].id}`,
      getAlbumInfo2: `id=${album[0].id}`,
      getAlbumList: 'type=newest',
      getAlbumList2: 'type=alphabeticalByName',
      getArtist: `id=${album[0].artistId}`,
      getArtistInfo: `id=${album[0].artistId}`,
      getArtistInfo2: `id=${album[0].artistId}`,
      getMusicDirectory: `id=${album[0].artistId}`,
      getSong: `id=${songs[0]}`,
      getSimilarSongs: `id=${songs[0]}`,
      getSimilarSongs2: `id=${songs[0]}`,
      getSonicSimilarTracks: `id=${songs[0]}`,
      findSonicPath: `startSongId=${songs[0]}&endSongId=${songs[1]}`,
      getSongsByGenre: 'genre=Afrobeat%20%26%20Soul',
      getTopSongs: 'artist=Uwase%20Diane',
      search: 'any=amahoro',
      search2: 'query=amahoro',
      search3: 'query=ama',
      getPlaylist: `id=${playlist.id}`,
      updatePlaylist: `playlistId=${playlist.id}&name=Every`,
      createPlaylist: 'name=New',
      deletePlaylist: `id=${playlist.id}`,
      updateShare: `id=${share.id}&description=x`,
      createShare: `id=${songs[0]}`,
      deleteShare: `id=${share.id}`,
      getUser: `username=${me.username}`,
      star: `id=${songs[0]}`,
      unstar: `id=${songs[2]}`,
      setRating: `id=${songs[0]}&rating=3`,
      scrobble: `id=${songs[0]}`,
      reportPlayback: `mediaId=${songs[0]}&mediaType=song&state=playing&positionMs=0`,
      savePlayQueue: `id=${songs[0]}`,
      savePlayQueueByIndex: `id=${songs[0]}&currentIndex=0`,
      createBookmark: `id=${songs[0]}&position=5`,
      deleteBookmark: `id=${songs[1]}`,
      getLyrics: 'title=x',
      getLyricsBySongId: `id=${songs[0]}`,
      getTranscodeDecision: `mediaId=${songs[0]}&mediaType=song`,
      getVideoInfo: 'id=x',
      getPodcastEpisode: 'id=x',
      jukeboxControl: 'action=get',
    };
    const names = readdirSync(path.join(openapi, 'endpoints'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.replace('.json', ''))
      .toSorted((a, b) => Number(a.startsWith('delete')) - Number(b.startsWith('delete')));
    const wrong: string[] = [];
    const answered = { looked: 0, ok: 0 };
    for (const name of names) {
      const located = answerOf(name);
      if (located === null) continue;
      answered.looked += 1;
      const validate = await validatorOf(located);
      const reply = await app.inject({
        url: `/rest/${name}?${signed(me)}&f=json&${queries[name] ?? ''}`,
      });
      const body = reply.json() as Answer;
      if (!validate(body)) wrong.push(`${name}: ${JSON.stringify(validate.errors?.slice(0, 2))}`);
      if (body['subsonic-response'].status !== 'ok') continue;
      answered.ok += 1;
      // The published answer of this one leaves out the envelope that it comes in.
      const inside = name === 'getTranscodeDecision' ? pick(body, 'transcodeDecision') : body;
      const strangers = new Set(strangersIn(inside, located, ''));
      if (strangers.size > 0) wrong.push(`${name} has ${[...strangers].join(', ')}`);
    }
    assert.deepEqual(wrong, []);
    assert.equal(names.length, 87);
    assert.ok(answered.looked >= 80, `only ${answered.looked} were looked at`);
    assert.ok(answered.ok >= 62, `only ${answered.ok} of ${answered.looked} were answered ok`);
  },
);

// The same without the published files: the shapes that every player reads, closed against fields that nobody knows.

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const truth = { type: 'boolean' };
const instant = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$' };
const list = (items: object) => ({ type: 'array', items });
const shape = (required: object, optional: object = {}) => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
  additionalProperties: false,
});
/** Fields of one kind by their names. */
const of = (kind: object, names: string) =>
  Object.fromEntries(names.split(' ').map((name) => [name, kind]));
const named = shape({ id: text, name: text });
const genre = shape({ name: text });
const dateParts = shape({}, of(whole, 'year month day'));
const song = shape(
  { id: text, isDir: truth, title: text },
  {
    ...of(text, 'parent album artist genre coverArt contentType suffix albumId artistId type'),
    ...of(text, 'mediaType sortName musicBrainzId displayArtist displayAlbumArtist explicitStatus'),
    ...of(whole, 'track discNumber year size duration bitRate samplingRate channelCount playCount'),
    ...of(instant, 'created starred played'),
    ...of(list(text), 'isrc moods'),
    ...of(list(named), 'artists albumArtists'),
    contributors: list(shape({})),
    genres: list(genre),
    isVideo: truth,
    userRating: { type: 'integer', minimum: 1, maximum: 5 },
  },
);
const album = shape(
  { id: text, name: text, songCount: whole, duration: whole, created: instant },
  {
    ...of(text, 'artist artistId coverArt genre displayArtist sortName musicBrainzId'),
    ...of(whole, 'year playCount'),
    ...of(instant, 'starred played'),
    ...of(list(text), 'releaseTypes moods'),
    ...of(list(genre), 'genres recordLabels'),
    ...of(dateParts, 'originalReleaseDate releaseDate'),
    artists: list(named),
    discTitles: list(shape({ disc: whole, title: text })),
    explicitStatus: text,
    isCompilation: truth,
    song: list(song),
  },
);
const artist = shape(
  { id: text, name: text },
  {
    ...of(text, 'coverArt musicBrainzId sortName'),
    albumCount: whole,
    starred: instant,
    roles: list(text),
    album: list(album),
  },
);
const envelope = {
  status: { const: 'ok' },
  version: { const: '1.16.1' },
  type: { const: 'ngoma' },
  serverVersion: text,
  openSubsonic: { const: true },
};
const refused = shape({
  ...envelope,
  status: { const: 'failed' },
  error: shape({ code: whole, message: text }),
});

test('songs, albums, artists, searches and refusals have the fields that a player needs and none that it does not know', async () => {
  const newest = (await call('getAlbumList2', 'type=newest')).albumList2.album[0];
  const found = shape({ artist: list(artist), album: list(album), song: list(song) });
  const indexes = list(shape({ name: text, artist: list(artist) }));
  const calls: readonly (readonly [name: string, query: string, answer: object])[] = [
    ['ping', '', envelope],
    ['getSong', `id=${songs[0]}`, { ...envelope, song }],
    ['getAlbum', `id=${newest.id}`, { ...envelope, album }],
    ['getArtist', `id=${newest.artistId}`, { ...envelope, artist }],
    ['getAlbumList2', 'type=newest', { ...envelope, albumList2: shape({ album: list(album) }) }],
    ['search3', 'query=ama', { ...envelope, searchResult3: found }],
    ['getArtists', '', { ...envelope, artists: shape({ ignoredArticles: text, index: indexes }) }],
    ['getSong', 'id=none', refused],
  ];
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const [name, query, answer] of calls) {
    const validate = ajv.compile(answer === refused ? refused : shape(answer));
    validate(await call(name, query));
    assert.deepEqual(validate.errors ?? [], [], name);
  }
  // It can fail: a song without its title, and one that says more.
  const one = (await call('getSong', `id=${songs[0]}`)).song as object;
  const isSong = ajv.compile(song);
  assert.deepEqual(
    [isSong(one), isSong({ ...one, title: undefined }), isSong({ ...one, lyric: 'x' })],
    [true, false, false],
  );
});
