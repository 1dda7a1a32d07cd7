import { secondMs } from '#foundation/kernel/time.ts';
import { acceptListens, durationMsOf, listenedAtSMax, shownBeforeS } from '../accept-listens.ts';
import type { ScrobblingContext } from '../context.ts';
import * as queries from '../queries.ts';
import type { Metadata } from '../read-metadata.ts';
import { findByProof, findByToken, md5, sessionKeyOf, type Person } from '../tokens.ts';
import { textNode, type Node } from './answer.ts';
import { fail, type Failure } from './errors.ts';
import type { Fields, Program } from './identify-program.ts';
import {
  ignoredReasons,
  metadataOf,
  readEntries,
  readScrobbles,
  type Entry,
  type IgnoredCode,
} from './read-scrobbles.ts';

export type Method = {
  readonly mustSign: boolean;
  /** Only by POST, like everything of Last.fm's that changes something. */
  readonly mustPost: boolean;
  run(ctx: ScrobblingContext, program: Program, fields: Fields): Promise<Node | Failure>;
};

/** By name in lower case; programs differ in how they write them. */
export const methods: ReadonlyMap<string, Method> = new Map([
  ['auth.gettoken', { mustSign: true, mustPost: false, run: getToken }],
  ['auth.getsession', { mustSign: true, mustPost: false, run: getSession }],
  ['auth.getmobilesession', { mustSign: true, mustPost: true, run: getMobileSession }],
  ['track.scrobble', { mustSign: true, mustPost: true, run: scrobble }],
  ['track.updatenowplaying', { mustSign: true, mustPost: true, run: updateNowPlaying }],
  ['user.getrecenttracks', { mustSign: false, mustPost: false, run: getRecentTracks }],
  ['user.getinfo', { mustSign: false, mustPost: false, run: getInfo }],
]);

/** A program that signs with a secret of somebody's is approved by that; others wait for somebody to approve them. */
async function getToken(ctx: ScrobblingContext, program: Program): Promise<Node | Failure> {
  if (program.apiKey === null || program.apiKey === '') return fail(6);
  const { create } = ctx.requestTokens;
  return textNode('token', create(program.apiKey, program.signer?.tokenId ?? null));
}

async function getSession(
  ctx: ScrobblingContext,
  program: Program,
  fields: Fields,
): Promise<Node | Failure> {
  const token = fields.get('token');
  if (token === undefined || program.apiKey === null) return fail(6);
  const taken = ctx.requestTokens.take(token, program.apiKey);
  if (taken.kind === 'unknown')
    return fail(4, 'Invalid Token - Invalid authentication token supplied');
  if (taken.kind === 'expired') return fail(15);
  if (taken.kind === 'not approved') return fail(14);
  const row = await ctx.db.maybe(queries.findByToken, { id: taken.tokenId });
  return row === null ? fail(14) : session(ctx, row);
}

/** The password is a scrobble token; older programs prove it by md5(username + md5(password)). */
async function getMobileSession(
  ctx: ScrobblingContext,
  _program: Program,
  fields: Fields,
): Promise<Node | Failure> {
  const userName = fields.get('username');
  const [password, proof] = [fields.get('password'), fields.get('authToken')];
  if (userName === undefined || (password === undefined && proof === undefined)) return fail(6);
  const person =
    password !== undefined
      ? await findByToken(ctx, password)
      : await findByProof(ctx, userName, proof!.toLowerCase(), (secret) =>
          md5(userName + secret).toString('hex'),
        );
  if (person === null || person.userName.toLowerCase() !== userName.toLowerCase()) return fail(4);
  return session(ctx, person);
}

function session(ctx: ScrobblingContext, person: Person): Node {
  return {
    name: 'session',
    children: [
      textNode('name', person.userName),
      textNode('key', sessionKeyOf(ctx, person.tokenId)),
      textNode('subscriber', '0'),
    ],
  };
}

async function scrobble(
  ctx: ScrobblingContext,
  program: Program,
  fields: Fields,
): Promise<Node | Failure> {
  const { person } = program;
  if (person === null) return nobody(program);
  const scrobbles = readScrobbles(fields, Math.floor(ctx.now() / secondMs));
  if (!Array.isArray(scrobbles)) return scrobbles as Failure;
  const listens = scrobbles.flatMap((s) => (s.kind === 'listen' ? [s.listen] : []));
  const standing =
    listens.length === 0 ? null : await ctx.limits.takeListens(person.userId, listens.length);
  const refusedToday = standing !== null && standing.isOver && standing.ofTheDay;
  if (standing?.isOver === true && !refusedToday) return fail(29);
  if (!refusedToday) await acceptListens(ctx, person.userId, listens);

  const answers = scrobbles.map((s) =>
    scrobbleNode('scrobble', s.entry, s.kind === 'ignored' ? s.code : refusedToday ? 5 : 0),
  );
  const accepted = refusedToday ? 0 : listens.length;
  return {
    name: 'scrobbles',
    attributes: { accepted, ignored: scrobbles.length - accepted },
    children: answers,
  };
}

