import path from 'node:path';
import { isTest, type Rule } from './rules.ts';
import type { Source } from './read-source.ts';

// What the web app holds to, in the manner of rules.ts: tests/web-architecture.test.ts hands these rules the checkout,
// and sources that break them.

/** Lowest first: a file reaches its own layer and those before it. The frame knows the rooms, the rooms know the rest. */
const layers = ['ui', 'kit', 'player', 'rooms', 'frame'];
/** Beside the layers: what builds the app, and what is served as it is. */
const beside = ['build', 'public'];
const atTheTop = ['web/README.md', 'web/index.html', 'web/tsconfig.json', 'web/vite.config.ts'];
const listOfRooms = 'web/frame/rooms.ts';

type Reach = { readonly from: string; readonly to: string; readonly line: number };

/** Every rule of the web app by the sentence that it holds to. */
export const webRuleOf: Readonly<Record<string, Rule>> = {
  'every file of the web app is in ui, kit, player, a room, the frame or the build': ({ paths }) =>
    filesOf(paths)
      .filter((file) => {
        const [, top, room, inside] = file.split('/');
        if (atTheTop.includes(file) || beside.includes(top!)) return false;
        return top === 'rooms'
          ? inside === undefined
          : room === undefined || !layers.includes(top!);
      })
      .map((file) => `${file} is in no layer`),

  'the frame reaches rooms, rooms the player, the player the kit and the kit the parts, never back':
    ({ sources }) =>
      tell(
        reachesOf(sources).filter(({ from, to }) => {
          const [here, there] = [layers.indexOf(topOf(from)), layers.indexOf(topOf(to))];
          return here >= 0 && (there > here || beside.includes(topOf(to)));
        }),
      ),

  'a room never reaches another: neither its code nor its texts': ({ sources }) =>
    tell(
      reachesOf(sources).filter(
        ({ from, to }) =>
          topOf(from) === 'rooms' && topOf(to) === 'rooms' && roomOf(from) !== roomOf(to),
      ),
    ),

  'only the list of rooms reaches into rooms': ({ sources }) =>
    tell(
      reachesOf(sources).filter(
        ({ from, to }) => topOf(from) === 'frame' && topOf(to) === 'rooms' && from !== listOfRooms,
      ),
    ),

  'every room is in the list of rooms, and is fetched when it is opened': ({ paths, sources }) => {
    const list = sources.find(({ file }) => file === listOfRooms);
    if (list === undefined) return [`${listOfRooms} was not read`];
    const rooms = new Set(
      filesOf(paths)
        .filter((file) => topOf(file) === 'rooms')
        .map(roomOf),
    );
    const into = list.references.filter(({ to }) => to !== null && topOf(to) === 'rooms');
    return [
      ...[...rooms]
        .filter((room) => !into.some(({ to }) => roomOf(to!) === room))
        .map((room) => `web/rooms/${room} is not in ${listOfRooms}`),
      ...into
        .filter(({ when }) => when !== 'asked')
        .map(({ to, line }) => `${listOfRooms}:${line} brings ${to} with the first screen`),
    ];
  },

  'a part of the kit in a folder of its own is entered by its door beside it': ({ sources }) =>
    tell(
      reachesOf(sources).filter(({ from, to }) => {
        const part = kitPartOf(to);
        return part !== null && kitPartOf(from) !== part && path.posix.dirname(from) !== 'web/kit';
      }),
    ),

  'parts know no endpoint: what is asked is asked by the kit, the player or a room': ({
    sources,
  }) =>
    sources.flatMap(({ file, references }) =>
      topOf(file) === 'ui' && !isTest(file)
        ? references
            .filter(({ to }) => to?.endsWith('/contract.ts'))
            .map(({ to, line }) => `${file}:${line} reaches ${to}`)
        : [],
    ),
};

const filesOf = (paths: ReadonlySet<string>): readonly string[] =>
  [...paths].filter((file) => file.startsWith('web/'));

const topOf = (file: string): string => (file.startsWith('web/') ? (file.split('/')[1] ?? '') : '');
const roomOf = (file: string): string => file.split('/')[2] ?? '';
/** The folder of the kit a file lies in; null for the doors, which lie beside the folders, and for all else. */
const kitPartOf = (file: string): string | null =>
  topOf(file) === 'kit' && file.split('/').length > 3 ? roomOf(file) : null;

/** What the app's own files import, and the files that `import.meta.glob` is asked for: both as paths below `web`. */
function reachesOf(sources: readonly Source[]): readonly Reach[] {
  return sources
    .filter(({ file }) => file.startsWith('web/') && !isTest(file))
    .flatMap(({ file, references, texts }) => [
      ...references.flatMap(({ to, line }) =>
        to?.startsWith('web/') ? [{ from: file, to, line }] : [],
      ),
      ...texts
        .filter(({ text }) => /^!?\.{1,2}\//.test(text))
        .map(({ text, line }) => ({
          from: file,
          to: path.posix.join(path.posix.dirname(file), text.replace(/^!/, '')),
          line,
        })),
    ]);
}

function tell(reaches: readonly Reach[]): readonly string[] {
  return reaches.map(({ from, to, line }) => `${from}:${line} reaches ${to}`);
}
