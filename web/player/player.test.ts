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
  const player = createPlayer({
    createAudio: () => speaker as unknown as HTMLAudioElement,
    open: async ({ recordingId }) => ({
      url: `/media/${recordingId}`,
      reportEveryMs: 15_000,
      report: (listenedMs, ended) =>
        reports.push(`${recordingId} ${listenedMs}${ended ? ' ended' : ''}`),
    }),
  });
  player.play(tracks.map(track));
  return { player, speaker, reports };
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
        : Promise.resolve({ url: '/m', reportEveryMs: 15_000, report: () => {} }),
  });
  player.play([track('a')]);
  await settled();
  assert.equal(player.get().status, 'failed');
  refuse = false;
  player.toggle();
  await settled();
  assert.equal(player.get().status, 'playing');
});
