import { setTimeout as sleep } from 'node:timers/promises';
import { joinHashes, type HashedSound } from '#foundation/dsp/hash-sound.ts';
import { watchDecks, type DeckInput } from './decks/watch-decks.ts';
import { hearStretches, type HashSound, type Stretch } from './hear-stretches.ts';
import type { HeldState } from './hold-state.ts';
import { uuidOf } from './identify-waiting.ts';
import type { TimeSource } from './keep-time.ts';
import { openAgent, type Agent } from './open-agent.ts';
import type { ListenOptions } from './read-options.ts';
import { untilDone } from './retry.ts';
import { openInput, type Input } from './sound/open-input.ts';
import { writeStatus } from './status.ts';

// Day and night: what is heard goes to the disk, from the disk to the server, and only then away. Three loops that know
// nothing of each other but the spools between them.

const statusEveryMs = 30_000;
/** How much of an input without an end `--once` hears. */
const onceMs = 60_000;
const inputRetryMinMs = 1_000;
const inputRetryMaxMs = 60_000;

/** How sound becomes hashes, and how the box itself names them where it has an index. */
export type Ears = {
  readonly hash: HashSound;
  readonly nameHere: ((sound: HashedSound) => string | null) | null;
};

/** Listens until the signal, or with `--once` until the input is over. Answers the exit code. */
export async function listen(
  options: ListenOptions,
  held: HeldState,
  ears: Ears,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<number> {
  const time: TimeSource = { monotonic: () => performance.now(), wall: () => Date.now() };
  const agent = await openAgent(options, held, time, say);
  const ending = new AbortController();
  const until = AbortSignal.any([stop, ending.signal]);
  const loops = [
    every(until, 0, () => untilDone(() => agent.identifier.identifyWaiting(), until)),
    every(until, options.everyMs, () => untilDone(() => agent.uploader.uploadWaiting(), until)),
    every(until, statusEveryMs, () => writeStatus(options.state, agent)),
  ];
  const hearing =
    options.input.kind === 'prolink' || options.input.kind === 'stagelinq'
      ? watch(options.input, options, held, agent, until)
      : hear(options.input, options, agent, ears, time, until);
  let complaint: string | null;
  try {
    // A loop that fails (a full disk) ends the program: started again, it tells everything from the disk.
    complaint = await Promise.race([hearing, Promise.all(loops).then(() => hearing)]);
  } finally {
    ending.abort();
  }
  await Promise.all(loops);
  const left = options.once && !stop.aborted ? await finish(agent, stop) : 0;
  await writeStatus(options.state, agent);
  await Promise.all([agent.stretches.close(), agent.plays.close()]);
  if (complaint !== null) say(complaint);
  if (left > 0) say(`${left} plays or stretches of sound wait in ${options.state}.`);
  return complaint === null && left === 0 ? 0 : 1;
}

/** Everything that was heard is named, counted and sent, as far as the server answers. */
async function finish(
  { identifier, uploader, stretches, plays }: Agent,
  stop: AbortSignal,
): Promise<number> {
  if ((await identifier.identifyWaiting()) === 'done') await identifier.end();
  if (!stop.aborted) await uploader.uploadWaiting();
  return stretches.waiting() + plays.waiting();
}

async function every(until: AbortSignal, ms: number, work: () => Promise<void>): Promise<void> {
  while (!until.aborted) {
    await work();
    await sleep(Math.max(ms, 500), null, { signal: until }).catch(() => {});
  }
}

/** Hears the input; one that breaks off is opened again, because nobody is there at night to do it. */
async function hear(
  input: Input,
  options: ListenOptions,
  agent: Agent,
  ears: Ears,
  time: TimeSource,
  until: AbortSignal,
): Promise<string | null> {
  for (let retryMs = inputRetryMinMs; ; retryMs = Math.min(retryMs * 2, inputRetryMaxMs)) {
    const sound = await openInput(input);
    if ('kind' in sound && options.once) return sound.detail!;
    let complaint: string | null;
    if ('kind' in sound) complaint = sound.detail!;
    else {
      const begunMs = time.monotonic();
      const over = options.once && sound.lengthMs === null ? AbortSignal.timeout(onceMs) : null;
      const end = over === null ? until : AbortSignal.any([until, over]);
      end.addEventListener('abort', () => sound.stop(), { once: true });
      let before: Stretch | null = null;
      for await (const heard of hearStretches(sound, ears.hash, agent.clock, time)) {
        if (until.aborted) break;
        if (heard.kind === 'silence') {
          before = null;
          agent.heardHere = null;
          continue;
        }
        agent.heardSoundMs = time.monotonic();
        await agent.stretches.append(heard.stretch);
        if (ears.nameHere !== null)
          agent.heardHere = nameStretch(ears.nameHere, heard.stretch, before);
        before = heard.stretch;
      }
      const isOver = until.aborted || over?.aborted === true || sound.lengthMs !== null;
      complaint = isOver ? null : sound.complaint();
      if (options.once || until.aborted || input.kind === 'file' || input.kind === 'stdin')
        return complaint;
      if (time.monotonic() - begunMs > inputRetryMaxMs) retryMs = inputRetryMinMs;
    }
    agent.say(`${complaint ?? 'The input ended.'} Trying again in ${retryMs / 1_000} s.`);
    await sleep(retryMs, null, { signal: until }).catch(() => {});
    if (until.aborted) return null;
  }
}

/** By itself, or together with the stretch before it. */
function nameStretch(
  nameHere: NonNullable<Ears['nameHere']>,
  stretch: Stretch,
  before: Stretch | null,
): string | null {
  const alone = nameHere(stretch);
  if (alone !== null || before === null) return alone;
  return nameHere(joinHashes(before, stretch, before.lengthMs));
}

/** What decks report needs no recognition: it is a play as soon as it was played. */
async function watch(
  input: DeckInput,
  options: ListenOptions,
  held: HeldState,
  agent: Agent,
  until: AbortSignal,
): Promise<string | null> {
  const end = options.once ? AbortSignal.any([until, AbortSignal.timeout(onceMs)]) : until;
  return watchDecks(input, end, agent.say, async (play) => {
    const startedAtMs = agent.clock.instantOf(agent.clock.stamp(play.startedMs));
    await agent.plays.append({
      key: uuidOf(`${held.agentId} ${play.deck} ${startedAtMs} ${play.title}`),
      startedAtMs,
      playedMs: Math.round(play.playedMs),
      source: options.source,
      recording: {
        title: play.title,
        artist: play.artist,
        ...(play.durationMs === null ? {} : { durationMs: Math.round(play.durationMs) }),
      },
    });
    agent.say(`${play.title} by ${play.artist} on ${play.deck}.`);
  });
}
