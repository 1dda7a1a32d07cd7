import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fingerprintRate, stepsMax } from '#foundation/dsp/find-peaks.ts';
import { composeRecording } from '#main/demo/compose/compose-recording.ts';
import { createLog } from '#foundation/platform/log.ts';
import { fingerprintSound } from './fingerprint-sound.ts';
import { hear } from './hear.ts';
import { queryOfHashes } from './query-of-hashes.ts';
import { identify, prepareSearch } from './identify.ts';
import { openIndexStore, type IndexStore, type StoreLimits } from './index-store.ts';
import { peaksOf, smallLimits, type Change } from './index-store.testing.ts';
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

/** Every change becomes a segment. */
const noLog: Partial<StoreLimits> = { hotPeaksMax: 0 };

test('what was added is found, also after starting again; what was removed is not; other sound is nobody', async () => {
  const folder = await aFolder();
  for (const limits of [{}, noLog]) {
    const store = await openIndexStore({ folder, log, limits });
    for (let n = 1; n <= 9; n++) await store.add([recording(n)]); // more segments than are kept, so they merge
    await store.remove(['r4']);
    await store.settled();
    const again = await openIndexStore({ folder, log, limits });
    for (const one of [store, again]) {
      assert.deepEqual([...one.ids()].sort(), ['r1', 'r2', 'r3', 'r5', 'r6', 'r7', 'r8', 'r9']);
      assert.deepEqual(
        [1, 4, 7, 9, 77].map((n) => ask(one, n)),
        ['r1', null, 'r7', 'r9', null],
      );
      assert.deepEqual(one.fingerprintOf('r7'), fingerprintSound(sound(7)));
      assert.equal(one.fingerprintOf('r4'), null);
    }
    assert.ok((await readdir(folder)).length <= 8, 'merged and removed segments leave the disk');
    await store.close();
    await again.close();
  }
});

test('adding a recording anew replaces what was known of it', async () => {
  const store = await openIndexStore({ folder: await aFolder(), log });
  await store.add([recording(1), recording(2)]);
  await store.add([{ ...recording(3), recordingId: 'r1' }]);
  assert.deepEqual([...store.ids()].sort(), ['r1', 'r2']);
  assert.deepEqual([ask(store, 1), ask(store, 3), ask(store, 2)], [null, 'r1', 'r2']);
  await store.close();
});

test('which sound a recording was read from stays with its peaks, in the log, in segments and merged', async () => {
  for (const limits of [{}, noLog]) {
    const folder = await aFolder();
    const store = await openIndexStore({ folder, log, limits });
    for (let n = 1; n <= 9; n++)
      await store.add([{ ...recording(n), ...(n !== 5 && { sound: `s${n}` }) }]);
    await store.add([{ ...recording(2), sound: 'other' }]);
    await store.addUnknown([{ ...recording(3), recordingId: 'r1', sound: 'late' }]);
    await store.settled();
    const again = await openIndexStore({ folder, log, limits });
    for (const one of [store, again])
      assert.deepEqual(
        ['r1', 'r2', 'r5', 'r9', 'r10'].map((id) => one.soundOf(id)),
        ['s1', 'other', null, 's9', null],
      );
    assert.equal(ask(again, 1), 'r1');
    await store.close();
    await again.close();
  }
});

test('strangers are swept, a damaged segment is left out and made again', async () => {
  const folder = await aFolder();
  const store = await openIndexStore({ folder, log, limits: noLog });
  await store.add([recording(1)]);
  await store.add([recording(2)]);
  await store.close();
  await writeFile(path.join(folder, 'half.segment.123.tmp'), 'a write that never ended');
  await writeFile(path.join(folder, 'manifest.json.tmp'), '{"segm');
  const whole = await openIndexStore({ folder, log, limits: noLog });
  assert.deepEqual([...whole.ids()].sort(), ['r1', 'r2']);
  assert.ok(!(await readdir(folder)).some((file) => file.endsWith('.tmp')));
  await whole.close();

  const [part] = (await readdir(folder)).filter((file) => file.endsWith('.segment'));
  await writeFile(path.join(folder, part!), 'not a segment');
  const damaged = await openIndexStore({ folder, log, limits: noLog });
  assert.equal(damaged.ids().size, 1);
  await damaged.close();
  await writeFile(path.join(folder, 'manifest.json'), '{');
  const empty = await openIndexStore({ folder, log });
  assert.equal(empty.ids().size, 0);
  await empty.close();
});

test('the log is cut off where it stops being whole, and goes on from there', async () => {
  const folder = await aFolder();
  const open = () => openIndexStore({ folder, log });
  const store = await open();
  await store.add([recording(1)]);
  await store.add([recording(2)]);
  await store.close();
  const file = path.join(
    folder,
    (await readdir(folder)).find((name) => name.endsWith('.log'))!,
  );
  const whole = await readFile(file);
  for (const spoil of [
    () => truncate(file, whole.length - 1),
    () => truncate(file, whole.length - 2_000),
    async () => {
      const flipped = Buffer.from(whole);
      flipped[whole.length - 500]! ^= 1;
      await writeFile(file, flipped);
    },
  ]) {
    await writeFile(file, whole);
    await spoil();
    const torn = await open();
    assert.deepEqual([...torn.ids()], ['r1']);
    await torn.add([recording(3)]);
    await torn.close();
    const later = await open();
    assert.deepEqual([...later.ids()].sort(), ['r1', 'r3']);
    await later.close();
  }
  await writeFile(file, whole);
  for (const garbage of [Buffer.alloc(3), Buffer.alloc(5_000, 0xff), Buffer.alloc(64)]) {
    await appendFile(file, garbage);
    const mended = await open();
    assert.deepEqual([...mended.ids()].sort(), ['r1', 'r2']);
    await mended.close();
    assert.equal((await readFile(file)).length, whole.length);
  }
});

