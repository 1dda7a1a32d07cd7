import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { hole } from './lex-sql.ts';

// A file as the rules need it, read from its syntax tree: where it reaches, and every text it holds.

export type Reference = {
  /** A path from the top of the checkout, or `package:name`; null when only the running program knows. */
  readonly to: string | null;
  /** Whether it runs while the file is loaded, when it is asked for, or is another program. */
  readonly when: 'loading' | 'asked' | 'apart';
  readonly line: number;
};

export type Text = {
  /** With `hole` where something is put in. */
  readonly text: string;
  /** Of a tagged template: sql`...`. */
  readonly isTagged: boolean;
  readonly line: number;
};

export type Source = {
  readonly file: string;
  readonly references: readonly Reference[];
  readonly texts: readonly Text[];
  /** Reads of process.env: the name of the variable, null for the whole or an unknown one. */
  readonly environment: readonly { readonly name: string | null; readonly line: number }[];
  /** Names of `query({ name })` and `command({ name })`; null for one that is not written as a string. */
  readonly queries: readonly (string | null)[];
  readonly lines: number;
  /** Endpoints, `endpoint(...)`, and tasks, `{ name, attemptsMax }`: what somebody outside can have it do. */
  readonly useCases: number;
  readonly errors: readonly string[];
  /** Occurrences of sql` outside comments, counted without the tree. */
  readonly sqlTags: number;
};

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

