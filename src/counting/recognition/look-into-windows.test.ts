import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothing, type Match } from './identify.ts';
import { lookIntoWindows, type Settled } from './look-into-windows.ts';
import type { WindowAnswer } from './second-look.ts';

const missed: WindowAnswer = { ...nothing, beside: null };

/** A song, `earlyMs` before where the windows before it have it. */
function found(
  window: number,
  { speed = 1, earlyMs = 0, recordingId = 'song' } = {},
): WindowAnswer {
  const match: Match = {
    recordingId,
    title: '',
    artist: '',
    file: null,
    offsetMs: 2_000 * window * speed - earlyMs,
    speed,
    pitchCents: 0,
    confidence: 0.99,
    seconds: 7,
  };
  return { ...missed, match };
}

type Numbered = { readonly nth: number; readonly atMs: number; readonly lengthMs: number };

const word = (answer: Settled<Numbered>['answer']): string =>
  typeof answer === 'string' ? answer : answer.match === null ? 'missed' : 'found';

/** Windows 0, 1, ...: in which order they are asked about and at which pace, and what is settled after each, and at the end. */
function listen(windows: number, answer: (window: number) => WindowAnswer | null) {
  const looks = lookIntoWindows<Numbered>();
  const asked: number[] = [];
  const paces: (number | null)[] = [];
  const settled: string[] = [];
  const note = (some: readonly Settled<Numbered>[]): void =>
    void settled.push(some.map((one) => `${one.window.nth} ${word(one.answer)}`).join(', '));
  for (let nth = 0; nth < windows; nth++) {
    const looking = looks.next({ nth, atMs: 8_000 + 2_000 * nth, lengthMs: 8_000 });
    let step = looking.next();
    while (step.done !== true) {
      asked.push(step.value.window.nth);
      paces.push(step.value.expected?.tempo ?? null);
      step = looking.next(answer(step.value.window.nth));
    }
    note(step.value);
  }
  note(looks.end());
  return { asked, paces, settled };
}

test('while nothing is found two of three windows are passed over, and all are settled in their order', () => {
  const { asked, settled } = listen(6, () => missed);
  assert.deepEqual(asked, [0, 3]);
  assert.deepEqual(settled, [
    '0 missed',
    '',
    '',
    '1 passed over, 2 passed over, 3 missed',
    '',
    '',
    '4 passed over, 5 passed over',
  ]);
});

test('what is found is looked for in what was passed over, and from then on in every window', () => {
  const { asked, settled } = listen(6, (nth) => (nth >= 2 ? found(nth) : missed));
  assert.deepEqual(asked, [0, 3, 1, 2, 4, 5]);
  assert.deepEqual(settled, [
    '0 missed',
    '',
    '',
    '1 missed, 2 found, 3 found',
    '4 found',
    '5 found',
    '',
  ]);
});

test('a recording that goes on as it did covers every second window, and its end is looked for', () => {
  const { asked, settled } = listen(9, (nth) => (nth <= 6 ? found(nth) : missed));
  assert.deepEqual(asked, [0, 1, 2, 3, 5, 7, 6]);
  assert.deepEqual(settled.slice(3), [
    '3 found',
    '',
    '4 covered, 5 found',
    '',
    '6 found, 7 missed',
    '',
    '8 passed over',
  ]);
});

test('another recording, another place in it, something beside it or little of it is no going on', () => {
  const others = [
    (nth: number) => found(nth, { recordingId: 'other' }),
    (nth: number) => found(nth, { earlyMs: 500 }),
    (nth: number) => ({ ...found(nth), beside: found(nth).match }),
    (nth: number): WindowAnswer => ({ ...missed, match: { ...found(nth).match!, seconds: 5 } }),
  ];
  for (const other of others)
    assert.deepEqual(
      listen(7, (nth) => (nth >= 5 ? other(nth) : found(nth))).asked,
      [0, 1, 2, 3, 5, 4, 6],
    );
});

test('the speed of what is found is expected of its neighbours until it is found no more', () => {
  const { asked, paces } = listen(9, (nth) =>
    nth >= 2 && nth <= 4 ? found(nth, { speed: 1.03 }) : missed,
  );
  assert.deepEqual(asked, [0, 3, 1, 2, 4, 5, 8]);
  assert.deepEqual(paces, [null, null, 1.03, 1.03, 1.03, 1.03, null]);
  assert.deepEqual(listen(2, (nth) => found(nth, { speed: 1.0003 })).paces, [null, null]);
});

test('a window that could not be asked about changes nothing for the others', () => {
  const { asked, settled } = listen(3, (nth) => (nth === 1 ? null : found(nth)));
  assert.deepEqual(asked, [0, 1, 2]);
  assert.deepEqual(settled, ['0 found', '1 failed', '2 found', '']);
});
