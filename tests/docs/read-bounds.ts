import { parseSync } from 'oxc-parser';
import * as time from '#foundation/kernel/time.ts';

export type Bound = { readonly name: string; readonly value: number; readonly why: string };

type Node = { readonly type: string; readonly start: number; readonly end: number } & Record<
  string,
  unknown
>;

/** Constants at the top of a file whose name says Max and whose value is a number that can be read off the source. */
export function readBounds(file: string, text: string): readonly Bound[] {
  const { program, comments } = parseSync(file, text);
  const bounds: Bound[] = [];
  for (const statement of program.body as unknown as readonly Node[]) {
    const declaration = (
      statement.type === 'ExportNamedDeclaration' ? statement['declaration'] : statement
    ) as Node | null;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration['declarations'] as readonly {
      id: Node;
      init: Node | null;
    }[]) {
      const name = String(id['name']);
      const value = init === null ? null : evaluate(init);
      if (!/Max(?![a-z])/.test(name) || value === null) continue;
      const why = besides(text, comments, statement);
      bounds.push({ name, value, why: sentenceOf(why) });
    }
  }
  return bounds;
}

type Comment = { readonly value: string; readonly start: number; readonly end: number };

/** The comment that ends the statement's line, else those that stand on the lines right above it. */
function besides(text: string, comments: readonly Comment[], statement: Node): string {
  const after = comments.find(
    ({ start }) => start >= statement.end && !text.slice(statement.end, start).includes('\n'),
  );
  if (after !== undefined) return after.value;
  const above: string[] = [];
  let top = statement.start;
  for (const { value, start, end } of comments
    .filter((c) => c.end <= statement.start)
    .toReversed()) {
    const isAlone = text.slice(text.lastIndexOf('\n', start) + 1, start).trim() === '';
    if (!isAlone || !/^\n[ \t]*$/.test(text.slice(end, top))) break;
    above.unshift(value);
    top = start;
  }
  return above.join(' ');
}

/** Arithmetic on numbers and the units of kernel/time.ts; null for anything else. */
function evaluate(node: Node): number | null {
  switch (node.type) {
    case 'Literal':
      return typeof node['value'] === 'number' ? node['value'] : null;
    case 'Identifier': {
      const known = (time as Readonly<Record<string, unknown>>)[String(node['name'])];
      return typeof known === 'number' ? known : null;
    }
    case 'BinaryExpression': {
      const left = evaluate(node['left'] as Node);
      const right = evaluate(node['right'] as Node);
      if (left === null || right === null) return null;
      switch (node['operator']) {
        case '*':
          return left * right;
        case '+':
          return left + right;
        case '-':
          return left - right;
        case '**':
          return left ** right;
        default:
          return null;
      }
    }
    default:
      return null;
  }
}

function sentenceOf(comment: string): string {
  return comment
    .replaceAll(/^\s*\*+\s?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
