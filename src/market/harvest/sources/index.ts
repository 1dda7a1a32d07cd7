import type { Source } from '../source.ts';
import { appleMusic } from './apple-music/source.ts';
import { deezer } from './deezer/source.ts';
import { soundcharts } from './soundcharts/source.ts';
import { spotify } from './spotify/source.ts';
import { turntable } from './turntable/source.ts';
import { youtube } from './youtube/source.ts';

/** Every source, as the list shows them. */
export const sources: readonly Source[] = [
  turntable,
  appleMusic,
  deezer,
  spotify,
  youtube,
  soundcharts,
];
