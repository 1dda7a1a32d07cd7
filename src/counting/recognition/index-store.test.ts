import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fingerprintRate, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { createLog } from '#foundation/platform/log.ts';
import { fingerprintSound } from './fingerprint-sound.ts';
import { hear } from './hear.ts';
import { heardOfHashes } from './heard-of-hashes.ts';
import { identify, prepareSearch } from './identify.ts';
import { openIndexStore, type IndexStore } from './index-store.ts';
import { openSearcher } from './search-thread.ts';
import type { Fingerprinted } from './segment.ts';

const log = createLog('silent');

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ngoma-index-'));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const sounds = new Map<number, Float32Array>();

/** Half a minute of composed music, the same for the same number. */
function sound(number: number): Float32Array {
  let samples = sounds.get(number);
  if (samples === undefined) {
    samples = composeRecording(`index ${number}`, {
      seconds: 30,
      sampleRate: fingerprintRate,
      channels: 1,
    }).channels[0]!;
    sounds.set(number, samples);
  }
  return samples;
}

function recording(number: number): Fingerprinted {
  return {
    recordingId: `r${number}`,
    title: `Title ${number}`,
    artist: 'Artist',
    file: null,
    ...fingerprintSound(sound(number)),
  };
}

/** Which recording ten seconds from the middle of this sound are. */
function ask(store: IndexStore, number: number): string | null {
  const excerpt = sound(number).subarray(8 * fingerprintRate, 18 * fingerprintRate);
  return identify(prepareSearch(), store.shards(), hear(excerpt)).match?.recordingId ?? null;
}

test('what was added is found, also after starting again; what was removed is not; other sound is nobody', async () => {
  const folder = await aFolder();
  const store = await openIndexStore({ folder, log });
  for (let n = 1; n <= 9; n++) await store.add([recording(n)]); // more segments than are kept, so they merge
  await store.remove(['r4']);
  const again = await openIndexStore({ folder, log });
  for (const one of [store, again]) {
    assert.deepEqual([...one.ids()].sort(), ['r1', 'r2', 'r3', 'r5', 'r6', 'r7', 'r8', 'r9']);
    assert.deepEqual(
      [1, 4, 7, 9, 77].map((n) => ask(one, n)),
      ['r1', null, 'r7', 'r9', null],
    );
  }
  assert.ok((await readdir(folder)).length <= 8, 'merged and removed segments leave the disk');
});

test('adding a recording anew replaces what was known of it', async () => {
  const store = await openIndexStore({ folder: await aFolder(), log });
  await store.add([recording(1), recording(2)]);
  await store.add([{ ...recording(3), recordingId: 'r1' }]);
  assert.deepEqual([...store.ids()].sort(), ['r1', 'r2']);
  assert.deepEqual([ask(store, 1), ask(store, 3), ask(store, 2)], [null, 'r1', 'r2']);
});

test('a crash leaves the index of before or after: strangers are swept, a damaged part is left out and made again', async () => {
  const folder = await aFolder();
  const store = await openIndexStore({ folder, log });
  await store.add([recording(1)]);
  await store.add([recording(2)]);
  await writeFile(path.join(folder, 'half.segment.123.tmp'), 'a write that never ended');
  await writeFile(path.join(folder, 'manifest.json.tmp'), '{"segm');
  const whole = await openIndexStore({ folder, log });
  assert.deepEqual([...whole.ids()].sort(), ['r1', 'r2']);
  assert.ok(!(await readdir(folder)).some((file) => file.endsWith('.tmp')));

  const [part] = (await readdir(folder)).filter((file) => file.endsWith('.segment'));
  await writeFile(path.join(folder, part!), 'not a segment');
  const damaged = await openIndexStore({ folder, log });
  assert.equal(damaged.ids().size, 1);
  await writeFile(path.join(folder, 'manifest.json'), '{');
  assert.equal((await openIndexStore({ folder, log })).ids().size, 0);
});

test('the search thread follows the index and answers from hashes alone', async () => {
  const store = await openIndexStore({ folder: await aFolder(), log });
  await store.add([recording(1), recording(2)]);
  const searcher = openSearcher({ store, log });
  after(() => searcher.close());
  const excerpt = sound(2).subarray(5 * fingerprintRate, 17 * fingerprintRate);
  const hashes = [...hear(excerpt).places];
  const found = await searcher.search(heardOfHashes(hashes)!);
  assert.equal(found.match?.recordingId, 'r2');
  assert.ok(Math.abs(found.match!.offsetMs - 5_000) <= 50, `${found.match!.offsetMs} ms`);
  await store.remove(['r2']);
  assert.equal((await searcher.search(heardOfHashes(hashes)!)).match, null);
});

test('hashes that no peak finder makes are refused', () => {
  for (const wrong of [
    [2, 1],
    [1, 1],
    [-1],
    [1.5],
    [Number.NaN],
    [61 * 125 * stepsMax],
    Array.from({ length: 20_001 }, (_, i) => i),
  ])
    assert.equal(heardOfHashes(wrong), null);
  assert.equal(heardOfHashes([])?.frames, 0);
});
