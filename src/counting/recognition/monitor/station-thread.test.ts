import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '#foundation/platform/log.ts';
import { fingerprintSound } from '../fingerprint-sound.ts';
import { prepareSearch } from '../identify.ts';
import type { Heard, SoundMatcher } from '../listener.ts';
import type { Searcher } from '../search-thread.ts';
import { identifyWindow } from '../second-look.ts';
import { buildSegment } from '../segment.ts';
import { openSoundMatcher } from '../sound-matcher.ts';
import { melody } from '../testing.ts';
import { openStationThread } from './station-thread.ts';
import { until } from './testing.ts';
import type { UnknownIndex } from './unknown/unknown-index.ts';

const song = melody(11, 30);
const segment = buildSegment([
  { recordingId: 'song', title: '', artist: '', file: null, ...fingerprintSound(song) },
]);
const shards = [{ segment, isLive: () => true }];
const hop = 32_000;

function openThread(
  t: TestContext,
  search: Searcher['searchWindow'],
  hopsBehind = 1_000,
  toThin = hopsBehind,
) {
  type Change = Parameters<Parameters<UnknownIndex['onChange']>[0]>[0];
  const told: { change?: (change: Change) => void } = {};
  const thread = openStationThread({
    searcher: { searchWindow: search },
    log: createLog('silent'),
    unknown: { sounds: () => [], onChange: (hears) => void (told.change = hears) },
    limits: { hopsBehind, hopsToThin: toThin, closeMs: hopsBehind < 10 ? 1 : 60_000 },
  });
  t.after(() => thread.close());
  return { open: () => thread.openMatcher(() => {}), change: (c: Change) => told.change!(c) };
}

async function listen(matcher: SoundMatcher, sound: Float32Array): Promise<Heard[]> {
  const heard = [...matcher.hear(sound)];
  return [...heard, ...(await matcher.close!())];
}

test('two channels at once: each gets its own answers, in order, the same as without a thread; a failed search costs one window', async (t) => {
  const search = prepareSearch();
  let asked = 0;
  const thread = openThread(t, async (sound) => {
    const nth = ++asked;
    await sleep(nth % 2 === 0 ? 1 : 12);
    if (nth === 5) throw new Error('the search thread broke');
    return identifyWindow(search, shards, sound);
  });
  const late = song.subarray(5 * 16_000);
  const here = openSoundMatcher(() => shards);
  const [expected, expectedLate] = [here.hear(song), openSoundMatcher(() => shards).hear(late)];
  const [heard, heardLate] = await Promise.all([
    listen(thread.open(), song.subarray(0, 8 * hop)),
    listen(thread.open(), late.subarray(0, 8 * hop)),
  ]);
  const lost = 16 - heard.length - heardLate.length;
  assert.equal(lost, 1);
  for (const [some, all] of [
    [heard, expected],
    [heardLate, expectedLate],
  ] as const) {
    assert.deepEqual(
      some,
      all.filter(({ atMs }) => some.some((one) => one.atMs === atMs)),
    );
  }
  assert.ok(heard.filter((h) => h.matches[0]?.recordingId === ('song' as never)).length >= 5);
});

test('a channel whose windows are not answered keeps a few of them waiting and no more; another is heard', async (t) => {
  const search = prepareSearch();
  let stuck = 0;
  const thread = openThread(
    t,
    async (sound) => {
      if (stuck === 5) return identifyWindow(search, shards, sound);
      stuck += 1;
      return new Promise(() => {});
    },
    5,
  );
  const hanging = thread.open();
  for (let i = 0; i < 6; i++) assert.deepEqual(hanging.hear(melody(12, 20)), []);
  await until(() => stuck === 5);
  const other = thread.open();
  const heard: Heard[] = [];
  for (let at = 0; at + hop <= song.length; at += hop) {
    const before = heard.length;
    heard.push(...other.hear(song.subarray(at, at + hop)));
    await until(() => heard.push(...other.hear(new Float32Array(0))) > before);
  }
  assert.ok(heard.filter(({ matches }) => matches.length > 0).length >= 6, `${heard.length}`);
  assert.equal(stuck, 5);
  assert.deepEqual(await hanging.close!(), []);
});

test('a channel that falls behind is asked about every second time, so that all of its sound is in some window', async (t) => {
  let asked = 0;
  let last = 0;
  const thread = openThread(
    t,
    (sound) => {
      asked += 1;
      last = sound.frames;
      return new Promise(() => {});
    },
    9,
    2,
  );
  thread.open().hear(song.subarray(0, 9 * hop));
  const other = thread.open();
  other.hear(song.subarray(0, hop));
  // The thread takes hops in their order: the other's short window is asked about last.
  await until(() => asked > 1 && last === 243);
  assert.equal(asked - 1, 5, 'the first, the second, and then the fourth, sixth and eighth');
});

test('a thread that breaks costs what it was working on; what comes next is heard', async (t) => {
  const search = prepareSearch();
  const thread = openThread(t, async (sound) => identifyWindow(search, shards, sound), 5);
  const matcher = thread.open();
  await until(() => matcher.hear(song.subarray(0, hop)).length > 0);
  thread.change({ kept: [{ id: 'x', places: null as never }], forgotten: [] });
  const after: Heard[] = [];
  await until(() => {
    after.push(...matcher.hear(song.subarray(0, 4 * hop)));
    return after.some(({ matches }) => matches.length > 0);
  });
});
