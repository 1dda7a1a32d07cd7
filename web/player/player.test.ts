import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlayer, type Track } from './player.ts';

/** The parts of the browser's audio element that the player uses. */
class Speaker extends EventTarget {
  src = '';
  preload = '';
  currentTime = 0;
  duration = 60;
  paused = true;
  ended = false;
  error = null;
  play(): Promise<void> {
    this.paused = false;
    this.ended = false;
    this.dispatchEvent(new Event('playing'));
    return Promise.resolve();
  }
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }
  /** Sounds for so many seconds, with a report of the clock four times a second. */
  sound(seconds: number): void {
    for (let i = 0; i < seconds * 4; i++) {
      this.currentTime += 0.25;
      this.dispatchEvent(new Event('timeupdate'));
    }
  }
  end(): void {
    this.ended = true;
    this.paused = true;
    this.dispatchEvent(new Event('ended'));
  }
}

const track = (recordingId: string): Track => ({
  recordingId,
  title: recordingId,
  artist: 'x',
  durationMs: 60_000,
  coverId: recordingId,
  coverUrl: null,
});

function studio(tracks: readonly string[]) {
  const speaker = new Speaker();
  const reports: string[] = [];
  const clock = { now: 0 };
  /** What the server does to a session at its next report: how much of it it kept when it closed it. */
  const server = { closedAfterMs: null as number | null, opened: 0 };
  const player = createPlayer({
    createAudio: () => speaker as unknown as HTMLAudioElement,
    now: () => clock.now,
    open: async ({ recordingId }, closed) => {
      const name = server.opened++ === 0 || tracks.length > 1 ? recordingId : `${recordingId} anew`;
      return {
        attach: (audio) => {
          audio.src = `/media/${recordingId}`;
          return () => {};
        },
        reportEveryMs: 15_000,
        report: (listenedMs, ended) => {
          reports.push(`${name} ${listenedMs}${ended ? ' ended' : ''}`);
          if (server.closedAfterMs === null || ended) return;
          const keptMs = server.closedAfterMs;
          server.closedAfterMs = null;
          setImmediate(() => closed(keptMs));
        },
      };
    },
  });
  player.play(tracks.map(track));
  return { player, speaker, reports, clock, server };
}
const settled = () => new Promise((done) => setImmediate(done));

test('a recording heard to its end is reported on the way and closed once, then the next begins', async () => {
  const { player, speaker, reports } = studio(['a', 'b']);
  await settled();
  speaker.sound(40);
  speaker.end();
  await settled();
  assert.deepEqual(reports, ['a 15000', 'a 30000', 'a 40000 ended']);
  assert.equal(player.get().current?.recordingId, 'b');
  assert.equal(speaker.src, '/media/b');
});

test('a jump forward is not listening', async () => {
  const { player, speaker, reports } = studio(['a']);
  await settled();
  speaker.sound(5);
  player.seek(50_000);
  speaker.sound(5);
  speaker.end();
  assert.deepEqual(reports, ['a 10000 ended']);
});

test('hearing a passage twice counts it twice, as it took the time twice', async () => {
  const { player, speaker, reports } = studio(['a']);
  await settled();
  speaker.sound(10);
  player.seek(0);
  speaker.sound(10);
  player.stop();
  assert.deepEqual(reports, ['a 15000', 'a 20000 ended']);
});

test('a pause says what was heard so far and leaves the listening open', async () => {
  const { player, speaker, reports } = studio(['a']);
  await settled();
  speaker.sound(7);
  player.toggle();
  assert.equal(player.get().status, 'paused');
  player.flush();
  assert.deepEqual(reports, ['a 7000']);
  player.toggle();
  speaker.sound(3);
  player.flush();
  assert.deepEqual(reports, ['a 7000', 'a 10000']);
});

