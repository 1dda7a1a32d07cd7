import { resolveRecordings } from '#catalogue/catalog/index.ts';
import type { DeviceId, RecordingId } from '#foundation/kernel/ids.ts';
import { countFromSound, type NowPlaying } from '#counting/hearing/index.ts';
import type { MonitorContext } from './context.ts';
import { readHint } from '#foundation/streams/demux-icy.ts';
import { openEar, type Ear } from './ear.ts';
import { keepDetection } from './keep-detection.ts';
import { durationOfRecording, findEar, putEar, staleEars, type SavedChannel } from './queries.ts';
import type { Source } from './source.ts';
import { openTitles, titleStaleMs } from './titles.ts';
import { listenForUnknown } from './unknown/listen-for-unknown.ts';

// One channel that is heard, whether we fetch its sound or it sends it: ear, titles, plays, and what is known if the
// process dies now.

const saveEveryMs = 30_000;
/** What an ear knew longer ago can bridge no gap any more. */
const resumableMs = 120_000;
const durationsMax = 10_000;

export type Channel = {
  readonly deviceId: DeviceId;
  /** A connection begins. */
  connected(): void;
  hear(pcm16kMono: Float32Array): void;
  title(text: string): void;
  live(): ChannelLive;
  /** Writes down what is known; a channel that has ended for good closes its plays first. */
  close(isOver: boolean): Promise<void>;
};

export type ChannelLive = {
  readonly title: string | null;
  readonly nowPlaying: readonly (NowPlaying & { readonly since: number })[];
  readonly silentMs: number;
  readonly heardMs: number;
  readonly plays: number;
};

export async function openChannel(
  ctx: MonitorContext,
  deviceId: DeviceId,
  source: Source,
): Promise<Channel> {
  const kept = await ctx.db.maybe(findEar, { deviceId });
  const isFresh = kept !== null && ctx.now() - kept.savedAt < resumableMs;
  if (kept !== null && !isFresh) await finishEar(ctx, deviceId, kept.saved);
  const saved = isFresh ? kept.saved : null;
  const durations = durationCache(ctx);
  let title: { text: string; at: number } | null = null;
  let plays = 0;
  let writing: Promise<void> = Promise.resolve();
  const inOrder = (work: () => Promise<void>): void => {
    writing = writing
      .then(work)
      .catch((error: unknown) => ctx.log.warn({ err: error, deviceId }, 'a detection waits'));
  };
  const titles = openTitles();
  const unknown =
    ctx.unknown === null
      ? null
      : listenForUnknown({ index: ctx.unknown, deviceId, titles, ear: () => ear, inOrder });
  const ear: Ear = openEar({
    ...(unknown !== null && { onWindow: unknown.window, onStretch: unknown.stretch }),
    openMatcher: ctx.openMatcher,
    durationOf: durations.of,
    now: ctx.now,
    keepsClips: ctx.keepsClips,
    saved,
    onEvent(event, clip) {
      if (event.kind === 'opened') durations.learn(event.recordingId);
      if (event.kind !== 'closed') return;
      plays += 1;
      const { play } = event;
      const concluded = {
        deviceId,
        source,
        anchorMs: ear.anchorMs,
        play,
        startedAt: ear.wallOf(play.firstHeardMs),
        endedAt: ear.wallOf(play.lastHeardMs),
        titleHint: play.hinted ? titles.during(play.firstHeardMs, play.lastHeardMs) : null,
        clip,
      };
      inOrder(() => keepDetection(ctx, concluded));
      inOrder(save);
    },
  });

  async function save(): Promise<void> {
    await ctx.db.run(putEar, {
      deviceId,
      saved: JSON.stringify({ ...ear.save(), source }),
      now: ctx.now(),
    });
  }
  const saving = setInterval(() => inOrder(save), saveEveryMs);

  return {
    deviceId,
    connected: ear.resume,
    hear: ear.hear,
    title(text) {
      if (title?.text === text) return;
      title = { text, at: ctx.now() };
      titles.say(text, ear.heardMs());
      const hint = readHint(text);
      ear.hint(null);
      if (hint === null) return;
      void resolveRecordings(ctx.db, [hint])
        .then(([recordingId]) => {
          if (title?.text === text) ear.hint(recordingId ?? null);
        })
        .catch(() => {}); // a hint less
    },
    live: () => ({
      title: title !== null && ctx.now() - title.at < titleStaleMs ? title.text : null,
      nowPlaying: ear
        .nowPlaying()
        .map((playing) => ({ ...playing, since: ear.wallOf(playing.firstHeardMs) })),
      silentMs: ear.silentMs(),
      heardMs: ear.heardMs(),
      plays,
    }),
    async close(isOver) {
      clearInterval(saving);
      await ear.close();
      if (isOver) ear.end();
      unknown?.end();
      inOrder(save);
      await writing;
    },
  };
}

/** A channel that did not come back: what it was playing last is closed where it was last heard. */
async function finishEar(
  ctx: MonitorContext,
  deviceId: DeviceId,
  saved: SavedChannel,
): Promise<void> {
  for (const event of countFromSound({ saved: saved.counter }).end()) {
    if (event.kind !== 'closed') continue;
    const { play } = event;
    await keepDetection(ctx, {
      deviceId,
      source: saved.source,
      anchorMs: saved.anchorMs,
      play,
      startedAt: Math.round(saved.anchorMs + play.firstHeardMs - saved.leadMs),
      endedAt: Math.round(saved.anchorMs + play.lastHeardMs - saved.leadMs),
      titleHint: null,
      clip: null,
    });
  }
  const closed = { ...saved, counter: { ...saved.counter, runs: [] } };
  await ctx.db.run(putEar, { deviceId, saved: JSON.stringify(closed), now: ctx.now() });
}

const finishedAtOnce = 100;

export async function finishStaleEars(
  ctx: MonitorContext,
  isLive: (deviceId: DeviceId) => boolean,
): Promise<void> {
  const before = ctx.now() - resumableMs;
  for (const ear of await ctx.db.all(staleEars, { before, limit: finishedAtOnce }))
    if (!isLive(ear.deviceId)) await finishEar(ctx, ear.deviceId, ear.saved);
}

/** Lengths by recording: asked for when one opens, there long before it ends. */
function durationCache(ctx: MonitorContext) {
  const known = new Map<RecordingId, number | null>();
  return {
    of: (id: RecordingId): number | null => known.get(id) ?? null,
    learn(id: RecordingId): void {
      if (known.has(id)) return;
      if (known.size >= durationsMax) known.clear();
      known.set(id, null);
      ctx.db
        .maybe(durationOfRecording, { id })
        .then((row) => known.set(id, row?.durationMs ?? null))
        .catch(() => known.delete(id));
    },
  };
}
