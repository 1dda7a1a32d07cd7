import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { openDecoders } from './decoding/decoders.ts';
import { densities, type DensityName } from './algorithm.ts';
import { buildSegment, recordingsMax, type Fingerprinted } from './segment.ts';
import { writeSegment } from './segment-file.ts';

export type FolderReport = {
  readonly indexed: number;
  readonly seconds: number;
  readonly postings: number;
  readonly skipped: readonly {
    readonly file: string;
    readonly reason: string;
    readonly detail: string;
  }[];
};

const soundNames = /\.(mp3|ogg|oga|opus|flac|m4a|mp4|aac|wav|aif|aiff|webm|wma|amr)$/i;
const inFlightMax = 4;

/** Makes one index file of all sound below a folder, without server and database. What cannot be read is listed, not fatal. */
export async function indexFolderToFile(
  folder: string,
  out: string,
  options: {
    readonly progress?: (done: number, total: number) => void;
    readonly signal?: AbortSignal;
    readonly density?: DensityName;
  } = {},
): Promise<FolderReport> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && soundNames.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .slice(0, recordingsMax);
  const { density = 'full' } = options;
  const decoders = openDecoders();
  const found: (Fingerprinted | undefined)[] = [];
  const skipped: { file: string; reason: string; detail: string }[] = [];
  let seconds = 0;
  let done = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < files.length; at = next++) {
      options.signal?.throwIfAborted();
      const file = files[at]!;
      const reading = await decoders.ask({ kind: 'fingerprint', path: file, density });
      if (reading.kind === 'fingerprinted') {
        seconds += reading.seconds;
        found[at] = {
          recordingId: path.relative(folder, file),
          title: reading.title ?? path.basename(file, path.extname(file)),
          artist: reading.artist ?? '',
          file,
          places: reading.places,
          levels: reading.levels,
        };
      } else if (reading.kind === 'problem')
        skipped.push({ file, reason: reading.reason, detail: reading.detail });
      options.progress?.(++done, files.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: inFlightMax }, work));
  } finally {
    decoders.close();
  }
  // In the order of names, whichever was decoded first: the same folder makes the same bytes.
  const segment = buildSegment(
    found.filter((one) => one !== undefined),
    densities[density],
  );
  await writeSegment(out, segment);
  return {
    indexed: segment.recordings.length,
    seconds: Math.round(seconds),
    postings: segment.postings.length / 2,
    skipped,
  };
}
