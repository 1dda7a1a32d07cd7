import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heard, Hit, SoundPlay } from '#counting/hearing/index.ts';
import { recording } from '#counting/hearing/testing.ts';
import { openEar } from './ear.ts';

test('whatever a window says is on the time of the channel, also after a connection that came late', () => {
  const song = recording();
  let clock = 1_000_000;
  let fedMs = 0;
  const plays: SoundPlay[] = [];
  const ear = openEar({
    // Sure of a song but for its last window, which it only thinks likely.
    openMatcher: () => ({
      hear(pcm): readonly Heard[] {
        fedMs += pcm.length / 16;
        const hit: Hit = {
          recordingId: song,
          offsetMs: fedMs,
          speed: 1,
          confidence: fedMs < 20_000 ? 0.99 : 0.6,
          seconds: 2,
          fromMs: fedMs - 2_000,
          toMs: fedMs,
        };
        return fedMs < 20_000
          ? [{ atMs: fedMs, hits: [hit], music: 'music' }]
          : [{ atMs: fedMs, hits: [], music: 'unknown', doubtful: hit }];
      },
    }),
    durationOf: () => null,
    now: () => clock,
    onEvent: (event) => event.kind === 'closed' && plays.push(event.play),
  });
  clock += 60_000;
  ear.resume();
  for (let i = 0; i < 10; i++) ear.hear(new Float32Array(32_000));
  ear.end();
  assert.deepEqual(
    plays.map(({ firstHeardMs, lastHeardMs, heardMs }) => [firstHeardMs, lastHeardMs, heardMs]),
    [[60_000, 80_000, 20_000]],
  );
});