test('a merge goes on while recordings are added and removed, and forgets none of it', async () => {
  const store = await openIndexStore({ folder: await aFolder(), log, limits: smallLimits });
  const wanted = new Map<string, number>();
  for (let n = 0; n < 120; n++) {
    const recordingId = `r${n % 50}`;
    if (n % 7 === 3) {
      wanted.delete(recordingId);
      await store.remove([recordingId]);
    } else {
      wanted.set(recordingId, n);
      await store.add([{ recordingId, title: '', artist: '', file: null, ...peaksOf(n) }]);
    }
  }
  await store.settled();
  assert.deepEqual([...store.ids()].sort(), [...wanted.keys()].sort());
  for (const [id, n] of wanted) assert.deepEqual(store.fingerprintOf(id), peaksOf(n), id);
  assert.ok(store.parts().length <= smallLimits.segmentsMax + 1, `${store.parts().length}`);
  await store.close();
});

const kills = 12;

test('killed at any moment it opens with what was acknowledged, and leaves nothing else on disk', async (t) => {
  const folder = await aFolder();
  /** What is known to be there: number of the recording, seed of its peaks. */
  let known = new Map<number, number>();
  let next = 0;
  let acknowledged = 0;
  for (let kill = 0; kill < kills; kill++) {
    const { lines } = await runAndKill(folder, next, 30 + ((kill * 137) % 900));
    let now = known;
    let before = known;
    for (const line of lines) {
      if (line === 'opened') continue;
      if (line === 'done') {
        before = now;
        acknowledged += 1;
        continue;
      }
      const change = JSON.parse(line) as Change;
      now = new Map(before);
      for (const number of change.numbers)
        if (change.kind === 'add') now.set(number, change.seed + number);
        else now.delete(number);
      next = change.seed + 1;
    }
    const store = await openIndexStore({ folder, log, limits: { segmentsMax: 1_000 } });
    // The change that was under way may have happened whole, or not at all.
    const found = [before, now].find((state) => isThere(store, state));
    assert.ok(found !== undefined, `kill ${kill}: ${[...store.ids()].sort().join(' ')}`);
    known = found;
    await store.settled();
    assert.ok(isThere(store, known));
    const { segments, log: logFile } = JSON.parse(
      await readFile(path.join(folder, 'manifest.json'), 'utf8'),
    ) as { segments: { file: string }[]; log: string };
    assert.deepEqual(
      new Set(await readdir(folder)),
      new Set(['manifest.json', logFile, ...segments.map(({ file }) => file)]),
      `kill ${kill}`,
    );
    await store.close();
  }
  t.diagnostic(`${kills} kills, ${acknowledged} acknowledged changes`);
  assert.ok(acknowledged > 50, `only ${acknowledged} changes were acknowledged`);
});

function isThere(store: IndexStore, state: ReadonlyMap<number, number>): boolean {
  const ids = store.ids();
  return (
    ids.size === state.size &&
    [...state].every(([number, seed]) => {
      const found = store.fingerprintOf(`r${number}`);
      const wanted = peaksOf(seed);
      return (
        found !== null &&
        Buffer.from(found.places.buffer).equals(Buffer.from(wanted.places.buffer)) &&
        Buffer.from(found.levels.buffer).equals(Buffer.from(wanted.levels.buffer))
      );
    })
  );
}

/** Lines are whole ones; the clock starts when the store is open. */
async function runAndKill(
  folder: string,
  first: number,
  afterMs: number,
): Promise<{ lines: readonly string[] }> {
  const program = path.join(import.meta.dirname, 'change-store.worker.ts');
  const child = spawn(process.execPath, [program, folder, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
    said += text.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return { lines: said.split('\n').slice(0, -1) };
}

test('the search thread follows the index and answers from hashes alone', async () => {
  const store = await openIndexStore({ folder: await aFolder(), log });
  await store.add([recording(1), recording(2)]);
  const searcher = openSearcher({ store, log });
  after(async () => {
    await searcher.close();
    await store.close();
  });
  const excerpt = sound(2).subarray(5 * fingerprintRate, 17 * fingerprintRate);
  const hashes = [...hear(excerpt).places];
  const found = await searcher.search(queryOfHashes(hashes)!);
  assert.equal(found.match?.recordingId, 'r2');
  assert.ok(Math.abs(found.match!.offsetMs - 5_000) <= 50, `${found.match!.offsetMs} ms`);
  await store.remove(['r2']);
  assert.equal((await searcher.search(queryOfHashes(hashes)!)).match, null);
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
    assert.equal(queryOfHashes(wrong), null);
  assert.equal(queryOfHashes([])?.frames, 0);
});
