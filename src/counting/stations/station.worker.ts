import { parentPort } from 'node:worker_threads';
import type { Heard } from '#counting/hearing/index.ts';
import {
  isSilent,
  joinHops,
  lookIntoWindows,
  nothing,
  openJudgement,
  silenceAt,
  windowOf,
  type SoundQuery,
  type Playing,
  type Settled,
  type Window,
  type WindowAnswer,
} from '#counting/recognition/engine.ts';
import type { FromStations, ToStations } from './station-thread.ts';
import { gatherUnknown } from './unknown/gather-unknown.ts';
import { openUnknownShards } from './unknown/unknown-shards.ts';

// The thread of the stations: transforms what they send, asks about it, and looks up what matched nothing.

const unknown = openUnknownShards(Date.now);

type Channel = ReturnType<typeof openChannel>;
const channels = new Map<number, Channel>();
const asked = new Map<number, (answer: WindowAnswer | null) => void>();
let searches = 0;

parentPort!.on('message', (message: ToStations) => {
  if (message.kind === 'hop') {
    let channel = channels.get(message.channel);
    if (channel === undefined)
      channels.set(message.channel, (channel = openChannel(message.channel)));
    channel.hop(message.pcm, message.atMs, message.isAsked);
  } else if (message.kind === 'answer') {
    const answered = asked.get(message.search);
    asked.delete(message.search);
    answered?.(message.answer);
  } else if (message.kind === 'close') {
    const channel = channels.get(message.channel);
    if (channel === undefined) tell({ kind: 'closed', channel: message.channel });
    else channel.close();
  } else if (message.kind === 'keep') unknown.keep(message.sounds);
  else unknown.forget(message.ids);
});

function openChannel(id: number) {
  const join = joinHops();
  const judge = openJudgement(unknown.shards);
  const gatherer = gatherUnknown((stretch) =>
    tell({ kind: 'stretch', channel: id, stretch }, [stretch.places.buffer as ArrayBuffer]),
  );
  const looks = lookIntoWindows<HopWindow>();
  /** Hops that are not answered yet, in their order; and those of them that are not looked into yet. */
  let hops: Hop[] = [];
  let ahead: Hop[] = [];
  let isLooking = false;
  let isClosing = false;

  function answer(): void {
    for (let first; (first = hops[0]) !== undefined && first.judged !== null;) {
      hops = hops.slice(1);
      const heard = first.judged();
      gatherer.feed(first.pcm);
      if (heard !== null) gatherer.window(heard);
      tell({ kind: 'heard', channel: id, heard });
    }
  }

  /** One after the other, because what one window tells decides how far the next is looked into. */
  async function lookOn(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    for (let hop; (hop = ahead.shift()) !== undefined;) {
      await lookInto(hop);
      answer();
    }
    isLooking = false;
    if (!isClosing) return;
    settle(looks.end());
    answer();
    gatherer.end();
    channels.delete(id);
    tell({ kind: 'closed', channel: id });
  }

  async function lookInto(hop: Hop): Promise<void> {
    const { pcm, atMs, isAsked } = hop;
    const samples = join(pcm, atMs);
    if (!isAsked) hop.judged = () => null;
    else if (isSilent(samples)) {
      settle(looks.end());
      hop.judged = () => silenceAt(atMs);
    } else {
      const looking = looks.next({ ...windowOf(samples, atMs), hop });
      let step = looking.next();
      while (step.done !== true) {
        const { window, expected } = step.value;
        step = looking.next(await search(window.query(), expected));
      }
      settle(step.value);
    }
  }

  function settle(windows: readonly Settled<HopWindow>[]): void {
    for (const { window, answer: found } of windows) window.hop.judged = () => judge(found, window);
  }

  return {
    hop(pcm: Float32Array, atMs: number, isAsked: boolean): void {
      const hop: Hop = { pcm, atMs, isAsked, judged: null };
      hops = [...hops, hop];
      ahead.push(hop);
      void lookOn();
    },
    close(): void {
      isClosing = true;
      void lookOn();
    },
  };
}

type HopWindow = Window & { readonly hop: Hop };
type Hop = {
  readonly pcm: Float32Array;
  readonly atMs: number;
  readonly isAsked: boolean;
  judged: (() => Heard | null) | null;
};

/** The search takes what it is given with it, and the window may be asked about again. */
async function search(window: SoundQuery, expected: Playing | null): Promise<WindowAnswer | null> {
  // What is too short to be looked for is not sent.
  if (window.places.length === 0) return { ...nothing, beside: null };
  const query = copyOf(window);
  const buffers = [query.places, query.ranks, query.evidence, query.levels];
  return new Promise((answered) => {
    asked.set(++searches, answered);
    tell(
      { kind: 'search', search: searches, query, expected },
      buffers.flatMap((part) => (part === undefined ? [] : [part.buffer as ArrayBuffer])),
    );
  });
}

function copyOf(query: SoundQuery): SoundQuery {
  return {
    ...query,
    places: query.places.slice(),
    ranks: query.ranks.slice(),
    evidence: query.evidence.slice(),
    ...(query.levels !== undefined && { levels: query.levels.slice() }),
  };
}

function tell(message: FromStations, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}
