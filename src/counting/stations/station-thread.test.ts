import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '#foundation/platform/log.ts';
import { fingerprintSound } from '#counting/recognition/fingerprint-sound.ts';
import { nothing, prepareSearch } from '#counting/recognition/identify.ts';
import type { Heard, SoundMatcher } from '#counting/hearing/index.ts';
import type { Searcher } from '#counting/recognition/search-thread.ts';
import { identifyWindow } from '#counting/recognition/second-look.ts';
import { buildSegment } from '#counting/recognition/segment.ts';
import { openSoundMatcher } from '#counting/recognition/sound-matcher.ts';
import { melody } from '#counting/recognition/testing.ts';
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
    limits: { hopsBehind, hopsToThin: toThin, closeMs: hopsBehind < 20 ? 1 : 60_000 },
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
  const thread = openThread(t, async (sound, expected) => {
    const nth = ++asked;
    await sleep(nth % 2 === 0 ? 1 : 12);
    if (nth === 5) throw new Error('the search thread broke');
    return identifyWindow(search, shards, sound, expected);
  });
  const late = song.subarray(5 * 16_000);
  const here = (sound: Float32Array) =>
    listen(
      openSoundMatcher(() => shards),
      sound,
    );
  const expected = await here(song.subarray(0, 8 * hop));
  const expectedLate = await here(late.subarray(0, 8 * hop));
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
  assert.ok(heard.filter((h) => h.hits[0]?.recordingId === ('song' as never)).length >= 5);
});

test('a channel whose windows are not answered keeps a few of them waiting and no more; another is heard', async (t) => {
  const search = prepareSearch();
  let asked = 0;
  const stuck = Promise.withResolvers<void>();
  const thread = openThread(
    t,
    async (sound, expected) => {
      if (++asked > 1) return identifyWindow(search, shards, sound, expected);
      await stuck.promise;
      return { ...nothing, beside: null };
    },
    15,
  );
  const hanging = thread.open();
  for (let i = 0; i < 6; i++) assert.deepEqual(hanging.hear(melody(12, 20)), []);
  await until(() => asked === 1);
  const other = thread.open();
  const heard = [...other.hear(song)];
  await until(() => {
    heard.push(...other.hear(new Float32Array(0)));
    return heard.length === 15;
  });
  assert.ok(heard.filter(({ hits }) => hits.length > 0).length >= 6);
  assert.deepEqual(await hanging.close!(), []);
  const before = asked;
  stuck.resolve();
  await until(() => asked === before + 4);
  thread.open().hear(song.subarray(0, hop));
  await until(() => asked > before + 4);
  assert.equal(
    asked,
    before + 5,
    'of fifteen that waited every third, no others, then that of a third',
  );
});

test('a channel that falls behind is asked about every second time, so that all of its sound is in some window', async (t) => {
  let asked = 0;
  const thread = openThread(
    t,
    async () => {
      asked += 1;
      return { ...nothing, beside: null };
    },
    1_000,
    2,
  );
  const heard = await listen(thread.open(), song.subarray(0, 9 * hop));
  assert.deepEqual(
    heard.map(({ atMs }) => atMs / 2_000),
    [1, 2, 4, 6, 8],
  );
  assert.equal(asked, 2, 'two of those five are passed over, and one waits');
});

test('a thread that breaks costs what it was working on; what comes next is heard', async (t) => {
  const search = prepareSearch();
  const thread = openThread(
    t,
    async (sound, expected) => identifyWindow(search, shards, sound, expected),
    5,
  );
  const matcher = thread.open();
  await until(() => matcher.hear(song.subarray(0, hop)).length > 0);
  thread.change({ kept: [{ id: 'x', places: null as never }], forgotten: [] });
  const after: Heard[] = [];
  await until(() => {
    after.push(...matcher.hear(song.subarray(0, 4 * hop)));
    return after.some(({ hits }) => hits.length > 0);
  });
});
