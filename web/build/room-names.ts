import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/**
 * Adds `room.<id>` and `room.<id>For` of every room's texts to those of the frame: the rail says the names of rooms
 * whose texts were not fetched, and a room brings its name in its own folder.
 */
export function roomNames(web: string): Plugin {
  return {
    name: 'ngoma-room-names',
    enforce: 'pre',
    transform: {
      filter: { id: /\/frame\/words\/\w+\.json$/ },
      handler(code, id) {
        const words = JSON.parse(code) as Record<string, unknown>;
        for (const room of readdirSync(path.join(web, 'rooms'))) {
          const file = path.join(web, 'rooms', room, 'words', path.basename(id));
          if (!existsSync(file)) continue;
          this.addWatchFile(file);
          const own = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
          for (const key of [`room.${room}`, `room.${room}For`])
            if (own[key] !== undefined) words[key] = own[key];
        }
        return { code: JSON.stringify(words), map: null };
      },
    },
  };
}
