import { isTest, roomOf, type Rule } from './rules.ts';

/** A room that became too large is two rooms; an exception has a bound of its own, and goes when it is needed no more. */
export const roomsStaySmall: Rule = ({ plan, sources }) => {
  const sizes = new Map<string, { lines: number; useCases: number }>();
  for (const { file, lines, useCases } of sources) {
    const room = roomOf(plan, file);
    if (room === null || isTest(file)) continue;
    const size = sizes.get(room) ?? { lines: 0, useCases: 0 };
    sizes.set(room, { lines: size.lines + lines, useCases: size.useCases + useCases });
  }
  const isAbove = (size: { lines: number; useCases: number }, most: typeof size): boolean =>
    size.lines > most.lines || size.useCases > most.useCases;
  return [
    ...[...sizes]
      .filter(([room, size]) => isAbove(size, { ...plan.roomMax, ...plan.largeRooms[room] }))
      .map(
        ([room, { lines, useCases }]) =>
          `${room} has ${lines} lines and ${useCases} use cases: it is two rooms, or a line in largeRooms`,
      ),
    ...Object.keys(plan.largeRooms)
      .filter((room) => !isAbove(sizes.get(room) ?? { lines: 0, useCases: 0 }, plan.roomMax))
      .map((room) => `largeRooms names ${room}, which is not large`),
  ];
};
