import { Worker } from 'node:worker_threads';
import type { Log } from '#foundation/platform/log.ts';
import type { Heard, SoundMatcher } from '#counting/hearing/index.ts';
import {
  cutHops,
  type SoundQuery,
  type Playing,
  type WindowAnswer,
} from '#counting/recognition/engine.ts';
import type { Searcher } from '#counting/recognition/index.ts';
import type { UnknownStretch } from './unknown/gather-unknown.ts';
import type { UnknownIndex, UnknownSound } from './unknown/unknown-index.ts';

// What stations send is transformed, and unknown sound gathered and looked up, in a thread of its own; windows are matched
// in the search thread. Here sound is only cut and handed on.

export type ToStations =
  | {
      readonly kind: 'hop';
      readonly channel: number;
      readonly atMs: number;
      readonly pcm: Float32Array<ArrayBuffer>;
      /** Whether the window that ends here is looked up. */
      readonly isAsked: boolean;
    }
  | { readonly kind: 'answer'; readonly search: number; readonly answer: WindowAnswer | null }
  | { readonly kind: 'close'; readonly channel: number }
  | { readonly kind: 'keep'; readonly sounds: readonly UnknownSound[] }
  | { readonly kind: 'forget'; readonly ids: readonly string[] };
export type FromStations =
  | {
      readonly kind: 'search';
      readonly search: number;
      readonly query: SoundQuery;
      readonly expected: Playing | null;
    }
  /** One for each hop, in their order; null where nothing was asked or the search failed. */
  | { readonly kind: 'heard'; readonly channel: number; readonly heard: Heard | null }
  | { readonly kind: 'stretch'; readonly channel: number; readonly stretch: UnknownStretch }
  | { readonly kind: 'closed'; readonly channel: number };

export type OpenMatcher = (found: (stretch: UnknownStretch) => void) => SoundMatcher;

export type StationThread = {
  /** A matcher of one channel; `found` gets what matched nothing for long. */
  readonly openMatcher: OpenMatcher;
  close(): Promise<void>;
};

/**
 * Sound that is this far behind is left out, of the station that sends it and no other; the counter bridges it. Two of these
 * may be windows that were passed over and wait, which are not behind.
 */
const hopsBehindMax = 10;
/** From here on every second window is looked up: each moment of its sound is still in one. */
const hopsBehindToThin = 4;
/** A line that ends does not wait longer than this for its last windows. */
const closeMsMax = 3_000;

type Channel = {
  readonly heard: Heard[];
  /** Hops that are not answered yet. */
  behind: number;
  readonly found: (stretch: UnknownStretch) => void;
  closed: () => void;
};

export function openStationThread(ctx: {
  readonly searcher: Pick<Searcher, 'searchWindow'>;
  readonly log: Log;
  readonly unknown: Pick<UnknownIndex, 'sounds' | 'onChange'>;
  readonly limits?: {
    readonly hopsBehind: number;
    readonly hopsToThin: number;
    readonly closeMs: number;
  };
}): StationThread {
  const limits = ctx.limits ?? {
    hopsBehind: hopsBehindMax,
    hopsToThin: hopsBehindToThin,
    closeMs: closeMsMax,
  };
  const channels = new Map<number, Channel>();
  let worker: Worker | null = null;
  let opened = 0;
  let closing = false;
  ctx.unknown.onChange(({ kept, forgotten }) => {
    if (worker === null) return;
    if (kept.length > 0) post({ kind: 'keep', sounds: kept });
    if (forgotten.length > 0) post({ kind: 'forget', ids: forgotten });
  });

  function post(message: ToStations, transfer: ArrayBuffer[] = []): void {
    worker ??= start();
    worker.postMessage(message, transfer);
  }

  function start(): Worker {
    const started = new Worker(new URL('./station.worker.ts', import.meta.url));
    started.on('message', take);
    started.on('error', (error) =>
      ctx.log.warn({ err: error }, 'the thread of the stations broke and will be started again'),
    );
    started.on('exit', () => {
      if (worker === started) worker = null;
      // What it was working on is lost; every channel goes on with the sound that comes next.
      for (const channel of channels.values()) {
        channel.behind = 0;
        channel.closed();
      }
    });
    started.postMessage({ kind: 'keep', sounds: ctx.unknown.sounds() } satisfies ToStations);
    return started;
  }

  function take(message: FromStations): void {
    if (message.kind === 'search') return void ask(message);
    const channel = channels.get(message.channel);
    if (channel === undefined) return;
    if (message.kind === 'stretch') channel.found(message.stretch);
    else if (message.kind === 'closed') channel.closed();
    else {
      channel.behind -= 1;
      if (message.heard !== null) channel.heard.push(message.heard);
    }
  }

  async function ask({
    search,
    query,
    expected,
  }: Extract<FromStations, { kind: 'search' }>): Promise<void> {
    const asker = worker;
    const answer = await ctx.searcher.searchWindow(query, expected).catch(() => null);
    if (worker === asker && asker !== null) post({ kind: 'answer', search, answer });
  }

  return {
    openMatcher(found) {
      const id = ++opened;
      const channel: Channel = { heard: [], behind: 0, found, closed: () => {} };
      channels.set(id, channel);
      let wasAsked = false;
      const feed = cutHops((pcm, atMs) => {
        if (closing || channel.behind >= limits.hopsBehind) return;
        wasAsked = !wasAsked || channel.behind < limits.hopsToThin;
        channel.behind += 1;
        post({ kind: 'hop', channel: id, atMs, pcm, isAsked: wasAsked }, [pcm.buffer]);
      });
      return {
        hear(pcm) {
          feed(pcm);
          return channel.heard.splice(0);
        },
        async close() {
          if (worker !== null && !closing)
            await new Promise<void>((resolve) => {
              const late = setTimeout(resolve, limits.closeMs);
              channel.closed = () => {
                clearTimeout(late);
                resolve();
              };
              post({ kind: 'close', channel: id });
            });
          channels.delete(id);
          return channel.heard.splice(0);
        },
      };
    },
    async close() {
      closing = true;
      await worker?.terminate();
    },
  };
}
