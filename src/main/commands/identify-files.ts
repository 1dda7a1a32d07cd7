import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';
import {
  identify,
  nothing,
  prepareSearch,
  readSegment,
  UnreadableIndex,
  type Answer,
  type Shard,
} from '#counting/recognition/engine.ts';
import { openDecoders, type Decoders } from '#counting/recognition/index.ts';
import { usualIndexFile } from './index-folder.ts';
import { say } from './with-database.ts';

/** As long as an upload may be; of a longer file its beginning is heard. */
const secondsMax = 60;
/** Files being decoded ahead of the search. */
const aheadMax = 4;
const manifestLinesMax = 1_000_000;

/** Prints one JSON line per file, in the order given. 0 unless nothing at all could be read. */
export async function identifyFiles(
  files: readonly string[],
  options: { readonly manifest: string | null; readonly index: string | null },
): Promise<number> {
  const wanted = files.map((file) => ({ given: file, path: file }));
  if (options.manifest !== null) {
    if (!existsSync(options.manifest)) {
      say(`There is no file ${options.manifest}.`);
      return 1;
    }
    wanted.push(...(await readManifest(options.manifest)));
  }
  if (wanted.length === 0) {
    say('ngoma identify needs FILE... or --manifest FILE.jsonl.');
    return 2;
  }
  const shards = await openIndex(options.index ?? usualIndexFile());
  if (shards === null) return 1;
  const decoders = openDecoders();
  try {
    return await answerAll(wanted, shards, decoders);
  } finally {
    decoders.close();
  }
}

type Wanted = { readonly given: string; readonly path: string };

async function answerAll(
  wanted: readonly Wanted[],
  shards: readonly Shard[],
  decoders: Decoders,
): Promise<number> {
  const search = prepareSearch();
  const ask = (at: number) => decoders.ask({ kind: 'hear', path: wanted[at]!.path, secondsMax });
  const ahead = wanted.slice(0, aheadMax).map((_, at) => ask(at));
  let read = 0;
  for (let at = 0; at < wanted.length; at++) {
    const startedAt = performance.now();
    const reading = await ahead[at]!;
    if (at + aheadMax < wanted.length) ahead.push(ask(at + aheadMax));
    let answer: Answer = nothing;
    let error: string | null = null;
    if (reading.kind === 'heard') {
      read += 1;
      answer = identify(search, shards, reading.query);
    } else if (reading.kind === 'problem') error = `${reading.reason}: ${reading.detail}`;
    console.log(
      JSON.stringify({
        file: wanted[at]!.given,
        ...answer,
        tookMs: Math.round(performance.now() - startedAt),
        ...(error === null ? {} : { error }),
      }),
    );
  }
  return read > 0 ? 0 : 1;
}

export async function openIndex(file: string): Promise<readonly Shard[] | null> {
  try {
    return [{ segment: await readSegment(file), isLive: () => true }];
  } catch (error) {
    if (error instanceof UnreadableIndex) say(error.message);
    else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      say(
        `There is no index ${file}: make one with npx --no-install ngoma index DIR --out ${file}`,
      );
    else throw error;
    return null;
  }
}

/** Files of a manifest are relative to it, unless they are found from here. */
async function readManifest(manifest: string): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  const lines = createInterface({ input: createReadStream(manifest), crlfDelay: Infinity });
  for await (const line of lines) {
    if (line.trim() === '' || wanted.length >= manifestLinesMax) continue;
    const given = fileOf(line);
    if (given === null) {
      say(`${manifest}: not understood, left out: ${line.slice(0, 80)}`);
      continue;
    }
    const beside = path.resolve(path.dirname(manifest), given);
    wanted.push({ given, path: existsSync(beside) ? beside : given });
  }
  return wanted;
}

function fileOf(line: string): string | null {
  try {
    const { file } = JSON.parse(line) as { file?: unknown };
    return typeof file === 'string' ? file : null;
  } catch {
    return null;
  }
}
