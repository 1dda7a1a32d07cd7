import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordingId } from '#foundation/kernel/ids.ts';
import { sampled } from './bounds.ts';
import { countFromSound, playsIn, type SoundPlay } from './count-from-sound.ts';
import type { Heard } from './heard.ts';
import { readAnswer, windowOfStretch } from './stretch.ts';

const stretchMs = 10_000;
type Said = {
  readonly id: string;
  readonly offsetMs: number;
  readonly confidence?: number;
  readonly speed?: number;
  /** The same audio under another name, and where in it. */
  readonly same?: { readonly id: string; readonly offsetMs: number };
};

function stretch(at: number, said: Said | null): Heard {
  const sounding = ({ id, offsetMs }: Pick<Said, 'id' | 'offsetMs'>) => ({
    recordingId: id as RecordingId,
    title: id,
    artist: 'x',
    offsetMs,
    speed: said?.speed ?? 1,
  });
  return windowOfStretch(
    { fromMs: at * stretchMs, toMs: (at + 1) * stretchMs },
    said === null
      ? null
      : {
          ...sounding(said),
          confidence: said.confidence ?? 0.95,
          ...(said.same !== undefined && { sameAudio: [sounding(said.same)] }),
        },
    `p${at}`,
  );
}

/** Hears one stretch after the other; `null` is sound that nobody knows. */
function count(said: readonly (Said | null)[]): readonly SoundPlay[] {
  const counter = countFromSound({ preset: sampled });
  return playsIn([...counter.hear(said.map((one, at) => stretch(at, one))), ...counter.end()]);
}
const song = (id: string, from: number, stretches: number, speed = 1): readonly Said[] =>
  Array.from({ length: stretches }, (_, i) => ({
    id,
    offsetMs: from + i * stretchMs * speed,
    speed,
  }));

test('a song heard through is one play, as long as it was heard, with every stretch as proof', () => {
  const [play, ...rest] = count(song('a', 4_000, 18));
  assert.equal(rest.length, 0);
  assert.deepEqual(
    [play!.firstHeardMs, play!.lastHeardMs, play!.playedMs, play!.hits.length],
    [0, 180_000, 180_000, 18],
  );
});

test('talk over a song that goes on underneath does not cut it in two, and counts 20 s', () => {
  const said = [...song('a', 0, 4), null, null, null, null, null, ...song('a', 90_000, 3)];
  const plays = count(said);
  assert.deepEqual(
    plays.map((play) => play.playedMs),
    [40_000 + 20_000 + 30_000],
  );
});

test('a song that begins again is a second play; a loop of ten seconds is not', () => {
  assert.equal(count([...song('a', 60_000, 6), ...song('a', 0, 6)]).length, 2);
  assert.equal(count([...song('a', 60_000, 6), ...song('a', 105_000, 6)]).length, 1);
});

test('one uncertain answer is no play; one that is certain is', () => {
  assert.equal(count([null, { id: 'a', offsetMs: 5_000 }, null]).length, 0);
  assert.equal(count([null, { id: 'a', offsetMs: 5_000, confidence: 0.99 }, null]).length, 1);
  assert.equal(count(song('a', 0, 5).map((one) => ({ ...one, confidence: 0.4 }))).length, 0);
});

test('a record at +6 % stays on its line for ten minutes', () => {
  assert.equal(count(song('a', 0, 60, 1.06)).length, 1);
});

test('a crossfade has two songs open, and each is counted once', () => {
  const said = [
    ...song('a', 0, 10),
    { id: 'b', offsetMs: 2_000 },
    { id: 'a', offsetMs: 110_000 },
    ...song('b', 22_000, 8),
  ];
  assert.deepEqual(
    count(said)
      .map(({ recordingId }) => recordingId)
      .sort(),
    ['a', 'b'],
  );
});

