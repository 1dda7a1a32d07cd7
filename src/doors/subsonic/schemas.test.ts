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
