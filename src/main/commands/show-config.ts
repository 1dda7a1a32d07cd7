import { describeConfig, loadConfig } from '#foundation/platform/config.ts';

/** Every setting as this environment has it. Flags of `npm start` are the server's own and not seen here. */
export async function showConfig(asJson: boolean): Promise<number> {
  const rows = describeConfig(loadConfig(process.env));
  if (asJson) {
    console.log(JSON.stringify(rows, null, 2));
    return 0;
  }
  const head = {
    env: 'setting',
    value: 'value',
    source: 'source',
    fallback: 'default',
    meaning: 'meaning',
  };
  const table = [head, ...rows];
  const columns = ['env', 'value', 'source', 'fallback'] as const;
  const widths = columns.map((name) => Math.max(...table.map((row) => row[name].length)));
  for (const row of table) {
    const cells = columns.map((name, i) => row[name].padEnd(widths[i]!));
    console.log([...cells, row.meaning].join('  '));
  }
  return 0;
}
