import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCall, usageOf } from './read-call.ts';

const commands = [
  { name: 'help', args: [], flags: [] },
  { name: 'import', args: ['DIR'], flags: ['--json'] },
  { name: 'audit plays', args: [], flags: ['--json'] },
  { name: 'audit ledger', args: [], flags: [] },
];

function read(line: string) {
  return readCall(commands, line === '' ? [] : line.split(' '));
}

test('a command of one word and of two are both found, flags stand anywhere', () => {
  for (const line of ['import music --json', 'import --json music']) {
    const call = read(line);
    assert.equal(call.kind, 'call');
    assert.deepEqual(call.kind === 'call' && [call.command.name, call.args, [...call.flags]], [
      'import',
      ['music'],
      ['--json'],
    ]);
  }
  const audit = read('audit plays');
  assert.equal(audit.kind === 'call' && audit.command.name, 'audit plays');
});

test('nothing, -h and --help ask for help', () => {
  for (const line of ['', '-h', '--help', 'help']) {
    const call = read(line);
    assert.equal(call.kind === 'call' && call.command.name, 'help', line);
  }
});

test('what is not understood is refused in one sentence that says what would do', () => {
  const refusals = {
    dance: 'There is no command dance; npx --no-install ngoma help lists them all.',
    constructor: 'There is no command constructor; npx --no-install ngoma help lists them all.',
    audit: 'ngoma audit needs to know what: plays or ledger.',
    'audit books': 'ngoma audit cannot do books, only plays or ledger.',
    import: 'ngoma import needs DIR; write ngoma import DIR [--json].',
    'import a b': 'ngoma import has no use for b; write ngoma import DIR [--json].',
    'import a --jsn': 'ngoma import does not know --jsn; write ngoma import DIR [--json].',
    'audit ledger --json': 'ngoma audit ledger does not know --json; write ngoma audit ledger.',
  };
  for (const [line, sentence] of Object.entries(refusals))
    assert.deepEqual(read(line), { kind: 'wrong', sentence }, line);
});

test('the usage is made of the same table that decides', () => {
  assert.deepEqual(commands.map(usageOf), [
    'help',
    'import DIR [--json]',
    'audit plays [--json]',
    'audit ledger',
  ]);
});

test('a last argument with dots comes any number of times, a flag with a value takes the next word', () => {
  const shapes = [{ name: 'hear', args: ['FILE...'], flags: ['--json', '--index INDEX'] }];
  const hear = (line: string) => readCall(shapes, line.split(' '));
  const call = hear('hear a.wav --index x.index b.wav -- -c.wav');
  assert.ok(call.kind === 'call');
  assert.deepEqual(call.args, ['a.wav', 'b.wav', '-c.wav']);
  assert.deepEqual([...call.values], [['--index', 'x.index']]);
  assert.equal(hear('hear').kind, 'call');
  assert.deepEqual(hear('hear a --index'), {
    kind: 'wrong',
    sentence: '--index needs INDEX; write ngoma hear FILE... [--json] [--index INDEX].',
  });
});
