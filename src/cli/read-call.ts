/**
 * What may be written after `ngoma`: a name of one or two words, arguments, flags. A last argument that ends with `...` may
 * come any number of times; a flag written `--out FILE` takes a value.
 */
export type Shape = {
  readonly name: string;
  readonly args: readonly string[];
  readonly flags: readonly string[];
};

export type Call<C extends Shape> =
  | {
      readonly kind: 'call';
      readonly command: C;
      readonly args: readonly string[];
      readonly flags: ReadonlySet<string>;
      readonly values: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'wrong'; readonly sentence: string };

const helpHint = 'npx --no-install ngoma help lists them all';

/** Whatever is not understood whole is refused: a misspelt flag must not change what a command does. */
export function readCall<C extends Shape>(
  commands: readonly C[],
  given: readonly string[],
): Call<C> {
  const words = given.length === 0 || isCallForHelp(given) ? ['help'] : given;
  const command = commands.find(({ name }) => name === words.slice(0, wordsOf(name)).join(' '));
  if (command === undefined) return wrong(unknown(commands, words));

  const { args, flags, values, problem } = sortWords(command, words.slice(wordsOf(command.name)));
  if (problem !== null) return wrong(problem);
  const many = command.args.at(-1)?.endsWith('...') === true;
  if (!many && args.length < command.args.length)
    return wrong(
      `ngoma ${command.name} needs ${command.args[args.length]}; write ngoma ${usageOf(command)}.`,
    );
  if (!many && args.length > command.args.length)
    return wrong(
      `ngoma ${command.name} has no use for ${args[command.args.length]}; write ngoma ${usageOf(command)}.`,
    );
  return { kind: 'call', command, args, flags, values };
}

function sortWords(command: Shape, rest: readonly string[]) {
  const args: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const told = (problem: string | null) => ({ args, flags, values, problem });
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i]!;
    if (word === '--') {
      args.push(...rest.slice(i + 1)); // files may be called anything
      break;
    }
    if (!word.startsWith('-')) {
      args.push(word);
      continue;
    }
    const known = command.flags.find((flag) => flag.split(' ')[0] === word);
    if (known === undefined)
      return told(`ngoma ${command.name} does not know ${word}; write ngoma ${usageOf(command)}.`);
    flags.add(word);
    const [, valueName] = known.split(' ');
    if (valueName === undefined) continue;
    const value = rest[++i];
    if (value === undefined)
      return told(`${word} needs ${valueName}; write ngoma ${usageOf(command)}.`);
    values.set(word, value);
  }
  return told(null);
}

export function usageOf({ name, args, flags }: Shape): string {
  return [name, ...args, ...flags.map((flag) => `[${flag}]`)].join(' ');
}

function unknown(commands: readonly Shape[], [first = '', second]: readonly string[]): string {
  const family = commands.flatMap(({ name }) =>
    name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : [],
  );
  if (family.length === 0) return `There is no command ${first}; ${helpHint}.`;
  const choices = new Intl.ListFormat('en', { type: 'disjunction' }).format(family);
  return second === undefined
    ? `ngoma ${first} needs to know what: ${choices}.`
    : `ngoma ${first} cannot do ${second}, only ${choices}.`;
}

function wrong(sentence: string): { kind: 'wrong'; sentence: string } {
  return { kind: 'wrong', sentence };
}

function wordsOf(name: string): number {
  return name.split(' ').length;
}

function isCallForHelp(given: readonly string[]): boolean {
  return given.length === 1 && ['-h', '--help'].includes(given[0]!);
}
