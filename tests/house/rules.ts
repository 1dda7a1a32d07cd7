import path from 'node:path';
import type { Reference, Source } from './read-source.ts';

// What the house holds to, each rule a function of what was read: tests/architecture.test.ts hands it the checkout,
// tests/house/planted.test.ts sources that break it.

export type Plan = {
  readonly floors: readonly { readonly name: string; readonly rooms: readonly string[] }[];
  /** Doors between rooms of one floor. */
  readonly uses: Readonly<Record<string, readonly string[]>>;
  /** The schema of a room; null for one without tables. */
  readonly schemaOf: Readonly<Record<string, string | null>>;
  /** A second door besides index.ts and contract.ts. */
  readonly engineDoors: Readonly<Record<string, string>>;
  readonly clients: readonly string[];
  /** Rooms that clients may import. */
  readonly browserRooms: readonly string[];
  /** What a client may start besides, a file or a folder. */
  readonly handsOverTo: Readonly<Record<string, readonly string[]>>;
  /** Files of rooms and of the web that may reach what only the running program knows, and why. */
  readonly computes: Readonly<Record<string, string>>;
  /** Schemas that a library makes, and the room that alone talks to it. */
  readonly librarySchemas: Readonly<Record<string, string>>;
  /** Above one of these a room is two. */
  readonly roomMax: { readonly lines: number; readonly useCases: number };
  /** Rooms that may be larger, how much, and why. */
  readonly largeRooms: Readonly<
    Record<string, { readonly lines?: number; readonly useCases?: number; readonly why: string }>
  >;
  /** Migrations of several schemas that were applied before one had to say why. */
  readonly mixedMigrations: Readonly<Record<string, string>>;
  /** Migrations that let the database fold letters, and what became of it. */
  readonly foldingMigrations: Readonly<Record<string, string>>;
};

export type House = {
  readonly plan: Plan;
  readonly sources: readonly Source[];
  /** Every file of src and web, of whatever kind. */
  readonly paths: ReadonlySet<string>;
  /** Name and text. */
  readonly migrations: ReadonlyMap<string, string>;
};

export type Rule = (house: House) => readonly string[];

// ── places ──────────────────────────────────────────────────────────────

export const isTest = (file: string): boolean => /\.test\.tsx?$|\/testing\.ts$/.test(file);

/** The room a file lives in, or null for what is not on a floor. */
export function roomOf(plan: Plan, file: string): string | null {
  const [src, floor, room] = file.split('/');
  const known = plan.floors.find((f) => f.name === floor);
  if (src !== 'src' || known === undefined || room === undefined) return null;
  return known.rooms.includes(room) ? room : null;
}

const floorOf = (plan: Plan, room: string): number =>
  plan.floors.findIndex(({ rooms }) => rooms.includes(room));

/** The imports that `isWrong` says are wrong, as sentences. */
function refuse(
  { sources }: House,
  isWrong: (from: string, to: string) => boolean,
): readonly string[] {
  return sources.flatMap(({ file, references }) =>
    references
      .filter(({ to }) => to !== null && isWrong(file, to))
      .map(({ to, line }) => `${file}:${line} reaches ${to}`),
  );
}

// ── all was looked at ───────────────────────────────────────────────────

export const everythingWasRead: Rule = ({ plan, sources, paths }) => {
  const read = new Set(sources.map(({ file }) => file));
  const unread = [...paths].filter((file) => isCode(file) && !read.has(file));
  const half = sources.flatMap(({ file, errors, texts, sqlTags }) => {
    const found = texts.filter(({ isTagged }) => isTagged).length;
    return [
      ...errors.map((error) => `${file}: ${error}`),
      ...(found < sqlTags
        ? [`${file}: ${sqlTags} statements stand there, ${found} were found`]
        : []),
    ];
  });
  const outside = [...paths].filter((file) => {
    const [src, top, room] = file.split('/');
    if (src !== 'src' || file.endsWith('.md')) return false;
    if (plan.floors.some(({ name }) => name === top))
      return room === undefined || roomOf(plan, file) === null;
    return !['main', ...plan.clients].includes(top!);
  });
  return [
    ...unread.map((file) => `${file} was not read`),
    ...half,
    ...outside.map((file) => `${file} is in no room of the house`),
  ];
};

export const isCode = (file: string): boolean => /\.[cm]?[jt]sx?$/.test(file);

export const everyRoomSaysItsSchema: Rule = ({ plan, paths }) => {
  const there = new Set(
    [...paths].map((file) => roomOf(plan, file)).filter((room) => room !== null),
  );
  const rooms = plan.floors.flatMap((floor) => floor.rooms);
  const owners = Object.entries(plan.schemaOf).filter(([, schema]) => schema !== null);
  return [
    ...[...there]
      .filter((room) => !Object.hasOwn(plan.schemaOf, room))
      .map(
        (room) => `${room} has a folder and no line in schemaOf (null for a room without tables)`,
      ),
    ...Object.keys(plan.schemaOf)
      .filter((room) => !rooms.includes(room))
      .map((room) => `schemaOf names ${room}, which is no room`),
    ...owners
      .filter(([, schema], i) => owners.findIndex(([, other]) => other === schema) !== i)
      .map(([room, schema]) => `${room} says it owns ${schema}, which another room owns`),
  ];
};

// ── who may see whom ────────────────────────────────────────────────────

