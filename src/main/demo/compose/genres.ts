import type { Genre } from './genre.ts';
import { fuji, highlife, juju } from './genres-highlife.ts';
import { afrobeats, amapiano } from './genres-lagos.ts';
import { ndombolo, rumba } from './genres-congo.ts';
import { gospel, intore, kinyarwandaRnb } from './genres-rwanda.ts';
import type { GenreName } from './score.ts';

export const genres: Readonly<Record<GenreName, Genre>> = {
  afrobeats,
  highlife,
  amapiano,
  rumba,
  ndombolo,
  gospel,
  intore,
  'kinyarwanda-rnb': kinyarwandaRnb,
  fuji,
  juju,
};
