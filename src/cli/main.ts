import { readCall, usageOf, type Shape } from './read-call.ts';

// The command line: one table, from which `ngoma help` is printed. A command is imported when it runs, so that
// help starts at once; one that needs the database composes what it needs in main/commands.

type Command = Shape & {
  readonly summary: string;
  run(
    args: readonly string[],
    flags: ReadonlySet<string>,
    values: ReadonlyMap<string, string>,
  ): Promise<number>;
};

const commands: readonly Command[] = [
  {
    name: 'config',
    args: [],
    flags: ['--json'],
    summary: 'show every setting: its value, where that comes from, its default and its meaning',
    run: async (_args, flags) =>
      (await import('#main/commands/show-config.ts')).showConfig(flags.has('--json')),
  },
  {
    name: 'doctor',
    args: [],
    flags: ['--json'],
    summary: 'look at everything Ngoma needs, and say what to do about what is wrong',
    run: async (_args, flags) =>
      (await import('#main/commands/doctor.ts')).doctor(flags.has('--json')),
  },
  {
    name: 'import',
    args: ['DIR'],
    flags: ['--json'],
    summary: 'import a folder of music, beside a running server or without one',
    run: async ([dir], flags) =>
      (await import('#main/commands/import-folder.ts')).importFolder(dir!, flags.has('--json')),
  },
  {
    name: 'index',
    args: ['DIR'],
    flags: ['--out INDEX', '--for-phone', '--json'],
    summary: 'make an index of the recordings in a folder, to recognise them by; needs no server',
    run: async ([dir], flags, values) =>
      (await import('#main/commands/index-folder.ts')).indexFolder(dir!, {
        out: values.get('--out') ?? null,
        density: flags.has('--for-phone') ? 'phone' : 'full',
        asJson: flags.has('--json'),
      }),
  },
  {
    name: 'identify',
    args: ['FILE...'],
    flags: ['--json', '--manifest FILE.jsonl', '--index INDEX'],
    summary: 'say which indexed recording is heard in each file, one line per file',
    run: async (files, _flags, values) =>
      (await import('#main/commands/identify-files.ts')).identifyFiles(files, {
        manifest: values.get('--manifest') ?? null,
        index: values.get('--index') ?? null,
      }),
  },
  {
    name: 'monitor',
    args: ['URL'],
    flags: ['--index INDEX', '--json'],
    summary: 'listen to a station and print what it plays, as it begins and ends; needs no server',
    run: async ([url], flags, values) =>
      (await import('#main/commands/monitor-stream.ts')).monitorStream(url!, {
        index: values.get('--index') ?? null,
        asJson: flags.has('--json'),
      }),
  },
  {
    name: 'history',
    args: ['FILE...'],
    flags: [
      '--server URL',
      '--key APIKEY',
      '--device DEVICE',
      '--time-zone ZONE',
      '--started-at INSTANT',
      '--json',
    ],
    summary: 'send history files of DJ programs to a server, as plays of a deck',
    run: async (files, flags, values) =>
      (await import('#main/commands/send-history.ts')).sendHistory(files, {
        server: values.get('--server') ?? null,
        key: values.get('--key') ?? null,
        device: values.get('--device') ?? null,
        timeZone: values.get('--time-zone') ?? null,
        startedAt: values.get('--started-at') ?? null,
        asJson: flags.has('--json'),
      }),
  },
  {
    name: 'listen',
    args: ['--device DEVICE', '--server URL', '--key DEVICE:KEY'],
    flags: [],
    summary: 'hear a room day and night and report what is played; listen --help says more',
    run: listen,
  },
  {
    name: 'charts import',
    args: ['FILE...'],
    flags: ['--source SOURCE', '--chart KEY', '--territory CODE', '--day DAY', '--json'],
    summary: 'keep the issues of chart files: --source billboard or spotify',
    run: async (files, flags, values) =>
      (await import('#main/commands/charts.ts')).importCharts(files, {
        source: values.get('--source') ?? null,
        chart: values.get('--chart') ?? null,
        territory: values.get('--territory') ?? null,
        day: values.get('--day') ?? null,
        asJson: flags.has('--json'),
      }),
  },
  {
    name: 'charts verify',
    args: [],
    flags: ['--json'],
    summary:
      "compute last rank, peak and weeks of every chart again and compare with the chart's own",
    run: async (_args, flags) =>
      (await import('#main/commands/charts.ts')).verifyCharts(flags.has('--json')),
  },
  {
    name: 'harvest run',
    args: ['SOURCE...'],
    flags: ['--from-file FILE', '--server URL', '--key APIKEY', '--json'],
    summary: 'collect from sources through a running server, or read a recorded body of one',
    run: async (names, flags, values) => {
      const harvest = await import('#main/commands/harvest.ts');
      const file = values.get('--from-file');
      return file === undefined
        ? harvest.harvestNow(names, values.get('--server') ?? null, values.get('--key') ?? null)
        : harvest.harvestFile(names[0] ?? '', file, flags.has('--json'));
    },
  },
  {
    name: 'pulse run',
    args: [],
    flags: ['--from-file FILE', '--json'],
    summary:
      'read a recorded feed of news and keep its items; feeds that are on are read by the server',
    run: async (_args, flags, values) => {
      const file = values.get('--from-file');
      if (file === undefined) {
        console.error(
          'ngoma pulse run needs --from-file FEED; the server reads what is switched on.',
        );
        return 1;
      }
      return (await import('#main/commands/pulse.ts')).pulseFromFiles([file], flags.has('--json'));
    },
  },
  {
    name: 'digest',
    args: [],
    flags: ['--date DAY', '--tier TIER'],
    summary: "print the day's briefing for creator, developer or monetizer",
    run: async (_args, _flags, values) =>
      (await import('#main/commands/pulse.ts')).printDigest(
        values.get('--date') ?? null,
        values.get('--tier') ?? null,
      ),
  },
  {
    name: 'audience import',
    args: ['FILE...'],
    flags: ['--source SOURCE', '--metric METRIC', '--platform PLATFORM', '--json'],
    summary: 'keep recorded figures of artists and songs: --source soundcharts',
    run: async (files, flags, values) =>
      (await import('#main/commands/import-audience.ts')).importAudience(files, {
        source: values.get('--source') ?? null,
        metric: values.get('--metric') ?? null,
        platform: values.get('--platform') ?? null,
        asJson: flags.has('--json'),
      }),
  },
  {
    name: 'recommend evaluate',
    args: [],
    flags: ['--train FILE', '--test FILE', '--json'],
    summary:
      'fit the recommender on one file of listening (user, tab, item) and judge it on another',
    run: async (_args, flags, values) =>
      (await import('#main/commands/evaluate-recommender.ts')).evaluateRecommender(
        values.get('--train') ?? null,
        values.get('--test') ?? null,
        flags.has('--json'),
      ),
  },
  {
    name: 'search evaluate',
    args: [],
    flags: ['--queries FILE', '--json'],
    summary: 'ask the search questions whose answers are known: hit@1, MRR and how long it takes',
    run: async (_args, flags, values) =>
      (await import('#main/commands/evaluate-search.ts')).evaluateSearchOn(
        values.get('--queries') ?? null,
        flags.has('--json'),
      ),
  },
  {
    name: 'assistant ask',
    args: ['QUESTION'],
    flags: ['--json'],
    summary:
      'answer a question about the figures, in English or French, with where each number is from',
    run: async ([question], flags) =>
      (await import('#main/commands/ask-assistant.ts')).askAssistant(
        question!,
        flags.has('--json'),
      ),
  },
  {
    name: 'assistant evaluate',
    args: [],
    flags: ['--questions FILE', '--json'],
    summary:
      'ask judged questions: how many become the plan they should, how many numbers are invented',
    run: async (_args, flags, values) =>
      (await import('#main/commands/ask-assistant.ts')).evaluateAssistant(
        values.get('--questions') ?? null,
        flags.has('--json'),
      ),
  },
  {
    name: 'match evaluate',
    args: [],
    flags: ['--pairs FILE', '--negatives FILE', '--json'],
    summary:
      'try the matching of recordings across sources on known pairs: recall and false merges',
    run: async (_args, flags, values) => {
      const pairs = values.get('--pairs');
      if (pairs === undefined) {
        console.error(
          'ngoma match evaluate needs --pairs FILE, a CSV of pairs that are one recording.',
        );
        return 1;
      }
      return (await import('#main/commands/evaluate-matching.ts')).evaluateMatching(
        pairs,
        values.get('--negatives') ?? null,
        flags.has('--json'),
      );
    },
  },
  {
    name: 'audit plays',
    args: [],
    flags: ['--json'],
    summary: 'count every play again and compare with what was counted',
    run: async (_args, flags) =>
      (await import('#main/commands/audit-plays.ts')).auditEveryPlay(flags.has('--json')),
  },
  {
    name: 'audit ledger',
    args: [],
    flags: ['--json'],
    summary: 'derive every balance again from its entries',
    run: async (_args, flags) =>
      (await import('#main/commands/audit-money.ts')).auditLedger(flags.has('--json')),
  },
  {
    name: 'audit runs',
    args: [],
    flags: ['--json'],
    summary: 'do every distribution again from what it froze',
    run: async (_args, flags) =>
      (await import('#main/commands/audit-money.ts')).auditRuns(flags.has('--json')),
  },
  { name: 'help', args: [], flags: [], summary: 'list every command', run: help },
];

process.exitCode = await main(process.argv.slice(2));

async function main(given: readonly string[]): Promise<number> {
  // The agent reads its own options: it also runs alone, as one file, on a box.
  if (given[0] === 'listen') return listen(given.slice(1));
  const call = readCall(commands, given);
  if (call.kind === 'wrong') {
    console.error(call.sentence);
    return 2;
  }
  try {
    return await call.command.run(call.args, call.flags, call.values);
  } catch (error) {
    const { explainFailure } = await import('#main/commands/explain-failure.ts');
    console.error(explainFailure(error));
    return 1;
  }
}

async function listen(words: readonly string[]): Promise<number> {
  const { runAgent } = await import('#agent/run-agent.ts');
  return runAgent(words, async (file) =>
    (await import('#main/commands/name-by-index.ts')).nameByIndex(file),
  );
}

async function help(): Promise<number> {
  const width = Math.max(...commands.map((command) => usageOf(command).length));
  console.log('npx --no-install ngoma COMMAND\n');
  for (const command of commands)
    console.log(`  ${usageOf(command).padEnd(width)}  ${command.summary}`);
  console.log(
    '\nA command ends with 0 when all is well, 1 when something is not, 2 when it was not understood.',
  );
  return 0;
}
