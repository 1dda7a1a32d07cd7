import { parentPort } from 'node:worker_threads';
import { hear, type Heard as Sound } from '../hear.ts';
import { nothing } from '../identify.ts';
import type { Heard } from '../listener.ts';
import type { WindowAnswer } from '../second-look.ts';
import { isSilent, joinHops, openJudgement, silenceAt } from '../sound-matcher.ts';
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
  /** Hops that are not answered yet, in their order: an answer that comes early waits for those before it. */
  let hops: {
    readonly pcm: Float32Array;
    readonly atMs: number;
    judged: (() => Heard | null) | null;
  }[] = [];
  let isClosing = false;

  function answer(): void {
    for (let first; (first = hops[0]) !== undefined && first.judged !== null;) {
      hops = hops.slice(1);
      const heard = first.judged();
      gatherer.feed(first.pcm);
      if (heard !== null) gatherer.window(heard);
      tell({ kind: 'heard', channel: id, heard });
    }
    if (!isClosing || hops.length > 0) return;
    gatherer.end();
    channels.delete(id);
    tell({ kind: 'closed', channel: id });
  }

  return {
    hop(pcm: Float32Array, atMs: number, isAsked: boolean): void {
      const hop: (typeof hops)[number] = { pcm, atMs, judged: null };
      const window = join(pcm, atMs);
      hops = [...hops, hop];
      if (!isAsked) {
        hop.judged = () => null;
        return answer();
      }
      if (isSilent(window)) {
        hop.judged = () => silenceAt(atMs);
        return answer();
      }
      const sound = hear(window);
      // The search takes the sound with it, and a second look at what is unknown needs it.
      const kept = unknown.shards().length > 0 ? copyOf(sound) : sound;
      search(sound, (found) => {
        hop.judged = () => (found === null ? null : judge(found, kept, atMs, window.length));
        answer();
      });
    },
    close(): void {
      isClosing = true;
      answer();
    },
  };
}

function search(sound: Sound, answered: (answer: WindowAnswer | null) => void): void {
  // What is too short to be looked for is not sent.
  if (sound.places.length === 0) return answered({ ...nothing, beside: null });
  asked.set(++searches, answered);
  const buffers = [sound.places, sound.ranks, sound.evidence, sound.levels];
  tell(
    { kind: 'search', search: searches, sound },
    buffers.flatMap((part) => (part === undefined ? [] : [part.buffer as ArrayBuffer])),
  );
}

function copyOf(sound: Sound): Sound {
  return {
    ...sound,
    places: sound.places.slice(),
    ranks: sound.ranks.slice(),
    evidence: sound.evidence.slice(),
    ...(sound.levels !== undefined && { levels: sound.levels.slice() }),
  };
}

function tell(message: FromStations, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}
