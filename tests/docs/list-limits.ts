import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Endpoint } from '#foundation/kernel/endpoint.ts';
import { rateLimitsDefault, type RateLimit } from '#foundation/platform/rate-limits.ts';
import { ratesOf, type Room } from '#foundation/platform/room.ts';
import { count, page, table } from './markdown.ts';
import { readBounds, type Bound } from './read-bounds.ts';
import { importFile, root, roomOf, sourceFiles } from './source-files.ts';

// What is counted is who; tsc asks for a sentence when a limit is added.
const rateMeanings: Readonly<Record<keyof typeof rateLimitsDefault, string>> = {
  personRead: 'one person, reading one address of the API',
  personWrite: 'one person, everything that changes something',
  anonymous: 'everybody without a session behind one address',
  address: 'everything from one address; thousands of people may share one',
  device: 'one device (a batch is one request)',
  addressDevices: 'all devices behind one address',
};

/** docs/limits.md: what a caller may ask for, and every bound that has a name in the code. */
export async function limitsPage(rooms: readonly Room[]): Promise<string> {
  const files = sourceFiles('src/**/*.ts').filter((file) => !file.startsWith('src/main/demo/'));
  const bounds: (Bound & { readonly file: string })[] = [];
  for (const file of files) {
    const text = await readFile(path.join(root, file), 'utf8');
    bounds.push(...readBounds(file, text).map((bound) => ({ ...bound, file })));
  }
  return page(
    'Limits',
    '`rate-limits.ts`, what rooms declare, the contracts, and every constant named `...Max...` in `src`',
    [
      '## How often\n\nUnder `/api`; beyond it the answer is 429 `RATE_LIMIT_EXCEEDED` with `Retry-After`.',
      table(['who', 'requests', 'in'], rateRows(rooms)),
      '## How large\n\nBodies are counted after decompression; beyond it the answer is 413 `TOO_LARGE`. These differ from the default, `bodyMaxBytesDefault` below.',
      table(['address', 'body'], await bodyRows()),
      '## Every named bound\n\nBy file. A bound is changed where it stands, with a reason.',
      table(
        ['room', 'bound', 'value', 'why', 'file'],
        bounds.map(({ file, name, value, why }) => [
          roomOf(file),
          `\`${name}\``,
          describe(name, value),
          why,
          `\`${file.slice('src/'.length)}\``,
        ]),
      ),
    ],
  );
}

function rateRows(rooms: readonly Room[]): readonly (readonly string[])[] {
  return [
    ...Object.entries(rateLimitsDefault).map(([name, limit]) =>
      rateRow(rateMeanings[name as keyof typeof rateMeanings], limit),
    ),
    ...Object.entries(ratesOf(rooms)).map(([address, limit]) =>
      rateRow(`\`${address}\`, one person`, limit),
    ),
  ];
}

function rateRow(who: string, { requests, windowS }: RateLimit): readonly string[] {
  return [who, count(requests), `${windowS} s`];
}

async function bodyRows(): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for (const file of sourceFiles('src/**/contract.ts')) {
    for (const value of Object.values(await importFile(file))) {
      const endpoint = value as Partial<Endpoint<unknown, unknown, unknown, unknown>>;
      const most = endpoint.options?.bodyMaxBytes;
      if (most !== undefined)
        rows.push([`\`${endpoint.method} ${endpoint.path}\``, describe('bytes', most)]);
    }
  }
  return rows;
}

/** The unit is in the name: `playedMaxMs`, `coverBytesMax`. */
function describe(name: string, value: number): string {
  if (/Ms(Max|$|Min)|MaxMs|MsMax/.test(name)) return duration(value);
  if (/bytes/i.test(name)) return bytes(value);
  return count(value);
}

function duration(ms: number): string {
  const units = [
    ['days', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  const [unit, size] = units.find(([, length]) => ms >= length) ?? ['ms', 1];
  return `${count(ms / size)} ${unit}`.replace(/^1 days$/, '1 day');
}

function bytes(value: number): string {
  const units = [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const;
  const [unit, size] = units.find(([, length]) => value >= length) ?? ['bytes', 1];
  return `${count(value / size)} ${unit}`;
}
