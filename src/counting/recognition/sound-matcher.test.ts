import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintSound } from './fingerprint-sound.ts';
import type { Heard } from '#counting/hearing/index.ts';
import { buildSegment } from './segment.ts';
import { openSoundMatcher } from './sound-matcher.ts';
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

test('a stream is matched every two seconds, wherever it is cut; a match says where in song and stream it is', async () => {
  const heardIn = async (block: number): Promise<Heard[]> => {
    const matcher = openSoundMatcher(() => shards);
    const all = Float32Array.from(programme.flatMap((part) => [...part]));
    const heard: Heard[] = [];
    for (let at = 0; at < all.length; at += block)
      heard.push(...matcher.hear(all.subarray(at, at + block)));
    return [...heard, ...(await matcher.close!())];
  };
  const heard = await heardIn(3_999);
  assert.deepEqual(
    heard.map((h) => h.atMs),
    Array.from({ length: 27 }, (_, i) => (i + 1) * 2_000),
  );
  assert.ok(heard.slice(0, 5).every((h) => h.music === 'silence'));
  const within = heard.filter((h) => h.atMs >= 18_000 && h.atMs <= 38_000);
  const matched = within.filter((h) => h.hits.length > 0);
  const covered = within.filter((h) => h.isCovered);
  assert.ok(covered.length > 0, 'a song that goes on is not looked for in every window');
  const known = matched.length + covered.length;
  assert.ok(known >= 0.7 * within.length, `${known} of ${within.length}`);
  for (const { atMs, hits } of matched) {
    assert.equal(hits[0]!.recordingId, 'song', `${atMs}`);
    assert.ok(Math.abs(hits[0]!.offsetMs - (atMs + 2_000)) < 60, `${atMs}: ${hits[0]!.offsetMs}`);
  }
  assert.ok(heard.filter((h) => h.atMs > 46_000).every((h) => h.music === 'unknown'));
  assert.deepEqual(await heardIn(70_001), heard);
});