export function readSource(file: string, code: string): Source {
  const { program, comments, errors } = parseSync(file, code, { preserveParens: false });
  const references: Reference[] = [];
  const texts: Text[] = [];
  const environment: { name: string | null; line: number }[] = [];
  const queries: (string | null)[] = [];
  let useCases = 0;
  const lineOf = countLines(code);
  walk(program as unknown as Node, null, (node, parent) => {
    const line = lineOf(node.start);
    for (const { to, when } of targetsOf(node))
      references.push({ to: resolve(file, to), when, line });
    const text = textOf(node, parent);
    if (text !== null) texts.push({ ...text, line });
    const name = environmentOf(node, parent);
    if (name !== undefined) environment.push({ name, line });
    const query = queryOf(node);
    if (query !== undefined) queries.push(query);
    if (isUseCase(node)) useCases += 1;
  });
  const bare = comments.reduceRight((all, c) => all.slice(0, c.start) + all.slice(c.end), code);
  const sqlTags = bare.match(/(?<![.\w])sql`/g)?.length ?? 0;
  return {
    file,
    references,
    texts,
    environment,
    queries,
    lines: code.split('\n').length - 1,
    useCases,
    errors: errors.map((e) => e.message),
    sqlTags,
  };
}

function walk(
  node: Node,
  parent: Node | null,
  visit: (node: Node, parent: Node | null) => void,
): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      if (isNode(child)) walk(child, node, visit);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function countLines(code: string): (at: number) => number {
  const ends = [...code.matchAll(/\n/g)].map(({ index }) => index);
  return (at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}

// ── where it reaches ────────────────────────────────────────────────────

type Target = Omit<Reference, 'line'>;

/** What a node names as a module or a file, as it is written; null for one that is computed. */
function targetsOf(node: Node): readonly Target[] {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'TSImportType':
      return [{ to: literal(node['source']), when: 'loading' }];
    case 'ExportNamedDeclaration':
      return node['source'] === null ? [] : [{ to: literal(node['source']), when: 'loading' }];
    case 'TSExternalModuleReference':
      return [{ to: literal(node['expression']), when: 'loading' }];
    case 'TSModuleDeclaration':
      return literal(node['id']) === null ? [] : [{ to: literal(node['id']), when: 'loading' }];
    case 'ImportExpression':
      return [{ to: literal(node['source']), when: 'asked' }];
    case 'CallExpression':
    case 'NewExpression':
      return targetsOfCall(node);
    default:
      return [];
  }
}

function targetsOfCall(node: Node): readonly Target[] {
  const callee = node['callee'] as Node;
  const args = node['arguments'] as readonly Node[];
  const called = callee.type === 'MemberExpression' ? nameOf(callee['property']) : nameOf(callee);
  if (called === 'require' || (called === 'resolve' && isMeta(callee['object'])))
    return [{ to: literal(args[0]), when: 'asked' }];
  if (node.type === 'NewExpression' && called === 'URL' && isMeta(args[1], 'url')) {
    const to = literal(args[0]);
    return [{ to: to === null ? null : relative(to), when: 'apart' }];
  }
  if ((called === 'join' || called === 'resolve') && isMeta(args[0], 'dirname')) {
    const parts = args.slice(1).map(literal);
    const to = parts.includes(null) ? null : relative(path.posix.join(...(parts as string[])));
    return [{ to, when: 'apart' }];
  }
  return [];
}

const relative = (to: string): string => (/^[./]/.test(to) ? to : `./${to}`);

/** `import.meta`, or a property of it. */
function isMeta(value: unknown, property?: string): boolean {
  if (!isNode(value)) return false;
  if (property === undefined) return value.type === 'MetaProperty';
  return (
    value.type === 'MemberExpression' &&
    isMeta(value['object']) &&
    nameOf(value['property']) === property
  );
}

function resolve(file: string, target: string | null): string | null {
  if (target === null) return null;
  const plain = target.replace(/\?.*$/, ''); // Vite's ?url and ?worker
  if (plain.startsWith('#')) return path.posix.join('src', plain.slice(1));
  if (plain.startsWith('.')) return path.posix.join(path.posix.dirname(file), plain);
  return `package:${plain}`;
}

// ── the texts it holds ──────────────────────────────────────────────────

function textOf(node: Node, parent: Node | null): Omit<Text, 'line'> | null {
  if (node.type === 'TemplateLiteral') {
    if (parent?.type === 'BinaryExpression' && parent['operator'] === '+') return null;
    return { text: templateText(node), isTagged: parent?.type === 'TaggedTemplateExpression' };
  }
  if (node.type === 'BinaryExpression' && node['operator'] === '+') {
    if (parent?.type === 'BinaryExpression' && parent['operator'] === '+') return null;
    return { text: joined(node), isTagged: false };
  }
  if (parent?.type === 'BinaryExpression' && parent['operator'] === '+') return null;
  const text = node.type === 'JSXText' ? (node['value'] as string) : literal(node);
  return text === null || node.type === 'TemplateLiteral' ? null : { text, isTagged: false };
}

function templateText(node: Node): string {
  const quasis = node['quasis'] as readonly { value: { cooked: string | null; raw: string } }[];
  return quasis.map(({ value }) => value.cooked ?? value.raw).join(hole);
}

/** 'plays' + '.play' as one text. */
function joined(node: Node): string {
  if (node.type === 'BinaryExpression' && node['operator'] === '+')
    return joined(node['left'] as Node) + joined(node['right'] as Node);
  if (node.type === 'TemplateLiteral') return templateText(node);
  return literal(node) ?? hole;
}

/** The value of a string that is written out. */
function literal(value: unknown): string | null {
  if (!isNode(value)) return null;
  if (value.type === 'Literal') return typeof value['value'] === 'string' ? value['value'] : null;
  if (value.type === 'TSLiteralType') return literal(value['literal']);
  if (value.type !== 'TemplateLiteral') return null;
  return (value['expressions'] as readonly unknown[]).length === 0 ? templateText(value) : null;
}

function nameOf(value: unknown): string | null {
  if (!isNode(value)) return null;
  return value.type === 'Identifier' ? (value['name'] as string) : literal(value);
}

// ── settings and statements ─────────────────────────────────────────────

/** The variable read, null for the whole environment, undefined where it is not read at all. */
function environmentOf(node: Node, parent: Node | null): string | null | undefined {
  if (node.type === 'MemberExpression' && nameOf(node['property']) === 'env') {
    if (!isProcess(node['object'])) return undefined;
    if (parent?.type !== 'MemberExpression' || parent['object'] !== node) return null;
    return parent['computed'] === true ? literal(parent['property']) : nameOf(parent['property']);
  }
  if (node.type === 'VariableDeclarator' && isProcess(node['init'])) return hasEnv(node['id']);
  // A global needs no import; one could give it another name.
  return node.type === 'ImportDeclaration' &&
    /^(node:)?process$/.test(literal(node['source']) ?? '')
    ? null
    : undefined;
}

const isProcess = (value: unknown): boolean =>
  nameOf(value) === 'process' ||
  (isNode(value) && value.type === 'MemberExpression' && nameOf(value['property']) === 'process');

function hasEnv(pattern: unknown): null | undefined {
  if (!isNode(pattern) || pattern.type !== 'ObjectPattern') return undefined;
  const properties = pattern['properties'] as readonly Node[];
  return properties.some((p) => nameOf(p['key']) === 'env') ? null : undefined;
}

function queryOf(node: Node): string | null | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const called = nameOf(node['callee']);
  if (called !== 'query' && called !== 'command') return undefined;
  const [definition] = node['arguments'] as readonly Node[];
  if (definition?.type !== 'ObjectExpression') return null;
  const properties = definition['properties'] as readonly Node[];
  const name = properties.find((p) => nameOf(p['key']) === 'name');
  return name === undefined ? null : literal(name['value']);
}

function isUseCase(node: Node): boolean {
  if (node.type === 'CallExpression') return nameOf(node['callee']) === 'endpoint';
  if (node.type !== 'ObjectExpression') return false;
  const keys = (node['properties'] as readonly Node[]).map((p) => nameOf(p['key']));
  return keys.includes('name') && keys.includes('attemptsMax');
}
