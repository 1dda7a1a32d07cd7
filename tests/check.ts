import { spawn } from 'node:child_process';
import path from 'node:path';

// The gate: format, lint with types, types of server and web, dead code, architecture. Every failure is told, and
// a gate that looked at nothing fails, because a tool with a wrong path is silent and green.

type Gate = {
  readonly name: string;
  readonly args: readonly string[];
  /** How many files (or tests) the tool says it looked at. */
  readonly seen: (output: string) => number;
  readonly seenMin: number;
  /** Removes what the tool printed only to be counted. */
  readonly show?: (output: string) => string;
};

type Outcome = {
  readonly gate: Gate;
  readonly ok: boolean;
  readonly seen: number;
  readonly seconds: number;
  readonly output: string;
};

const atOnceMax = 2; // the smallest machine has two cores
const root = path.resolve(import.meta.dirname, '..');
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name);

const filesSeen = (output: string) => Number(/ on (\d+) files/.exec(output)?.[1] ?? 0);
const listed = (folder: string) => (output: string) =>
  output.split('\n').filter((line) => line.startsWith(path.join(root, folder))).length;
const withoutList = (output: string) =>
  output
    .split('\n')
    .filter((line) => !path.isAbsolute(line))
    .join('\n');

const gates: readonly Gate[] = [
  {
    name: 'types of the server',
    args: [bin('tsc'), '-p', '.', '--listFiles'],
    seen: listed('src'),
    seenMin: 20,
    show: withoutList,
  },
  {
    name: 'types of the web app',
    args: [bin('tsc'), '-p', 'web', '--listFiles'],
    seen: listed('web'),
    seenMin: 10,
    show: withoutList,
  },
  {
    name: 'lint',
    args: [bin('oxlint'), '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
    seen: filesSeen,
    seenMin: 30,
  },
  {
    name: 'format',
    args: [bin('oxfmt'), '--check', 'src', 'web', 'tests', 'bench', 'bin', 'start.mjs'],
    seen: filesSeen,
    seenMin: 30,
  },
  {
    name: 'dead code',
    args: [
      bin('knip'),
      '--no-progress',
      '--reporter',
      'symbols',
      '--reporter',
      './tests/gate/count-knip.mjs',
    ],
    seen: (output) => Number(/knip looked at (\d+) files/.exec(output)?.[1] ?? 0),
    seenMin: 30,
  },
  {
    name: 'architecture',
    args: ['--test', '--test-reporter', 'spec', 'tests/architecture.test.ts'],
    seen: (output) => Number(/^ℹ pass (\d+)/m.exec(output)?.[1] ?? 0),
    seenMin: 1,
  },
];

const started = Date.now();
const outcomes = await runAll();
for (const { gate, ok, output } of outcomes) {
  if (!ok) console.log(`\n── ${gate.name} ──\n${(gate.show?.(output) ?? output).trim()}`);
}
const failed = outcomes.filter(({ ok }) => !ok).map(({ gate }) => gate.name);
const seconds = ((Date.now() - started) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `\ncheck: all green in ${seconds} s`
    : `\ncheck: failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runAll(): Promise<readonly Outcome[]> {
  const waiting = [...gates];
  const done: Outcome[] = [];
  async function work(): Promise<void> {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      const outcome = await runGate(gate);
      done.push(outcome);
      const verdict = outcome.ok
        ? 'ok'
        : outcome.seen < gate.seenMin
          ? 'LOOKED AT NOTHING'
          : 'FAILED';
      console.log(
        `${gate.name.padEnd(22)} ${String(outcome.seen).padStart(5)} seen ${outcome.seconds.toFixed(1).padStart(6)} s  ${verdict}`,
      );
    }
  }
  await Promise.all(Array.from({ length: atOnceMax }, work));
  return done;
}

async function runGate(gate: Gate): Promise<Outcome> {
  const begun = Date.now();
  // Run by this Node: the shebang of the tools could find an older one.
  const child = spawn(process.execPath, gate.args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const seen = gate.seen(output);
  return {
    gate,
    ok: code === 0 && seen >= gate.seenMin,
    seen,
    seconds: (Date.now() - begun) / 1000,
    output,
  };
}
