// The command line: one table, from which `ngoma help` is printed. A command is imported when it runs, so that
// help and small commands start at once.

type Command = {
  readonly usage: string;
  readonly summary: string;
  run(args: readonly string[]): Promise<number>;
};

const commands: Readonly<Record<string, Command>> = {
  help: { usage: 'help', summary: 'list every command', run: help },
};

process.exitCode = await main(process.argv.slice(2));

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command.run(args);
  console.error(`There is no command ${name}; npx --no-install ngoma help lists them all.`);
  return 2;
}

async function help(): Promise<number> {
  const rows = Object.values(commands);
  const width = Math.max(...rows.map((row) => row.usage.length));
  console.log('npx --no-install ngoma COMMAND\n');
  for (const row of rows) console.log(`  ${row.usage.padEnd(width)}  ${row.summary}`);
  return 0;
}
