import type { Metric } from 'prom-client';
import type { Kit } from './http.ts';
import type { AnyTask } from './jobs.ts';
import type { Subscriber } from './outbox.ts';
import type { RateLimit } from './rate-limits.ts';

// What a room brings to the house, it declares: `open<Room>(needs)` in its room.ts answers one value of this shape, and
// beside it whatever other rooms need. main/compose.ts hands each room its needs and gathers what they declare.

export type Room = {
  readonly name: string;
  /** Adds its routes. */
  serve?(kit: Kit): void;
  /** Its long work. */
  readonly tasks?: readonly AnyTask[];
  /** What it does about events. */
  readonly subscribers?: readonly Subscriber[];
  /** Starts what goes on behind the requests, once jobs and events are worked off. */
  background?(): Promise<Running | void> | Running;
  /** What may be done here, by its name in the contract. */
  readonly permissions?: Readonly<Record<string, Permission>>;
  /** How often a path of the contract may be asked for, where that differs from the others. */
  readonly rates?: Readonly<Record<string, RateLimit>>;
  /** Made with `registers: []`. */
  readonly metrics?: readonly Metric[];
  /** Gives back threads, files and sockets when no request and no work is left. Last opened, first closed. */
  close?(): Promise<void>;
};

export type Running = { stop(): Promise<void> };

/** Who may do something. Which roles there are, the room of the people says. */
export type Permission = { readonly roles: readonly string[]; readonly meaning: string };
export type Permissions = ReadonlyMap<string, Permission & { readonly room: string }>;

export type Gathering = {
  readonly rooms: readonly Room[];
  /** Fills as rooms are added, so that the first room can be handed what the last declares. */
  readonly permissions: Permissions;
  /** Takes a room in and answers it. Throws where another has declared the same name before. */
  add<R extends Room>(room: R): R;
};

export function gatherRooms(): Gathering {
  const rooms: Room[] = [];
  const permissions = new Map<string, Permission & { room: string }>();
  const declared = new Map<string, string>();
  function declare(room: Room, what: string): void {
    const other = declared.get(what);
    if (other !== undefined)
      throw new Error(`${what} is declared by the room ${room.name} and by the room ${other}`);
    declared.set(what, room.name);
  }
  return {
    rooms,
    permissions,
    add(room) {
      declare(room, `the room ${room.name}`);
      for (const { name } of room.tasks ?? []) declare(room, `the task ${name}`);
      for (const { name, topic } of room.subscribers ?? [])
        declare(room, `the subscription of ${name} to ${topic}`);
      for (const metric of room.metrics ?? []) declare(room, `the metric ${nameOf(metric)}`);
      for (const path of Object.keys(room.rates ?? {})) declare(room, `the rate of ${path}`);
      for (const [name, permission] of Object.entries(room.permissions ?? {})) {
        declare(room, `the permission ${name}`);
        permissions.set(name, { ...permission, room: room.name });
      }
      rooms.push(room);
      return room;
    },
  };
}

/** prom-client gives a metric its name, and no type for it. */
function nameOf(metric: Metric): string {
  return (metric as unknown as { readonly name: string }).name;
}

/** One table of the limits that rooms declare for their own paths. */
export function ratesOf(rooms: readonly Room[]): Readonly<Record<string, RateLimit>> {
  return Object.assign({}, ...rooms.map(({ rates }) => rates));
}
