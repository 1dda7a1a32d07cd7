export const howToRegenerate = 'npm test -- --test-update-snapshots tests/docs.test.ts';

/** A page with one line that says where it comes from and how to write it anew. */
export function page(title: string, source: string, parts: readonly string[]): string {
  return `${[`# ${title}`, `Generated from ${source} by \`${howToRegenerate}\`; do not edit.`, ...parts].join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeCell))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** 1,234,567: figures of different size stay readable in a column. */
export function count(value: number): string {
  return value.toLocaleString('en');
}