/** What is said while an edit from 20 s on sounds too: sometimes the one name comes first, sometimes the other. */
const withEdit = (said: readonly Said[], every: number): readonly Said[] =>
  said.map((one, i) => {
    const edit = { id: 'edit', offsetMs: one.offsetMs - 20_000 };
    const whole = { id: one.id, offsetMs: one.offsetMs };
    return i % every === 0 ? { ...edit, same: whole } : { ...whole, same: edit };
  });

test('a song of which an edit is known too is one play, of what was heard longer', () => {
  const whole = song('a', 0, 6);
  const plays = count([...whole.slice(0, 2), ...withEdit(whole.slice(2, 5), 2), whole[5]!]);
  assert.deepEqual(
    plays.map(({ recordingId, playedMs }) => [recordingId, playedMs]),
    [['a', 60_000]],
  );
  const again = count([...whole.slice(0, 2), ...withEdit(whole.slice(2), 2), ...whole]);
  assert.deepEqual(
    again.map(({ recordingId }) => recordingId),
    ['a', 'a'],
    'played twice',
  );
});

test('an edit that plays alone is one play, of the name that comes first more often', () => {
  const alone = withEdit(song('a', 20_000, 5), 2);
  assert.deepEqual(
    count([null, ...alone, null]).map(({ recordingId }) => recordingId),
    ['edit'],
  );
  const counter = countFromSound({ preset: sampled });
  alone.forEach((one, at) => counter.hear([stretch(at, one)]));
  assert.deepEqual(
    counter.nowPlaying().map(({ recordingId }) => recordingId),
    ['edit'],
  );
});

test('a song is over when nothing was heard for a minute and a half after it', () => {
  const counter = countFromSound({ preset: sampled });
  for (let at = 0; at < 3; at++) counter.hear([stretch(at, { id: 'a', offsetMs: at * stretchMs })]);
  assert.equal(counter.passTo(119_000).length, 0);
  assert.equal(counter.openFromMs(), 0);
  assert.equal(counter.passTo(121_000).length, 1);
  assert.equal(counter.openFromMs(), null);
});

test('whatever is said, plays of one recording never overlap and none is longer than the time it took', () => {
  const said = fc.option(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      offsetMs: fc.integer({ min: 0, max: 240_000 }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { nil: null },
  );
  fc.assert(
    fc.property(fc.array(said, { maxLength: 80 }), (stretches) => {
      const plays = count(stretches);
      for (const play of plays)
        assert.ok(play.playedMs > 0 && play.playedMs <= play.lastHeardMs - play.firstHeardMs);
      for (const id of ['a', 'b', 'c']) {
        const own = plays
          .filter(({ recordingId }) => recordingId === id)
          .sort((x, y) => x.firstHeardMs - y.firstHeardMs);
        own.slice(1).forEach((play, i) => assert.ok(play.firstHeardMs >= own[i]!.lastHeardMs));
      }
    }),
  );
});

test('an answer is read with suspicion: what is no name of a sound is none, and nothing is thrown', () => {
  const match = {
    recordingId: 'a',
    title: 'Inanga',
    artist: 'x',
    offsetMs: 4_000,
    speed: 1,
    confidence: 7,
  };
  const { offsetMs, ...incomplete } = match;
  assert.equal(offsetMs, 4_000);
  assert.deepEqual(readAnswer({ match, sameAudio: [match, { recordingId: 3 }, null] }), {
    ...match,
    confidence: 1,
    sameAudio: [{ recordingId: 'a', title: 'Inanga', artist: 'x', offsetMs: 4_000, speed: 1 }],
  });
  for (const wrong of [
    null,
    [],
    'match',
    { match: null },
    { match: incomplete },
    { match: { ...match, speed: 0 } },
    { match: { ...match, offsetMs: Infinity } },
    { match: { ...match, confidence: '0.9' } },
  ])
    assert.equal(readAnswer(wrong), null);
  fc.assert(
    fc.property(fc.anything(), (json) => {
      readAnswer(json);
      readAnswer({ match: json, sameAudio: json });
    }),
  );
});
