import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { openSpool } from './spool.ts';

const plenty = 1 << 20;

function temporary(t: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-spool-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return path.join(folder, 'rows');
}

test('rows come back in order after the program is started again, and what is done with does not', async (t) => {
  const file = temporary(t);
  const first = await openSpool<string>(file, plenty);
  for (const row of ['a', 'b', 'c']) await first.append(row);
  const [a] = await first.read(first.start(), 1);
  await first.drop(a!.next);
  await first.close();

  const again = await openSpool<string>(file, plenty);
  assert.equal(again.waiting(), 2);
  assert.equal(await again.append('d'), 4);
  const rows = await again.read(again.start(), 10);
  assert.deepEqual(
    rows.map(({ serial, row }) => [serial, row]),
    [
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ],
  );
  await again.close();
});

test('a last line torn anywhere costs that line and nothing else', async (t) => {
  const file = temporary(t);
  const spool = await openSpool<{ name: string }>(file, plenty);
  for (let i = 0; i < 3; i++) await spool.append({ name: `row ${i}` });
  await spool.close();
  const whole = readFileSync(file);
  const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;
  for (let length = lastLine; length < whole.length; length++) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    const again = await openSpool<{ name: string }>(file, plenty);
    assert.equal(again.waiting(), 2, `torn at ${length}`);
    await again.append({ name: 'after' });
    const rows = await again.read(again.start(), 10);
    assert.deepEqual(
      rows.map(({ row }) => row.name),
      ['row 0', 'row 1', 'after'],
    );
    await again.close();
  }
});

test('zeros and rubbish that a failing disk leaves are stepped over', async (t) => {
  const file = temporary(t);
  const spool = await openSpool<string>(file, plenty);
  await spool.append('before');
  await spool.close();
  appendFileSync(file, Buffer.concat([Buffer.alloc(4_096), Buffer.from('\x01\xff{"n"\n')]));
  const again = await openSpool<string>(file, plenty);
  await again.append('after');
  const rows = await again.read(again.start(), 10);
  assert.deepEqual(
    rows.map(({ row }) => row),
    ['before', 'after'],
  );
  await again.close();
});

test('whatever is appended, dropped and reopened, nothing is lost, doubled or numbered twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant('append'), fc.constant('drop'), fc.constant('reopen')), {
        maxLength: 60,
      }),
      async (steps) => {
        const folder = mkdtempSync(path.join(os.tmpdir(), 'ngoma-spool-'));
        const file = path.join(folder, 'rows');
        let spool = await openSpool<string>(file, 1 << 24);
        const expected: number[] = [];
        let count = 0;
        for (const step of steps) {
          if (step === 'append')
            expected.push(await spool.append(`${++count}`.padEnd(30_000, '.')));
          else if (step === 'drop') {
            const rows = await spool.read(spool.start(), 2);
            if (rows.length > 0) await spool.drop(rows.at(-1)!.next);
            expected.splice(0, rows.length);
          } else {
            await spool.close();
            spool = await openSpool(file, 1 << 24);
          }
          assert.equal(spool.waiting(), expected.length);
        }
        const rows = await spool.read(spool.start(), 1_000);
        assert.deepEqual(
          rows.map(({ serial }) => serial),
          expected,
        );
        assert.equal(new Set(expected).size, expected.length);
        await spool.close();
        rmSync(folder, { recursive: true });
      },
    ),
    { numRuns: 25 },
  );
});

test('a full spool lets the oldest go and counts them', async (t) => {
  const spool = await openSpool<string>(temporary(t), 10_000);
  for (let i = 0; i < 40; i++) await spool.append(`${i}`.padEnd(980, '.'));
  assert.ok(spool.waitingBytes() <= 10_000);
  assert.equal(spool.waiting() + spool.lost(), 40);
  const rows = await spool.read(spool.start(), 100);
  assert.equal(rows.at(-1)!.serial, 40);
  await spool.close();
});

test('killed in the middle of writing, every row it had acknowledged is there', async (t) => {
  const file = temporary(t);
  const program = `
    import { openSpool } from ${JSON.stringify(path.join(import.meta.dirname, 'spool.ts'))};
    const spool = await openSpool(${JSON.stringify(file)}, 1 << 24);
    for (;;) { const serial = await spool.append('x'.repeat(2000)); process.stdout.write(serial + '\\n'); }`;
  let acknowledged = 0;
  for (let round = 0; round < 3; round++) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program]);
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.split('\n').length > 20 * (round + 1)) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.once('close', resolve));
    acknowledged = Math.max(acknowledged, ...said.split('\n').slice(0, -1).map(Number));
    const spool = await openSpool(file, 1 << 24);
    const rows = await spool.read(spool.start(), 10_000);
    assert.ok(rows.length >= acknowledged && rows.length <= acknowledged + 1);
    assert.deepEqual(
      rows.map(({ serial }) => serial),
      rows.map((_, i) => i + 1),
    );
    await spool.close();
  }
  assert.ok(acknowledged > 50);
});
