import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoCatalogue } from './catalogue.ts';
import type { DemoCatalogue, DemoRecording } from './catalogue-types.ts';
import type { ComposeAnswer, ComposeJob } from './compose-recordings.child.ts';

/** Raise when the composer sounds different or the encoding changes: files of another edition are made anew. */
const edition = 1;
const manifestName = 'manifest.json';
/** Several in a row that fail will not get better: a full disk, a codec that does not load. */
const failuresInARowMax = 3;
/** Fifty times what one takes. */
const jobTimeoutMs = 120_000;

export type DemoAudioFile = {
  readonly recordingKey: string;
  readonly file: string;
  readonly bytes: number;
  readonly durationMs: number;
  readonly tempoBpm: number;
  readonly keyName: string;
  readonly integratedLufs: number;
  readonly truePeakDbtp: number;
};

export type DemoAudioProgress = {
  readonly done: number;
  readonly total: number;
  readonly title: string;
  readonly made: boolean;
};

export type DemoAudioResult = {
  readonly files: readonly DemoAudioFile[];
  readonly failed: readonly { readonly recordingKey: string; readonly reason: string }[];
  readonly aborted: boolean;
};

export type DemoAudioOptions = {
  readonly onProgress?: (progress: DemoAudioProgress) => void;
  /** Stops after at most the kill of the child; what is finished stays and is not made again. */
  readonly signal?: AbortSignal;
  /** What a release's cover is painted from; its key unless given. */
  readonly coverIdOf?: (releaseKey: string) => string;
  /** Only these recordings; all unless given. */
  readonly only?: readonly string[];
};

type Manifest = {
  readonly edition: number;
  readonly files: Readonly<Record<string, DemoAudioFile>>;
};

/** Where a recording's file lies in the folder. */
export function demoAudioFile(recording: DemoRecording): string {
  return `${recording.isrc}.mp3`;
}

/**
 * Composes the demo's recordings into `folder`, one after the other in one child process, and skips those already
 * there. Each file appears whole or not at all. Never throws for a recording that fails: the result names it.
 */
export async function writeDemoAudio(
  folder: string,
  options: DemoAudioOptions = {},
): Promise<DemoAudioResult> {
  await mkdir(folder, { recursive: true });
  const catalogue = demoCatalogue();
  const wanted = catalogue.recordings.filter(
    (recording) => options.only?.includes(recording.key) ?? true,
  );
  const files: Record<string, DemoAudioFile> = { ...(await readManifest(folder)).files };
  const failed: { recordingKey: string; reason: string }[] = [];
  const worker = openWorker();
  let failuresInARow = 0;
  let done = 0;
  try {
    for (const recording of wanted) {
      if (options.signal?.aborted || failuresInARow >= failuresInARowMax) break;
      const known = files[recording.key];
      const present = known !== undefined && (await isWhole(folder, known));
      if (!present) {
        const answer = await worker.run(
          jobOf(recording, catalogue, folder, options),
          options.signal,
        );
        if (options.signal?.aborted) break;
        if (answer.kind === 'failed') {
          failuresInARow++;
          failed.push({ recordingKey: recording.key, reason: answer.reason });
          continue;
        }
        failuresInARow = 0;
        const { kind: _, ...facts } = answer;
        files[recording.key] = {
          recordingKey: recording.key,
          file: demoAudioFile(recording),
          ...facts,
        };
        await writeManifest(folder, { edition, files });
      }
      done++;
      options.onProgress?.({ done, total: wanted.length, title: recording.title, made: !present });
    }
  } finally {
    worker.close();
  }
  const aborted = options.signal?.aborted === true;
  if (aborted)
    await Promise.all(
      wanted.map((recording) =>
        rm(join(folder, `${demoAudioFile(recording)}.tmp`), { force: true }),
      ),
    );
  return { files: wanted.flatMap((recording) => files[recording.key] ?? []), failed, aborted };
}

function jobOf(
  recording: DemoRecording,
  catalogue: DemoCatalogue,
  folder: string,
  options: DemoAudioOptions,
): ComposeJob {
  const release = catalogue.releases.find(({ key }) => key === recording.releaseKey)!;
  const nameOf = (key: string): string =>
    catalogue.artists.find((artist) => artist.key === key)!.name;
  const featured =
    recording.featuredArtistKey === null ? '' : ` feat. ${nameOf(recording.featuredArtistKey)}`;
  return {
    path: join(folder, demoAudioFile(recording)),
    seed: recording.seed,
    genre: recording.genre,
    seconds: recording.seconds,
    coverId: options.coverIdOf?.(release.key) ?? release.key,
    tags: {
      title: recording.title,
      artist: `${nameOf(recording.artistKey)}${featured}`,
      albumArtist: nameOf(release.artistKey),
      album: release.title,
      track: `${recording.trackNumber}/${release.recordingKeys.length}`,
      isrc: recording.isrc,
      genre: recording.genreTitle,
      date: release.releasedOn,
      publisher: catalogue.labels.find(({ key }) => key === release.labelKey)!.name,
    },
  };
}

// ── the child ───────────────────────────────────────────────────────────

type Worker = {
  readonly run: (job: ComposeJob, signal?: AbortSignal) => Promise<ComposeAnswer>;
  readonly close: () => void;
};

/** Started at the first job, so that nothing runs when everything is there; started again after it died. */
function openWorker(): Worker {
  let child: ChildProcess | null = null;
  const start = (): ChildProcess => {
    const started = fork(fileURLToPath(new URL('./compose-recordings.child.ts', import.meta.url)), {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    started.on('exit', () => {
      if (child === started) child = null;
    });
    return started;
  };
  return {
    run: (job, signal) => {
      child ??= start();
      return askChild(child, job, signal);
    },
    close: () => child?.kill('SIGKILL'),
  };
}

function askChild(
  child: ChildProcess,
  job: ComposeJob,
  signal?: AbortSignal,
): Promise<ComposeAnswer> {
  return new Promise((resolve) => {
    const finish = (answer: ComposeAnswer): void => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      child.off('error', onError);
      signal?.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const stop = (reason: string): void => {
      child.kill('SIGKILL');
      finish({ kind: 'failed', reason });
    };
    const onMessage = (answer: unknown): void => finish(answer as ComposeAnswer);
    const onExit = (code: number | null, killedBy: string | null): void =>
      finish({
        kind: 'failed',
        reason: `the composing process ended (${killedBy ?? `exit ${code}`})`,
      });
    const onError = (error: Error): void => stop(error.message);
    const onAbort = (): void => stop('aborted');
    const timer = setTimeout(
      () => stop(`not finished after ${jobTimeoutMs / 1000} s`),
      jobTimeoutMs,
    );
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.on('error', onError);
    signal?.addEventListener('abort', onAbort, { once: true });
    child.send(job, (error) => {
      if (error !== null) stop(error.message);
    });
  });
}

// ── the manifest ────────────────────────────────────────────────────────

async function readManifest(folder: string): Promise<Manifest> {
  const none: Manifest = { edition, files: {} };
  try {
    const manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Manifest;
    return manifest.edition === edition && typeof manifest.files === 'object' ? manifest : none;
  } catch {
    // Missing, or cut off by a crash of an older edition that did not rename: composing again is the repair.
    return none;
  }
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const half = join(folder, `${manifestName}.tmp`);
  await writeFile(half, JSON.stringify(manifest, null, 1));
  await rename(half, join(folder, manifestName));
}

async function isWhole(folder: string, known: DemoAudioFile): Promise<boolean> {
  try {
    const { size } = await stat(join(folder, known.file));
    return size > 0 && size === known.bytes;
  } catch {
    return false;
  }
}
