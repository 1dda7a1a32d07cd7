// Last.fm answers XML, or the same turned into JSON by its rules: attributes beside text become members next to
// "#text", attributes beside children become "@attr", repeated children become a list.

export type Node = {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly children?: readonly Node[];
  /** Children of this name are a list in JSON even when there is one or none. */
  readonly listOf?: string;
};

export function textNode(
  name: string,
  text: string,
  attributes?: Readonly<Record<string, string | number>>,
): Node {
  return { name, text, ...(attributes && { attributes }) };
}

const head = '<?xml version="1.0" encoding="utf-8"?>\n';

export function toXml(answer: Node): string {
  return `${head}<lfm status="ok">\n${element(answer)}\n</lfm>\n`;
}

export function errorXml(code: number, message: string): string {
  return `${head}<lfm status="failed">\n<error code="${code}">${escape(message)}</error>\n</lfm>\n`;
}

function element(node: Node): string {
  const attributes = Object.entries(node.attributes ?? {})
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join('');
  const inner =
    node.children === undefined
      ? escape(node.text ?? '')
      : node.children.map((child) => `\n${element(child)}`).join('') + '\n';
  return `<${node.name}${attributes}>${inner}</${node.name}>`;
}

/** XML 1.0 has no way to write most control characters, so they are left out. */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

export function toJson(answer: Node): string {
  return JSON.stringify({ [answer.name]: jsonOf(answer) });
}

function jsonOf(node: Node): unknown {
  if (node.children === undefined)
    return node.attributes === undefined
      ? (node.text ?? '')
      : { ...node.attributes, '#text': node.text ?? '' };
  const members: Record<string, unknown> = {};
  for (const [name, same] of Map.groupBy(node.children, (child) => child.name))
    members[name] = same.length === 1 && name !== node.listOf ? jsonOf(same[0]!) : same.map(jsonOf);
  if (node.listOf !== undefined) members[node.listOf] ??= [];
  if (node.attributes !== undefined) members['@attr'] = node.attributes;
  return members;
}
