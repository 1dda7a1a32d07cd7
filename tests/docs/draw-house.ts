import { existsSync } from 'node:fs';
import path from 'node:path';
import { floors, uses } from '../house.ts';
import { root } from './source-files.ts';

const begin = '<!-- the map: drawn from tests/house.ts -->';
const end = '<!-- end of the map -->';

/** ARCHITECTURE.md with its map drawn anew. */
export function withMap(text: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`ARCHITECTURE.md has lost its markers ${begin} and ${end}`);
  return `${before}${begin}\n${drawHouse()}\n${end}${after}`;
}

/** Highest floor first; a room in brackets is on the map and has no front door yet. */
function drawHouse(): string {
  const width = Math.max(...floors.map(({ name }) => name.length));
  const lines = floors
    .map(({ name, rooms }, level) => {
      const built = rooms.filter((room) => isBuilt(name, room, level));
      const planned = rooms.filter((room) => !isBuilt(name, room, level));
      const names = [...built, ...(planned.length > 0 ? [`[${planned.join(' ')}]`] : [])];
      return `${level}  ${name.padEnd(width)}  ${names.join(' ')}`;
    })
    .reverse();
  const doors = Object.entries(uses)
    .map(([room, others]) => `${room} -> ${others.join(', ')}`)
    .join('; ');
  return ['```', ...lines, '', `on one floor: ${doors}`, '```'].join('\n');
}

function isBuilt(floor: string, room: string, level: number): boolean {
  const folder = path.join(root, 'src', floor, room);
  return existsSync(level === 0 ? folder : path.join(folder, 'index.ts'));
}
