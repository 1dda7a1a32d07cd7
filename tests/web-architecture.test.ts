import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { composeHouse, readHouse } from './house/read-house.ts';
import { webRuleOf } from './house/web-rules.ts';

// The web app is held as `src` is: the rules are functions of what was read, the checkout keeps them, and what breaks
// them is refused.

const house = await readHouse();

test('all of the web app was read: every layer and every room', () => {
  const read = house.sources.map(({ file }) => file).filter((file) => file.startsWith('web/'));
  assert.ok(read.length > 130, `${read.length} files`);
  for (const room of readdirSync('web/rooms'))
    assert.ok(
      read.some((file) => file.startsWith(`web/rooms/${room}/`)),
      room,
    );
  for (const layer of ['ui', 'kit', 'player', 'frame'])
    assert.ok(
      read.some((file) => file.startsWith(`web/${layer}/`)),
      layer,
    );
});

for (const [title, rule] of Object.entries(webRuleOf))
  test(title, () => assert.deepEqual(rule(house), []));

// ── what is refused ─────────────────────────────────────────────────────

/** A small app that keeps every rule. */
const app = {
  'web/ui/button.tsx': `import { isUuid } from '#foundation/kernel/ids.ts'; export const Button = isUuid;`,
  'web/kit/api.ts': `import { Button } from '../ui/button.tsx'; export const useApi = Button;`,
  'web/kit/claims.ts': `export const Claims = () => import('./claims/claims.tsx'); import.meta.glob('./claims/words/*.json');`,
  'web/kit/claims/claims.tsx': `import { useApi } from '../api.ts'; import './row.tsx'; export const Claims = useApi;`,
  'web/kit/claims/row.tsx': `export const Row = 1;`,
  'web/player/player.ts': `import { useApi } from '../kit/api.ts'; export const player = useApi;`,
  'web/rooms/listen/listen.tsx': `import { player } from '../../player/player.ts'; import { topRecordings } from '#counting/plays/contract.ts'; import { Claims } from '../../kit/claims.ts'; import './home.tsx'; export const Listen = [player, topRecordings, Claims];`,
  'web/rooms/listen/home.tsx': `import.meta.glob('./charts/words/*.json');`,
  'web/rooms/money/money.tsx': `export const Money = '../../etc is text, and leads to no room';`,
  'web/frame/rooms.ts': `export const rooms = [() => import('../rooms/listen/listen.tsx'), () => import('../rooms/money/money.tsx')]; import.meta.glob('../rooms/*/words/*.json');`,
  'web/frame/main.tsx': `import { rooms } from './rooms.ts'; rooms;`,
  'web/build/precompress.ts': `import { gzipSync } from 'node:zlib'; gzipSync;`,
} as const;

type Files = Readonly<Record<string, string>>;
const build = (files: Files) =>
  composeHouse(new Map(Object.entries({ ...app, ...files })), new Map(), []);
const inMoney = (text: string): Files => ({ 'web/rooms/money/runs.tsx': text });

const planted: Readonly<Record<string, Readonly<Record<string, Files>>>> = {
  'every file of the web app is in ui, kit, player, a room, the frame or the build': {
    'a layer of its own': { 'web/shell/api.ts': '' },
    'a file at the top': { 'web/helpers.ts': '' },
    'a file beside the rooms': { 'web/rooms/shared.tsx': '' },
  },
  'the frame reaches rooms, rooms the player, the player the kit and the kit the parts, never back':
    {
      'a room that asks the frame': inMoney(`import { rooms } from '../../frame/rooms.ts';`),
      'a room that asks it later': inMoney(
        `export const f = () => import('../../frame/main.tsx');`,
      ),
      'a room that takes a type of it': inMoney(`type R = import('../../frame/rooms.ts').Rooms;`),
      'a room that passes it on': inMoney(`export * from '../../frame/rooms.ts';`),
      'a part that asks the kit': { 'web/ui/table.tsx': `import '../kit/api.ts';` },
      'the kit that knows a room': { 'web/kit/x.ts': `import '../rooms/money/money.tsx';` },
      'the kit that plays': { 'web/kit/x.ts': `import '../player/player.ts';` },
      'the kit that reads the texts of a room': {
        'web/kit/x.ts': `import.meta.glob('../rooms/*/words/*.json');`,
      },
      'the player that knows a room': { 'web/player/x.ts': `import '../rooms/money/money.tsx';` },
      'an app that runs what builds it': { 'web/ui/x.ts': `import '../build/precompress.ts';` },
    },
  'a room never reaches another: neither its code nor its texts': {
    'its code': inMoney(`import { Listen } from '../listen/listen.tsx';`),
    'its code, later': inMoney(`export const l = () => import('../listen/listen.tsx');`),
    'a type': inMoney(`import type { Listen } from '../listen/listen.tsx';`),
    'its style': inMoney(`import '../listen/listen.css';`),
    'its texts': inMoney(`import.meta.glob('../listen/words/*.json');`),
    'the texts of all': inMoney('import.meta.glob(`../*/words/*.json`);'),
    'from below a folder': {
      'web/rooms/money/runs/run.tsx': `import '../../listen/home.tsx';`,
    },
  },
  'only the list of rooms reaches into rooms': {
    'a room brought with the frame': {
      'web/frame/more.tsx': `import { Money } from '../rooms/money/money.tsx';`,
    },
  },
  'every room is in the list of rooms, and is fetched when it is opened': {
    'a room nobody can open': { 'web/rooms/weather/weather.tsx': 'export const Weather = 1;' },
    'a room in the first load': {
      'web/frame/rooms.ts': `import '../rooms/listen/listen.tsx'; export const m = () => import('../rooms/money/money.tsx');`,
    },
  },
  'a part of the kit in a folder of its own is entered by its door beside it': {
    'by a room': inMoney(`import { Row } from '../../kit/claims/row.tsx';`),
    'by another part': { 'web/kit/findings/list.tsx': `import '../claims/row.tsx';` },
  },
  'parts know no endpoint: what is asked is asked by the kit, the player or a room': {
    'an endpoint': { 'web/ui/x.tsx': `import { getRun } from '#money/royalties/contract.ts';` },
    'a type of one': { 'web/ui/x.tsx': `import type { Run } from '#money/royalties/contract.ts';` },
  },
};

test('an app that keeps the rules is refused nothing', () => {
  for (const [title, rule] of Object.entries(webRuleOf))
    assert.deepEqual(rule(build({})), [], title);
});

test('every rule of the web has something planted against it', () => {
  assert.deepEqual(Object.keys(planted).sort(), Object.keys(webRuleOf).sort());
});

for (const [title, plants] of Object.entries(planted)) {
  test(`planted and refused: ${title}`, () => {
    for (const [what, files] of Object.entries(plants))
      assert.notDeepEqual(webRuleOf[title]!(build(files)), [], `${what} passed`);
  });
}
