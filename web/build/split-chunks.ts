import type { Rolldown } from 'vite';

// Few files, because each costs a round trip on a bad network: what changes with our versions only, what the first
// screen is made of, what other rooms share, and each room. A room that is added does not make the first screen heavier.

/** What the first screen is made of: the frame and Listen, with all they import without waiting. */
const beginnings = /\/web\/(frame\/main|rooms\/listen\/listen)\.tsx$/;
/** Texts the first screen says. */
const firstWords = /\/web\/(ui|frame|rooms\/listen)\/words\/(\w+)\.json$/;
/** A room, or a part of a room in a folder of its own. */
const rooms = /\/web\/rooms\/(\w+)\/(?:([\w-]+)\/)?[^/]+$/;
const otherWords = /\/web\/(?:.+\/)?([\w-]+)\/words\/(\w+)\.json$/;

type Context = { getModuleInfo: Rolldown.GetModuleInfo };

export const groups = [
  // The chart library is its own, fetched only where a chart is.
  { name: 'echarts', test: /node_modules\/(echarts|zrender|tslib)/, priority: 5 },
  { name: 'vendor', test: /node_modules/, priority: 4 },
  { name: nameWords, debugName: 'words', priority: 3 },
  {
    name: (id: string, context: Context) => (isOfFirstScreen(id, context) ? 'first' : null),
    debugName: 'first',
    minShareCount: 2,
    priority: 2,
  },
  // What several screens of one room share is of no use to others.
  {
    name: (id: string) => {
      const [, room, part] = rooms.exec(id) ?? [];
      return room === undefined ? null : `${room}-${part ?? 'shared'}`;
    },
    debugName: 'rooms',
    minShareCount: 2,
    priority: 1,
    includeDependenciesRecursively: false,
  },
  {
    name: 'shared',
    test: /\/(web|src)\//,
    minShareCount: 2,
    priority: 0,
    includeDependenciesRecursively: false,
  },
];

function nameWords(id: string): string | null {
  const first = firstWords.exec(id);
  if (first !== null) return `first-${first[2]}`;
  const other = otherWords.exec(id);
  return other === null ? null : `${other[1]}-${other[2]}`;
}

/** Every module goes back to who imports it; whoever is reached from a beginning without `import()` is of the first screen. */
function isOfFirstScreen(id: string, context: Context): boolean {
  const seen = new Set<string>();
  const waiting = [id];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (beginnings.test(one)) return true;
    if (seen.has(one)) continue;
    seen.add(one);
    waiting.push(...(context.getModuleInfo(one)?.importers ?? []));
  }
  return false;
}