async function updateNowPlaying(
  ctx: ScrobblingContext,
  program: Program,
  fields: Fields,
): Promise<Node | Failure> {
  const { person } = program;
  if (person === null) return nobody(program);
  const entries = readEntries(fields);
  if (!Array.isArray(entries)) return entries as Failure;
  const entry = (entries as readonly Entry[])[0]!;
  if (entries.length !== 1 || entry['artist'] === undefined || entry['track'] === undefined)
    return fail(6);
  const metadata = metadataOf(entry);
  if (typeof metadata === 'number') return scrobbleNode('nowplaying', entry, metadata);
  ctx.nowPlaying.set(person.userId, metadata, durationMsOf(metadata));
  return scrobbleNode('nowplaying', entry, 0);
}

/** Nothing is ever corrected: what a program reports is kept as it is, and matching folds what it must. */
function scrobbleNode(name: string, entry: Entry, ignored: IgnoredCode | 0): Node {
  const named = (field: string): Node => textNode(field, entry[field] ?? '', { corrected: '0' });
  const timestamp = entry['timestamp'];
  return {
    name,
    children: [
      named('track'),
      named('artist'),
      named('album'),
      named('albumArtist'),
      ...(timestamp === undefined ? [] : [textNode('timestamp', timestamp)]),
      textNode('ignoredMessage', ignored === 0 ? '' : ignoredReasons[ignored], {
        code: String(ignored),
      }),
    ],
  };
}

const recentDefault = 50;
const recentMax = 200;
const pageMax = 10_000;

async function getRecentTracks(
  ctx: ScrobblingContext,
  program: Program,
  fields: Fields,
): Promise<Node | Failure> {
  const person = readerOf(program, fields);
  if ('kind' in person) return person;
  const limit = numberIn(fields, 'limit', 1, recentMax) ?? recentDefault;
  const page = numberIn(fields, 'page', 1, pageMax) ?? 1;
  const from = numberIn(fields, 'from', 0, listenedAtSMax);
  const shown = shownBeforeS(ctx.now());
  const window = {
    userId: person.userId,
    after: from === null ? null : from - 1,
    before: Math.min(numberIn(fields, 'to', 0, listenedAtSMax) ?? shown, shown),
    limit,
    offset: (page - 1) * limit,
  };
  const rows = await ctx.db.all(queries.latestListens, window);
  const total = Number((await ctx.db.one(queries.countListens, window)).count);
  const playing = page === 1 ? ctx.nowPlaying.get(person.userId) : null;
  return {
    name: 'recenttracks',
    attributes: {
      user: person.userName,
      page: String(page),
      perPage: String(limit),
      totalPages: String(Math.ceil(total / limit)),
      total: String(total),
    },
    listOf: 'track',
    children: [
      ...(playing === null ? [] : [trackNode(playing, null)]),
      ...rows.map((row) =>
        trackNode(row.trackMetadata as Metadata, Math.floor(row.listenedAt / secondMs)),
      ),
    ],
  };
}

function trackNode(metadata: Metadata, listenedAtS: number | null): Node {
  const mbid = metadata.additional_info?.['recording_mbid'];
  return {
    name: 'track',
    ...(listenedAtS === null && { attributes: { nowplaying: 'true' } }),
    children: [
      textNode('artist', metadata.artist_name, { mbid: '' }),
      textNode('name', metadata.track_name),
      textNode('streamable', '0'),
      textNode('mbid', typeof mbid === 'string' ? mbid : ''),
      textNode('album', metadata.release_name ?? '', { mbid: '' }),
      textNode('url', ''),
      ...(listenedAtS === null
        ? []
        : [
            textNode('date', new Date(listenedAtS * secondMs).toUTCString(), {
              uts: String(listenedAtS),
            }),
          ]),
    ],
  };
}

async function getInfo(
  ctx: ScrobblingContext,
  program: Program,
  fields: Fields,
): Promise<Node | Failure> {
  const person = readerOf(program, fields);
  if ('kind' in person) return person;
  const { userId, userName } = person;
  const listener = await ctx.db.one(queries.findListener, { userId });
  const all = { userId, after: null, before: shownBeforeS(ctx.now()), limit: 0, offset: 0 };
  const { count } = await ctx.db.one(queries.countListens, all);
  return {
    name: 'user',
    children: [
      textNode('name', userName),
      textNode('realname', ''),
      textNode('url', ''),
      textNode('country', ''),
      textNode('subscriber', '0'),
      textNode('playcount', String(count)),
      textNode('registered', new Date(listener.createdAt).toUTCString(), {
        unixtime: String(Math.floor(listener.createdAt / secondMs)),
      }),
    ],
  };
}

/** What a listener listened to is shown to the listener's own programs. */
function readerOf(program: Program, fields: Fields): Person | Failure {
  const { person } = program;
  if (person === null) return nobody(program);
  const asked = fields.get('user') ?? fields.get('username') ?? person.userName;
  return asked.toLowerCase() === person.userName.toLowerCase() ? person : fail(17);
}

function nobody(program: Program): Failure {
  return program.apiKey === null ? fail(6) : fail(9);
}

function numberIn(fields: Fields, name: string, min: number, max: number): number | null {
  const text = fields.get(name) ?? '';
  if (!/^\d{1,12}$/.test(text)) return null;
  return Math.min(Math.max(Number(text), min), max);
}
