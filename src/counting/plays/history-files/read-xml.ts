import { SaxesParser } from 'saxes';

export type Tag = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Names of the elements around it, outermost first. */
  readonly path: readonly string[];
};

const depthMax = 64;
const chunkChars = 64 * 1024;

/**
 * Walks XML. No document types and no entities but the five of XML itself: neither program writes them, and they are how
 * a small file becomes a large one. Answers why it stopped where it did not reach the end; what came before was told.
 */
export function walkXml(
  text: string,
  opened: (tag: Tag) => void,
  closed: (name: string) => void,
): string | null {
  const parser = new SaxesParser();
  const path: string[] = [];
  let problem: string | null = null;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('it declares a document type');
  });
  parser.on('opentag', ({ name, attributes }) => {
    opened({ name, attributes: attributes, path });
    path.push(name);
    if (path.length > depthMax) throw new Error(`it is nested deeper than ${depthMax} levels`);
  });
  parser.on('closetag', ({ name }) => {
    path.pop();
    closed(name);
  });
  try {
    for (let at = 0; at < text.length; at += chunkChars)
      parser.write(text.slice(at, at + chunkChars));
    parser.close();
  } catch (error) {
    problem = `${(error as Error).message.slice(0, 120)} (line ${parser.line})`;
  }
  return problem;
}