export const roomsImportDownwards: Rule = (house) =>
  refuse(house, (from, to) => {
    const { plan } = house;
    const [room, other] = [roomOf(plan, from), roomOf(plan, to)];
    if (room === null || other === null || room === other) return false;
    const [here, there] = [floorOf(plan, room), floorOf(plan, other)];
    return there > here || (there === here && !(plan.uses[room] ?? []).includes(other));
  });

export const roomsSeeNoClient: Rule = (house) =>
  refuse(
    house,
    (from, to) =>
      roomOf(house.plan, from) !== null &&
      !isTest(from) &&
      ['src/main', 'web', ...house.plan.clients.map((client) => `src/${client}`)].some(
        (top) => to === top || to.startsWith(`${top}/`),
      ),
  );

export const roomsEnterByTheirDoors: Rule = (house) =>
  refuse(house, (from, to) => {
    const { plan } = house;
    const [room, other] = [roomOf(plan, from), roomOf(plan, to)];
    if (other === null || room === other || floorOf(plan, other) === 0 || isTest(from))
      return false;
    if (room === null && !from.startsWith('src/main/')) return false; // clients: the next rule
    const door = path.posix.basename(to);
    return door !== 'index.ts' && door !== 'contract.ts' && door !== plan.engineDoors[other];
  });

export const clientsSeeContracts: Rule = (house) =>
  refuse(house, (from, to) => {
    if (isTest(from) || !to.startsWith('src')) return false;
    const { plan } = house;
    const client = from.startsWith('web/')
      ? 'web'
      : plan.clients.find((c) => from.startsWith(`src/${c}/`));
    if (client === undefined || to.startsWith(`src/${client}/`)) return false;
    return (
      !(plan.handsOverTo[client] ?? []).some((place) => to.startsWith(place)) &&
      !/^src\/client\/|\/contract\.ts$/.test(to) &&
      !isOpenToBrowsers(plan, to)
    );
  });

/** A file of the foundation, or the front door of a room above it. */
function isOpenToBrowsers(plan: Plan, file: string): boolean {
  const room = roomOf(plan, file);
  if (room === null || !plan.browserRooms.includes(room)) return false;
  return floorOf(plan, room) === 0 || file.endsWith('/index.ts');
}

export const contractsRunInABrowser: Rule = (house) =>
  refuse(house, (from, to) => {
    const { plan } = house;
    const room = roomOf(plan, from);
    const isBare = from.endsWith('/contract.ts') || plan.browserRooms.includes(room ?? '');
    if (!isBare || isTest(from)) return false;
    return !(
      isOpenToBrowsers(plan, to) ||
      to === 'package:typebox' ||
      (room !== null && roomOf(plan, to) === room) ||
      to.endsWith('/contract.ts')
    );
  });

/** The rules above would see nothing of what only the running program knows. */
export const referencesAreWritten: Rule = ({ plan, sources }) =>
  sources.flatMap(({ file, references }) =>
    (roomOf(plan, file) === null && !file.startsWith('web/')) || Object.hasOwn(plan.computes, file)
      ? []
      : references
          .filter(({ to }) => !isTest(file) && (to === null || isElsewhere(to)))
          .map(
            ({ to, line }) =>
              `${file}:${line} reaches ${to ?? 'what only the running program knows'}`,
          ),
  );

/** An absolute path, or an address. */
const isElsewhere = (to: string): boolean => /^package:(\/|file:|data:|https?:)/.test(to);

export const referencesExist: Rule = (house) =>
  refuse(
    house,
    (_, to) =>
      /^(src|web)\//.test(to) &&
      !house.paths.has(to) &&
      !isFolder(house.paths, to) &&
      !to.startsWith('web/dist'),
  );

const isFolder = (paths: ReadonlySet<string>, to: string): boolean =>
  [...paths].some((file) => file.startsWith(`${to.replace(/\/$/, '')}/`));

export const testsStayOutside: Rule = (house) =>
  refuse(
    house,
    (from, to) =>
      !isTest(from) && /^(src|web|tests)\//.test(to) && (isTest(to) || to.startsWith('tests/')),
  );

const driverFiles = new Set([
  'src/foundation/platform/postgres.ts',
  'src/foundation/platform/migrate.ts',
  'src/foundation/platform/launcher.ts',
  'src/foundation/platform/testing.ts',
]);

export const driverAndReactStayHome: Rule = (house) =>
  refuse(
    house,
    (from, to) =>
      (from.startsWith('src/') && /^package:(react|react-dom|wouter|@tanstack)(\/|$)/.test(to)) ||
      (/^package:pg(-|\/|$)/.test(to) &&
        !isTest(from) &&
        !driverFiles.has(from) &&
        !from.startsWith('src/foundation/platform/launcher/')),
  );

const handedOn = ['PATH', 'TMPDIR', 'TMP'];

export const settingsAreRows: Rule = ({ sources }) =>
  sources
    .filter(({ file }) => !/^src\/(main|agent)\//.test(file) && !isTest(file))
    .flatMap(({ file, environment }) =>
      environment
        .filter(({ name }) => name === null || !handedOn.includes(name))
        .map(({ name, line }) => `${file}:${line} reads ${name ?? 'the environment'}`),
    );

export const noCycles: Rule = ({ sources }) => {
  const graph = new Map<string, readonly Reference[]>(
    sources.map(({ file, references }) => [file, references]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  function visit(file: string, trail: readonly string[]): void {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    state.set(file, 'open');
    for (const { to, when } of graph.get(file) ?? [])
      if (to !== null && when === 'loading' && graph.has(to)) visit(to, [...trail, file]);
    state.set(file, 'done');
  }
  for (const file of graph.keys()) visit(file, []);
  return cycles;
};
