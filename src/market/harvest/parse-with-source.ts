import type { Parsed } from './source.ts';
import { sources } from './sources/index.ts';

/** Reads a body that somebody recorded, as the first tier of a source and then as its page. Null where there is no such source. */
export function parseWithSource(name: string, body: string, territory: string): Parsed | null {
  const source = sources.find((one) => one.name === name);
  if (source === undefined) return null;
  const wishes = {
    territory: territory.toLowerCase(),
    limit: 200,
    key: null,
    today: new Date().toISOString().slice(0, 10),
  };
  const read = source.requests(wishes).map((request) => source.parse(body, request, wishes));
  return read.find((one) => one.charts.length + one.audience.length > 0) ?? read[0]!;
}
