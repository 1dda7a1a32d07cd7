import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

// docs/new-room.md is followed to the letter in a copy of the house: the gate's rules and types hold, and the room answers.

const root = path.resolve(import.meta.dirname, '..');
const run = promisify(execFile);
const outputBytesMax = 16 << 20;
const stepMsMax = 120_000;

type Block = { readonly file: string; readonly before: string | null; readonly text: string };

/** What the page says to write: whole files, and lines before a line of a file that is there. */
function readBlocks(page: string): readonly Block[] {
  const form = /^`([^`\n]+)`(?:, before `([^`\n]+)`)?:\n\n```\w+ (file|add)\n([\s\S]*?)^```$/gm;
  return [...page.matchAll(form)].map(([, file, before, kind, text]) => {
    assert.equal(before === undefined, kind === 'file', `${file}: a file, or lines before a line`);
    return { file: file!, before: before ?? null, text: text! };
  });
}

async function plant(house: string, { file, before, text }: Block): Promise<void> {
  const target = path.join(house, file.replace('NNNN', await nextNumber(house)));
  if (before === null) {
    await mkdir(path.dirname(target), { recursive: true });
    return writeFile(target, text);
  }
  const lines = (await readFile(target, 'utf8')).split('\n');
  // Markdown drops the spaces that a line begins with; a line that goes on after what is named counts too.
  const at = lines.flatMap((line, i) => (line.trimStart().startsWith(before.trim()) ? [i] : []));
  assert.equal(at.length, 1, `${file} has one line that begins with ${before}`);
  return writeFile(target, lines.toSpliced(at[0]!, 0, text.trimEnd()).join('\n'));
}

async function nextNumber(house: string): Promise<string> {
  const last = (await readdir(path.join(house, 'migrations'))).toSorted().at(-1)!;
  return String(Number(last.slice(0, 4)) + 1).padStart(4, '0');
}

const asksTheRoom = `
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composedHouse } from './composed-house.ts';

test('the room answers whom it lets in', async (t) => {
  const house = await composedHouse(t);
  assert.deepEqual(house.permissions.get('weather.read')?.roles, ['analyst', 'admin']);
  assert.ok(house.rooms.some(({ tasks }) => tasks?.some(({ name }) => name === 'weather.forget')));
  const answer = await house.app.inject('/api/v1/weather?place=Kigali');
  assert.equal(answer.statusCode, 401);
});
`;

test('a room made by the page keeps every rule, touches five things outside its folders, and answers', async (t) => {
  const blocks = readBlocks(await readFile(path.join(root, 'docs/new-room.md'), 'utf8'));
  assert.ok(blocks.length >= 15, `${blocks.length} blocks were read`);
  const own = /^(src\/market|web\/rooms)\/weather\//;
  assert.deepEqual(
    [...new Set(blocks.map(({ file }) => file).filter((file) => !own.test(file)))].toSorted(),
    [
      'migrations/NNNN_weather.sql',
      'src/main/compose.ts',
      'tests/house.ts',
      'tests/journeys/screens/weather.test.ts',
      'web/frame/rooms.ts',
    ],
  );

  const house = await mkdtemp(path.join(os.tmpdir(), 'ngoma-new-room-'));
  t.after(() => rm(house, { recursive: true, force: true }));
  for (const part of ['src', 'web', 'tests', 'migrations', 'bin', 'bench', 'docs'])
    await cp(path.join(root, part), path.join(house, part), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json', 'start.mjs', 'ARCHITECTURE.md'])
    await cp(path.join(root, file), path.join(house, file));
  await symlink(path.join(root, 'node_modules'), path.join(house, 'node_modules'));
  for (const block of blocks) await plant(house, block);
  await writeFile(path.join(house, 'tests/asks.test.ts'), asksTheRoom);

  // A test runner inside a test runner would look at nothing and be green.
  const { NODE_TEST_CONTEXT: _ours, ...env } = process.env;
  const node = (...args: readonly string[]) =>
    run(process.execPath, args, {
      cwd: house,
      env,
      maxBuffer: outputBytesMax,
      timeout: stepMsMax,
    }).catch((error) => assert.fail(`${args.join(' ')}\n${error.stdout}\n${error.stderr}`));
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  await node(tsc, '-p', '.');
  await node(tsc, '-p', 'web');
  const { stdout } = await node(
    '--test',
    '--test-reporter=spec',
    'tests/architecture.test.ts',
    'tests/web-architecture.test.ts',
    'tests/journeys/screens/rooms.test.ts',
    'tests/asks.test.ts',
  );
  assert.match(stdout, /the room answers whom it lets in/);
});
