import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintSound } from './fingerprint-sound.ts';
import { identify, prepareSearch } from './identify.ts';
import type { Heard } from './listener.ts';
import { buildSegment } from './segment.ts';
import { openRemoteMatcher, openSoundMatcher } from './sound-matcher.ts';
import { melody } from './testing.ts';

const [song, other] = [melody(11, 40), melody(12, 30)];
const segment = buildSegment(
  [song, other].map((samples, i) => ({
    recordingId: ['song', 'other'][i]!,
    title: '',
    artist: '',
    file: null,
    ...fingerprintSound(samples),
  })),
);
const shards = [{ segment, isLive: () => true }];

/** Ten seconds of silence, the song from its twelfth second, something that is in no index. */
const programme = [new Float32Array(160_000), song.subarray(12 * 16_000), melody(13, 16)];

test('a stream is matched every two seconds, wherever it is cut; a match says where in song and stream it is', () => {
  const heardIn = (block: number): Heard[] => {
    const matcher = openSoundMatcher(() => shards);
    const all = Float32Array.from(programme.flatMap((part) => [...part]));
    const heard: Heard[] = [];
    for (let at = 0; at < all.length; at += block)
      heard.push(...matcher.hear(all.subarray(at, at + block)));
    return heard;
  };
  const heard = heardIn(3_999);
  assert.deepEqual(
    heard.map((h) => h.atMs),
    Array.from({ length: 27 }, (_, i) => (i + 1) * 2_000),
  );
  assert.ok(heard.slice(0, 5).every((h) => h.music === 'silence'));
  const within = heard.filter((h) => h.atMs >= 18_000 && h.atMs <= 38_000);
  const matched = within.filter((h) => h.matches.length > 0);
  assert.ok(matched.length >= 0.7 * within.length, `${matched.length} of ${within.length}`);
  for (const { atMs, matches } of matched) {
    assert.equal(matches[0]!.recordingId, 'song', `${atMs}`);
    assert.ok(
      Math.abs(matches[0]!.offsetMs - (atMs + 2_000)) < 60,
      `${atMs}: ${matches[0]!.offsetMs}`,
    );
  }
  assert.ok(heard.filter((h) => h.atMs > 46_000).every((h) => h.music === 'unknown'));
  assert.deepEqual(heardIn(70_001), heard);
});

test('a search elsewhere gives the same answers later and in order; one that fails costs its window', async () => {
  const search = prepareSearch();
  let asked = 0;
  const matcher = openRemoteMatcher({
    async search(sound) {
      const nth = ++asked;
      await sleep(nth % 2 === 0 ? 1 : 12);
      if (nth === 3) throw new Error('the thread broke');
      return identify(search, shards, sound);
    },
  });
  const heard: Heard[] = [];
  for (let at = 0; at < song.length; at += 32_000) {
    heard.push(...matcher.hear(song.subarray(at, at + 32_000)));
    await sleep(5);
  }
  await sleep(50);
  heard.push(...matcher.hear(new Float32Array(0)));
  const times = heard.map((h) => h.atMs);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(!times.includes(6_000) && times.length >= 15, times.join());
  assert.ok(
    heard.filter((h) => h.atMs >= 8_000).every((h) => h.matches[0]?.recordingId === 'song'),
  );
});
