import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { ruleOf } from './house/list-rules.ts';
import { webRuleOf } from './house/web-rules.ts';

// The gate: format, lint with types, types of server and web, dead code, architecture. Every failure is told, and
// a gate that did not look at everything that is there fails, because a tool with a wrong path is silent and green.

type Gate = {
  readonly name: string;
  readonly args: readonly string[];
  /** How many files (or tests) the tool says it looked at. */
  readonly seen: (output: string) => number;
  /** How many there are. */
  readonly there: number;
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
const listed =
  (...folders: readonly string[]) =>
  (output: string) =>
    output
      .split('\n')
      .filter((line) =>
        folders.some((folder) => line.startsWith(path.join(root, folder, path.sep))),
      ).length;
/** Files in the folders by their endings, without what is built or served as it is (as the tools are told). */
const filesThere = (folders: readonly string[], endings: string): number =>
  globSync(`{${folders.join(',')}}/**/*.{${endings}}`, { cwd: root }).filter(
    (file) => !/^web\/(dist|public)/.test(file),
  ).length;
const withoutList = (output: string) =>
  output
    .split('\n')
    .filter((line) => !path.isAbsolute(line))
    .join('\n');

const folders = ['src', 'web', 'tests', 'bench', 'bin'];
const codeThere = filesThere(folders, 'ts,tsx,mjs,js') + 1; // and start.mjs

const gates: readonly Gate[] = [
  {
    name: 'types of the server',
    args: [bin('tsc'), '-p', '.', '--listFiles'],
    seen: listed('src', 'tests', 'bench'),
    there: filesThere(['src', 'tests', 'bench'], 'ts'),
    show: withoutList,
  },
  {
    name: 'types of the web app',
    args: [bin('tsc'), '-p', 'web', '--listFiles'],
    seen: listed('web'),
    there: filesThere(['web'], 'ts,tsx'),
    show: withoutList,
  },
  {
    name: 'lint',
    args: [bin('oxlint'), '--type-aware', '--deny-warnings', '--report-unused-disable-directives'],
    seen: filesSeen,
    there: codeThere,
  },
  {
    name: 'format',
    args: [bin('oxfmt'), '--check', ...folders, 'start.mjs'],
    seen: filesSeen,
    there: codeThere,
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
    there: codeThere,
  },
  {
    name: 'architecture',
    args: [
      '--test',
      '--test-reporter',
      'spec',
      'tests/architecture.test.ts',
      'tests/contracts.test.ts',
      'tests/house/planted.test.ts',
      'tests/web-architecture.test.ts',
    ],
    seen: (output) => Number(/^ℹ pass (\d+)/m.exec(output)?.[1] ?? 0),
    // Each is held to the checkout and to what was planted.
    there: 2 * (Object.keys(ruleOf).length + Object.keys(webRuleOf).length),
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
        : outcome.seen < gate.there
          ? `LOOKED AT ${outcome.seen} OF ${gate.there}`
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
    ok: code === 0 && seen >= gate.there,
    seen,
    seconds: (Date.now() - begun) / 1000,
    output,
  };
}