test('a track skipped before its sound arrived is closed and never heard', async () => {
  const { player, reports, speaker } = studio(['a', 'b']);
  player.next();
  await settled();
  speaker.sound(2);
  player.flush();
  assert.deepEqual(reports, ['a 0 ended', 'b 2000']);
});

test('previous goes back at the start of a track and begins it again later', async () => {
  const { player, speaker } = studio(['a', 'b']);
  player.next();
  await settled();
  speaker.sound(10);
  player.previous();
  assert.equal(player.get().current?.recordingId, 'b');
  player.previous();
  assert.equal(player.get().current?.recordingId, 'a');
});

test('a sound that cannot be had fails that track and can be tried again', async () => {
  let refuse = true;
  const speaker = new Speaker();
  const player = createPlayer({
    createAudio: () => speaker as unknown as HTMLAudioElement,
    open: () =>
      refuse
        ? Promise.reject(new Error('no sound'))
        : Promise.resolve({ attach: () => () => {}, reportEveryMs: 15_000, report: () => {} }),
    now: () => 0,
  });
  player.play([track('a')]);
  await settled();
  assert.equal(player.get().status, 'failed');
  refuse = false;
  player.toggle();
  await settled();
  assert.equal(player.get().status, 'playing');
});

test('leaving the page ends the listening at once, while it sounds and while it is paused', async () => {
  for (const paused of [false, true]) {
    const { player, speaker, reports } = studio(['a']);
    await settled();
    speaker.sound(7);
    if (paused) player.pause();
    player.leave();
    player.leave();
    assert.deepEqual(reports, paused ? ['a 7000', 'a 7000 ended'] : ['a 7000 ended']);
  }
});

test('what is heard after the server closed a long pause is told to a new session', async () => {
  const { player, speaker, reports, clock, server } = studio(['a']);
  await settled();
  speaker.sound(7);
  player.pause();
  clock.now += 300_000;
  server.closedAfterMs = 7_000;
  player.toggle();
  await settled();
  await settled();
  assert.equal(speaker.src, '/media/a', 'the sound goes on where it was');
  speaker.sound(16);
  speaker.end();
  assert.deepEqual(reports, ['a 7000', 'a 7000', 'a anew 15000', 'a anew 16000 ended']);
});

test('what sounded while the server had closed the session is carried into the new one', async () => {
  const { speaker, reports, server } = studio(['a']);
  await settled();
  speaker.sound(10);
  server.closedAfterMs = 4_000;
  speaker.sound(5); // this report finds the session closed, with less than was heard
  await settled();
  await settled();
  speaker.sound(2);
  speaker.end();
  assert.deepEqual(reports, ['a 15000', 'a anew 13000 ended']);
});

test('a short pause asks nothing', async () => {
  const { player, speaker, reports, clock } = studio(['a']);
  await settled();
  speaker.sound(7);
  player.pause();
  clock.now += 14_999;
  player.toggle();
  assert.deepEqual(reports, ['a 7000']);
});

test('a session that closes during the pause is opened again by the next "play" only', async () => {
  const { player, speaker, reports, server } = studio(['a']);
  await settled();
  speaker.sound(7);
  server.closedAfterMs = 7_000;
  player.pause();
  await settled();
  assert.equal(server.opened, 1);
  player.toggle();
  await settled();
  speaker.sound(3);
  player.leave();
  assert.deepEqual(reports, ['a 7000', 'a anew 3000 ended']);
  assert.equal(server.opened, 2);
});

test('a page put aside ends the listening; if it comes back, what is heard then is a listening of its own', async () => {
  const { player, speaker, reports, server } = studio(['a']);
  await settled();
  speaker.sound(7);
  player.pause();
  player.putAside();
  assert.match(reports.at(-1)!, / 7000 ended$/);
  player.toggle();
  await settled();
  assert.equal(server.opened, 2);
  speaker.sound(3);
  player.leave();
  assert.match(reports.at(-1)!, / 3000 ended$/);
});
