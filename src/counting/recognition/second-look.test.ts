import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countFromSound } from '#counting/hearing/index.ts';
import { fingerprintSound } from './fingerprint-sound.ts';
import type { Shard } from './identify.ts';
import type { Heard } from '#counting/hearing/index.ts';
import { buildSegment } from './segment.ts';
import { openSoundMatcher } from './sound-matcher.ts';
import { melody } from './testing.ts';

const rate = 16_000;

function shardsOf(sounds: Readonly<Record<string, Float32Array>>): readonly Shard[] {
  const segment = buildSegment(
    Object.entries(sounds).map(([recordingId, samples]) => ({
      recordingId,
      title: '',
      artist: '',
      file: null,
      ...fingerprintSound(samples),
    })),
  );
  return [{ segment, isLive: () => true }];
}

/** Sounds laid over each other, each from a second of the whole and with a gain by its own time. */
function mix(
  seconds: number,
  ...parts: readonly (readonly [Float32Array, number, (s: number) => number])[]
): Float32Array {
  const whole = new Float32Array(seconds * rate);
  for (const [sound, fromS, gain] of parts)
    for (let i = 0; i < sound.length && fromS * rate + i < whole.length; i++)
      whole[fromS * rate + i] = whole[fromS * rate + i]! + sound[i]! * gain(i / rate);
  return whole;
}

const even = (): number => 1;

async function windowsOf(shards: readonly Shard[], sound: Float32Array): Promise<readonly Heard[]> {
  const matcher = openSoundMatcher(() => shards);
  return [...matcher.hear(sound), ...(await matcher.close!())];
}

test('in a crossfade of eight seconds both recordings are open; both are counted, each from where it begins', async () => {
  const [fade, begins] = [8, 30];
  let both = 0;
  for (const [one, other] of [
    [21, 22],
    [23, 24],
  ] as const) {
    const sounds = { one: melody(one, begins + fade), other: melody(other, 20) };
    const programme = mix(
      begins + 20,
      [sounds.one, 0, (s) => Math.min(1, (begins + fade - s) / fade)],
      [sounds.other, begins, (s) => Math.min(1, s / fade)],
    );
    const counter = countFromSound();
    const windows = await windowsOf(shardsOf({ ...sounds, third: melody(27, 24) }), programme);
    const events = [...counter.hear(windows), ...counter.end()];
    both += windows.filter(({ hits }) => hits.length === 2).length;
    const plays = events.flatMap((event) => (event.kind === 'closed' ? [event.play] : []));
    assert.deepEqual(
      plays.map((play) => play.recordingId as string),
      ['one', 'other'],
    );
    const [first, second] = plays;
    const late = second!.firstHeardMs / 1_000 - begins;
    assert.ok(Math.abs(late) <= 3, `${other} from ${late} s`);
    const early = first!.lastHeardMs / 1_000 - begins - fade;
    assert.ok(Math.abs(early) <= 3, `${one} until ${early} s`);
  }
  assert.ok(both > 0, 'two hits in one window');
});

test('what only shares a loop or a sample with what plays is no play beside it, whoever talks over it', async () => {
  const seconds = 24;
  const bar = melody(30, 4);
  const loop = mix(seconds, ...Array.from({ length: 6 }, (_, i) => [bar, 4 * i, even] as const));
  const sounds = {
    playing: mix(seconds, [loop, 0, even], [melody(31, seconds), 0, even]),
    sameLoop: mix(seconds, [loop, 0, even], [melody(32, seconds), 0, even]),
    loopLouder: mix(seconds, [loop, 0, () => 2], [melody(33, seconds), 0, even]),
    loopAlone: loop,
  };
  const sampler = mix(
    seconds,
    [melody(34, seconds), 0, even],
    [sounds.playing.subarray(0, 12 * rate), 8, even],
  );
  const shards = shardsOf({ ...sounds, sampler });
  let heard = 0;
  for (const talk of [0, 1.5]) {
    const programme = mix(seconds, [sounds.playing, 0, even], [melody(40, seconds), 0, () => talk]);
    const windows = await windowsOf(shards, programme);
    heard += windows.filter(({ hits }) => hits.length > 0).length;
    const counter = countFromSound();
    const plays = [...counter.hear(windows), ...counter.end()].flatMap((event) =>
      event.kind === 'closed' ? [event.play.recordingId as string] : [],
    );
    assert.deepEqual(plays, ['playing'], `talk ${talk}`);
    // The loop by itself does sound, whole, in what plays; it is heard there and is no play.
    const others = windows.flatMap(({ hits }) =>
      hits.filter(({ recordingId }) => !['playing', 'loopAlone'].includes(recordingId)),
    );
    assert.deepEqual(others, [], `talk ${talk}`);
  }
  assert.ok(heard > 10, `${heard}`);
});

test('of a recording and an edit of it in one index, whichever plays is one play that names the other', async () => {
  const whole = melody(50, 60);
  const edit = whole.subarray(20.3 * rate, 44.3 * rate);
  const shards = shardsOf({ whole, edit, other: melody(51, 30) });
  const durationOf = (id: string): number => (id === 'whole' ? 60_000 : 24_000);
  const talk = melody(52, 24);
  for (const [name, sound, other] of [
    ['whole', whole, 'edit'],
    ['edit', edit, 'whole'],
  ] as const)
    for (const late of [0, 0.7, 1.3]) {
      const seconds = Math.ceil(late + 4 + sound.length / rate + 24);
      const before = [talk.subarray(0, (4 + late) * rate), 0, even] as const;
      const after = [talk, 4 + late + sound.length / rate, even] as const;
      const programme = mix(seconds, before, [sound, 4 + late, even], after);
      const counter = countFromSound({ durationOf });
      const events = [...counter.hear(await windowsOf(shards, programme)), ...counter.end()];
      const plays = events.flatMap((event) => (event.kind === 'closed' ? [event.play] : []));
      assert.deepEqual(
        plays.map(({ recordingId, sameAudio }) => [recordingId, ...sameAudio] as string[]),
        [[name, other]],
        `${name} from ${4 + late} s`,
      );
      assert.ok(plays[0]!.heardMs > sound.length / 16 - 4_000, `${plays[0]!.heardMs}`);
    }
});

test('of a recording and a radio edit of it, with eight seconds cut out of the middle, whichever plays is one play', async () => {
  const whole = melody(60, 76);
  const edit = mix(
    68,
    [whole.subarray(0, 34 * rate), 0, even],
    [whole.subarray(42 * rate), 34, even],
  );
  const shards = shardsOf({ whole, edit, other: melody(61, 30) });
  const durationOf = (id: string): number => (id === 'whole' ? 76_000 : 68_000);
  for (const [name, sound, other] of [
    ['whole', whole, 'edit'],
    ['edit', edit, 'whole'],
  ] as const) {
    const programme = mix(sound.length / rate + 24, [sound, 3.4, even]);
    const counter = countFromSound({ durationOf });
    const events = [...counter.hear(await windowsOf(shards, programme)), ...counter.end()];
    const plays = events.flatMap((event) => (event.kind === 'closed' ? [event.play] : []));
    assert.deepEqual(
      plays.map(({ recordingId, sameAudio }) => [recordingId, ...sameAudio] as string[]),
      [[name, other]],
    );
    assert.ok(plays[0]!.heardMs > sound.length / 16 - 6_000, `${plays[0]!.heardMs}`);
  }
});
